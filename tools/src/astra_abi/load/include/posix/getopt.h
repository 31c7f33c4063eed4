#ifndef ASTRA_POSIX_GETOPT_H
#define ASTRA_POSIX_GETOPT_H

struct option;

#endif
