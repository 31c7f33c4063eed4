#ifndef ASTRA_C_SIGNAL_H
#define ASTRA_C_SIGNAL_H

#ifdef __wasi__
#error "signal.h: this target has no signals"
#endif
#ifdef __FreeBSD__
typedef long sig_atomic_t;
#else
typedef int sig_atomic_t;
#endif
#define SIGINT 2
#define SIGILL 4
#define SIGFPE 8
#define SIGSEGV 11
#define SIGTERM 15
#ifdef _WIN32
#define SIGABRT 22
#else
#define SIGABRT 6
#define SIGHUP 1
#define SIGKILL 9
#define SIGPIPE 13
#define __ASTRA_NEED_sigset_t
#define __ASTRA_NEED_pid_t
#define __ASTRA_NEED_uid_t
#define __ASTRA_NEED_siginfo_t
#define __ASTRA_NEED_stack_t
#define __ASTRA_NEED_time_t
#define __ASTRA_NEED_timespec
#define __ASTRA_NEED_pthread_t
#include <astra-types.h>
struct sigaction;
#endif
#define SIG_DFL ((void (*)(int))0)
#define SIG_IGN ((void (*)(int))1)
#define SIG_ERR ((void (*)(int))-1)
void (*signal(int number, void (*handler)(int)))(int);

#endif
