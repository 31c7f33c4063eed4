#ifndef ASTRA_POSIX_SYS_RESOURCE_H
#define ASTRA_POSIX_SYS_RESOURCE_H

#define __ASTRA_NEED_time_t
#define __ASTRA_NEED_suseconds_t
#define __ASTRA_NEED_timeval
#define __ASTRA_NEED_id_t
#include <astra-types.h>
struct rusage;
struct rlimit;

#endif
