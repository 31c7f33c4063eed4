#ifndef ASTRA_POSIX_POLL_H
#define ASTRA_POSIX_POLL_H

struct pollfd {
    int fd;
    short events;
    short revents;
};
#if defined __APPLE__ || defined __FreeBSD__
typedef unsigned int nfds_t;
#else
typedef unsigned long nfds_t;
#endif
#ifndef __wasi__
#define POLLIN 1
#define POLLPRI 2
#define POLLOUT 4
#define POLLERR 8
#define POLLHUP 16
#define POLLNVAL 32
#endif

#endif
