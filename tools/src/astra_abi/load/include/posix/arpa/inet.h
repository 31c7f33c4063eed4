#ifndef ASTRA_POSIX_ARPA_INET_H
#define ASTRA_POSIX_ARPA_INET_H

#include <netinet/in.h>

#endif
