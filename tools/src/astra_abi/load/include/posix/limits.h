#ifndef ASTRA_POSIX_LIMITS_H
#define ASTRA_POSIX_LIMITS_H

#if defined __APPLE__ || defined __FreeBSD__
#define PATH_MAX 1024
#define NAME_MAX 255
#define IOV_MAX 1024
#else
#define PATH_MAX 4096
#define NAME_MAX 255
#ifndef __ASTRA_GLIBC__
#define IOV_MAX 1024
#endif
#endif
#ifdef __APPLE__
#define PIPE_BUF 512
#elif defined __FreeBSD__
#define PIPE_BUF 512
#elif !defined __wasi__
#define PIPE_BUF 4096
#endif
#define SSIZE_MAX __LONG_MAX__

#endif
