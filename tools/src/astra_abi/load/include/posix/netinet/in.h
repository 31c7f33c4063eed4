#ifndef ASTRA_POSIX_NETINET_IN_H
#define ASTRA_POSIX_NETINET_IN_H

#define __ASTRA_NEED_in_addr_t
#define __ASTRA_NEED_in_port_t
#define __ASTRA_NEED_sa_family_t
#include <astra-types.h>

#include <stdint.h>
#include <sys/socket.h>

struct in_addr {
    in_addr_t s_addr;
};

struct in6_addr {
    union {
        uint8_t __u6_addr8[16];
        uint16_t __u6_addr16[8];
        uint32_t __u6_addr32[4];
    } __u6_addr;
};

#ifndef __wasi__
struct sockaddr_in {
#if defined __APPLE__ || defined __FreeBSD__
    uint8_t sin_len;
#endif
    sa_family_t sin_family;
    in_port_t sin_port;
    struct in_addr sin_addr;
#ifdef __linux__
    unsigned char sin_zero[8];
#else
    char sin_zero[8];
#endif
};

struct sockaddr_in6 {
#if defined __APPLE__ || defined __FreeBSD__
    uint8_t sin6_len;
#endif
    sa_family_t sin6_family;
    in_port_t sin6_port;
    uint32_t sin6_flowinfo;
    struct in6_addr sin6_addr;
    uint32_t sin6_scope_id;
};
#else
struct sockaddr_in;
struct sockaddr_in6;
#endif

#define INET_ADDRSTRLEN 16
#define INET6_ADDRSTRLEN 46
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17

#endif
