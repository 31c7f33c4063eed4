#ifndef ASTRA_POSIX_TERMIOS_H
#define ASTRA_POSIX_TERMIOS_H

struct termios;

#endif
