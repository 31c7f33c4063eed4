#ifndef ASTRA_POSIX_SCHED_H
#define ASTRA_POSIX_SCHED_H

#define __ASTRA_NEED_pid_t
#include <astra-types.h>
struct sched_param;

#endif
