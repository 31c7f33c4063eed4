#ifndef ASTRA_POSIX_SYS_SELECT_H
#define ASTRA_POSIX_SYS_SELECT_H

#define __ASTRA_NEED_time_t
#define __ASTRA_NEED_timespec
#define __ASTRA_NEED_suseconds_t
#define __ASTRA_NEED_timeval
#define __ASTRA_NEED_sigset_t
#define __ASTRA_NEED_fd_set
#include <astra-types.h>

#define FD_SETSIZE 1024

#endif
