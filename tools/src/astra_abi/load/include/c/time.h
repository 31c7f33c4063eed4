#ifndef ASTRA_C_TIME_H
#define ASTRA_C_TIME_H

#define __need_size_t
#define __need_NULL
#include <stddef.h>
#define __ASTRA_NEED_time_t
#define __ASTRA_NEED_clock_t
#define __ASTRA_NEED_timespec
#include <astra-types.h>

#ifndef _MSC_VER
#define __ASTRA_NEED_clockid_t
#ifndef _WIN32
#define __ASTRA_NEED_locale_t
#ifndef __APPLE__
#define __ASTRA_NEED_pid_t
#endif
#endif
#include <astra-types.h>
#endif

struct tm {
    int tm_sec;
    int tm_min;
    int tm_hour;
    int tm_mday;
    int tm_mon;
    int tm_year;
    int tm_wday;
    int tm_yday;
    int tm_isdst;
#if defined __wasi__
    int __tm_gmtoff;
    const char *__tm_zone;
    int __tm_nsec;
#elif !defined _WIN32
    long tm_gmtoff;
    const char *tm_zone;
#endif
};

#ifdef _WIN32
#define CLOCKS_PER_SEC 1000
#elif defined __FreeBSD__
#define CLOCKS_PER_SEC 128
#elif defined __wasi__
#define CLOCKS_PER_SEC 1000000000
#else
#define CLOCKS_PER_SEC 1000000
#endif

time_t time(time_t *to);
struct tm *gmtime(const time_t *time);
struct tm *localtime(const time_t *time);
time_t mktime(struct tm *time);

#endif
