#ifndef ASTRA_POSIX_SYS_SOCKET_H
#define ASTRA_POSIX_SYS_SOCKET_H

#define __need_size_t
#include <stddef.h>
#define __ASTRA_NEED_socklen_t
#define __ASTRA_NEED_sa_family_t
#define __ASTRA_NEED_iovec
#define __ASTRA_NEED_ssize_t
#include <astra-types.h>

struct sockaddr {
#if defined __APPLE__ || defined __FreeBSD__
    unsigned char sa_len;
#endif
#ifdef __wasi__
    _Alignas(16) sa_family_t sa_family;
    char sa_data[0];
#else
    sa_family_t sa_family;
    char sa_data[14];
#endif
};

#if defined __APPLE__ || defined __FreeBSD__
struct sockaddr_storage {
    unsigned char ss_len;
    sa_family_t ss_family;
    char __ss_pad1[6];
    __INT64_TYPE__ __ss_align;
    char __ss_pad2[112];
};
#elif defined __linux__
struct sockaddr_storage {
    sa_family_t ss_family;
    char __ss_padding[128 - sizeof(long) - sizeof(sa_family_t)];
    unsigned long __ss_align;
};
#else
struct sockaddr_storage;
#endif

struct msghdr;
struct cmsghdr;
struct linger {
    int l_onoff;
    int l_linger;
};

#define AF_UNSPEC 0
#ifndef __wasi__
#define AF_UNIX 1
#define AF_INET 2
#if defined __APPLE__
#define AF_INET6 30
#elif defined __FreeBSD__
#define AF_INET6 28
#else
#define AF_INET6 10
#endif
#ifdef __mips__
#define SOCK_STREAM 2
#define SOCK_DGRAM 1
#else
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#endif
#endif

#endif
