#ifndef ASTRA_WINDOWS_WS2TCPIP_H
#define ASTRA_WINDOWS_WS2TCPIP_H

#define __ASTRA_NEED_socklen_t
#include <astra-types.h>

#include <winsock2.h>
struct in6_addr {
    union {
        u_char Byte[16];
        u_short Word[8];
    } u;
};
struct sockaddr_in6 {
    short sin6_family;
    u_short sin6_port;
    u_long sin6_flowinfo;
    struct in6_addr sin6_addr;
    union {
        u_long sin6_scope_id;
    };
};
struct addrinfo;

#endif
