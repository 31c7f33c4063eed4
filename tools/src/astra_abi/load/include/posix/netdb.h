#ifndef ASTRA_POSIX_NETDB_H
#define ASTRA_POSIX_NETDB_H

#include <netinet/in.h>
struct hostent;
struct servent;
struct protoent;
struct addrinfo;

#endif
