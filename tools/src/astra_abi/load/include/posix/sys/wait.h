#ifndef ASTRA_POSIX_SYS_WAIT_H
#define ASTRA_POSIX_SYS_WAIT_H

#define __ASTRA_NEED_pid_t
#define __ASTRA_NEED_siginfo_t
#include <astra-types.h>

#endif
