#ifndef ASTRA_POSIX_SYS_UN_H
#define ASTRA_POSIX_SYS_UN_H

#include <sys/socket.h>
struct sockaddr_un;

#endif
