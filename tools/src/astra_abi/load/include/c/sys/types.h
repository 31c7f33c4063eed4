#ifndef ASTRA_C_SYS_TYPES_H
#define ASTRA_C_SYS_TYPES_H

#define __need_size_t
#include <stddef.h>
#define __ASTRA_NEED_off_t
#define __ASTRA_NEED_time_t
#include <astra-types.h>

#ifdef _WIN32
#define __ASTRA_NEED_dev_t
#define __ASTRA_NEED_ino_t
#ifdef __MINGW32__
#define __ASTRA_NEED_mode_t
#define __ASTRA_NEED_pid_t
#define __ASTRA_NEED_ssize_t
#endif
#include <astra-types.h>
#else
#include <stdint.h>
#define __ASTRA_NEED_blkcnt_t
#define __ASTRA_NEED_blksize_t
#define __ASTRA_NEED_clock_t
#define __ASTRA_NEED_clockid_t
#define __ASTRA_NEED_dev_t
#define __ASTRA_NEED_fsblkcnt_t
#define __ASTRA_NEED_fsfilcnt_t
#define __ASTRA_NEED_gid_t
#define __ASTRA_NEED_id_t
#define __ASTRA_NEED_ino_t
#define __ASTRA_NEED_mode_t
#define __ASTRA_NEED_nlink_t
#define __ASTRA_NEED_pid_t
#define __ASTRA_NEED_pthread_t
#define __ASTRA_NEED_pthread_attr_t
#define __ASTRA_NEED_pthread_cond_t
#define __ASTRA_NEED_pthread_condattr_t
#define __ASTRA_NEED_pthread_key_t
#define __ASTRA_NEED_pthread_mutex_t
#define __ASTRA_NEED_pthread_mutexattr_t
#define __ASTRA_NEED_pthread_once_t
#define __ASTRA_NEED_pthread_rwlock_t
#define __ASTRA_NEED_pthread_rwlockattr_t
#define __ASTRA_NEED_ssize_t
#define __ASTRA_NEED_suseconds_t
#define __ASTRA_NEED_timer_t
#define __ASTRA_NEED_uid_t
#define __ASTRA_NEED_useconds_t
#ifdef __ASTRA_GLIBC__
#define __ASTRA_NEED_off64_t
#endif
#include <astra-types.h>
typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;
#ifndef __wasi__
typedef unsigned short ushort;
typedef unsigned int uint;
#endif
#if defined __APPLE__ || defined __FreeBSD__
#include <sys/select.h>
#endif
#endif

#endif
