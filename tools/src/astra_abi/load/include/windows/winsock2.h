#ifndef ASTRA_WINDOWS_WINSOCK2_H
#define ASTRA_WINDOWS_WINSOCK2_H

#define __ASTRA_NEED_time_t
#define __ASTRA_NEED_suseconds_t
#define __ASTRA_NEED_timeval
#define __ASTRA_NEED_fd_set
#include <astra-types.h>

#include <astra-windows.h>
typedef UINT_PTR SOCKET;
typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;
#define INVALID_SOCKET (SOCKET)(~0)
#define SOCKET_ERROR (-1)
#define FD_SETSIZE 64
#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 23
#define SOCK_STREAM 1
#define SOCK_DGRAM 2

struct in_addr {
    union {
        struct { u_char s_b1, s_b2, s_b3, s_b4; } S_un_b;
        struct { u_short s_w1, s_w2; } S_un_w;
        u_long S_addr;
    } S_un;
};

struct sockaddr {
    u_short sa_family;
    char sa_data[14];
};

struct sockaddr_in {
    short sin_family;
    u_short sin_port;
    struct in_addr sin_addr;
    char sin_zero[8];
};

struct sockaddr_storage {
    short ss_family;
    char __ss_pad1[6];
    long long __ss_align;
    char __ss_pad2[112];
};

struct hostent;
struct servent;
struct protoent;
struct linger {
    u_short l_onoff;
    u_short l_linger;
};

#endif
