#ifndef ASTRA_MINGW_SYS_TIME_H
#define ASTRA_MINGW_SYS_TIME_H

#define __ASTRA_NEED_time_t
#define __ASTRA_NEED_suseconds_t
#define __ASTRA_NEED_timeval
#include <astra-types.h>
#include <time.h>
struct timezone {
    int tz_minuteswest;
    int tz_dsttime;
};

#endif
