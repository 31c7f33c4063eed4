#ifndef ASTRA_POSIX_SYS_TIME_H
#define ASTRA_POSIX_SYS_TIME_H

#define __ASTRA_NEED_time_t
#define __ASTRA_NEED_suseconds_t
#define __ASTRA_NEED_timeval
#include <astra-types.h>

#include <sys/select.h>
struct timezone {
    int tz_minuteswest;
    int tz_dsttime;
};
#ifdef __wasi__
struct itimerval;
#else
struct itimerval {
    struct timeval it_interval;
    struct timeval it_value;
};
#endif
int gettimeofday(struct timeval *time, void *zone);

#endif
