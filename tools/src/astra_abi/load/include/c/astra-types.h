/* Types of C libraries, each defined where a header asks for it with __ASTRA_NEED_.
 *
 * What differs between versions or machines in ways that this file does not know is a struct that is
 * only declared: behind a pointer it does no harm, and everything else is refused. */

#if defined __ASTRA_NEED_ssize_t && !defined __ASTRA_HAS_ssize_t
#define __ASTRA_HAS_ssize_t
#if defined __APPLE__ || defined __FreeBSD__ || defined __wasi__ || defined __ASTRA_MUSL__ && __SIZEOF_LONG__ == 8
typedef long ssize_t;
#elif defined _WIN32
typedef __INTPTR_TYPE__ ssize_t;
#elif __SIZEOF_POINTER__ == 8
typedef long ssize_t;
#else
typedef int ssize_t;
#endif
#endif

#if defined __ASTRA_NEED_time_t && !defined __ASTRA_HAS_time_t
#define __ASTRA_HAS_time_t
#if defined _WIN32 && (defined _USE_32BIT_TIME_T || defined __MINGW32__ && __SIZEOF_POINTER__ == 4)
typedef long time_t;
#elif defined _WIN32 || defined __wasi__ || defined __ASTRA_MUSL__ && __SIZEOF_LONG__ == 4
typedef long long time_t;
#elif __SIZEOF_LONG__ == 4 && defined _TIME_BITS && _TIME_BITS == 64
typedef long long time_t;
#else
typedef long time_t;
#endif
#endif

#if defined __ASTRA_NEED_clock_t && !defined __ASTRA_HAS_clock_t
#define __ASTRA_HAS_clock_t
#if defined __FreeBSD__
typedef int clock_t;
#elif defined __APPLE__
typedef unsigned long clock_t;
#elif defined __wasi__
typedef long long clock_t;
#else
typedef long clock_t;
#endif
#endif

#if defined __ASTRA_NEED_clockid_t && !defined __ASTRA_HAS_clockid_t
#define __ASTRA_HAS_clockid_t
#ifdef __APPLE__
typedef enum {
    _CLOCK_REALTIME = 0,
    _CLOCK_MONOTONIC = 6,
    _CLOCK_MONOTONIC_RAW = 4,
    _CLOCK_MONOTONIC_RAW_APPROX = 5,
    _CLOCK_UPTIME_RAW = 8,
    _CLOCK_UPTIME_RAW_APPROX = 9,
    _CLOCK_PROCESS_CPUTIME_ID = 12,
    _CLOCK_THREAD_CPUTIME_ID = 16
} clockid_t;
#elif defined __wasi__
typedef const struct __clockid *clockid_t;
#else
typedef int clockid_t;
#endif
#endif

#if defined __ASTRA_NEED_off_t && !defined __ASTRA_HAS_off_t
#define __ASTRA_HAS_off_t
#if defined _WIN32 && defined _FILE_OFFSET_BITS && _FILE_OFFSET_BITS == 64 && !defined _MSC_VER
typedef long long off_t;
#elif defined _WIN32
typedef long off_t;
#elif defined __APPLE__ || defined __wasi__
typedef long long off_t;
#elif __SIZEOF_LONG__ == 4 && (defined __ASTRA_MUSL__ || defined _FILE_OFFSET_BITS && _FILE_OFFSET_BITS == 64)
typedef long long off_t;
#else
typedef long off_t;
#endif
#endif

#if defined __ASTRA_NEED_off64_t && !defined __ASTRA_HAS_off64_t
#define __ASTRA_HAS_off64_t
#if __SIZEOF_LONG__ == 8
typedef long off64_t;
#else
typedef long long off64_t;
#endif
#endif

#if defined __ASTRA_NEED_mode_t && !defined __ASTRA_HAS_mode_t
#define __ASTRA_HAS_mode_t
#if defined __APPLE__ || defined __FreeBSD__ || defined _WIN32
typedef unsigned short mode_t;
#else
typedef unsigned int mode_t;
#endif
#endif

#if defined __ASTRA_NEED_pid_t && !defined __ASTRA_HAS_pid_t
#define __ASTRA_HAS_pid_t
#ifdef _WIN64
typedef long long pid_t;
#else
typedef int pid_t;
#endif
#endif

#if defined __ASTRA_NEED_uid_t && !defined __ASTRA_HAS_uid_t
#define __ASTRA_HAS_uid_t
typedef unsigned int uid_t;
#endif

#if defined __ASTRA_NEED_gid_t && !defined __ASTRA_HAS_gid_t
#define __ASTRA_HAS_gid_t
typedef unsigned int gid_t;
#endif

#if defined __ASTRA_NEED_id_t && !defined __ASTRA_HAS_id_t
#define __ASTRA_HAS_id_t
#ifdef __FreeBSD__
typedef long id_t;
#else
typedef unsigned int id_t;
#endif
#endif

#if defined __ASTRA_NEED_dev_t && !defined __ASTRA_HAS_dev_t
#define __ASTRA_HAS_dev_t
#ifdef _WIN32
typedef unsigned int dev_t;
#elif defined __APPLE__
typedef int dev_t;
#elif __SIZEOF_LONG__ == 8
typedef unsigned long dev_t;
#else
typedef unsigned long long dev_t;
#endif
#endif

#if defined __ASTRA_NEED_ino_t && !defined __ASTRA_HAS_ino_t
#define __ASTRA_HAS_ino_t
#ifdef _WIN32
typedef unsigned short ino_t;
#elif defined __APPLE__ || defined __wasi__ || __SIZEOF_LONG__ == 4 && (defined __ASTRA_MUSL__ || defined _FILE_OFFSET_BITS && _FILE_OFFSET_BITS == 64)
typedef unsigned long long ino_t;
#else
typedef unsigned long ino_t;
#endif
#endif

#if defined __ASTRA_NEED_suseconds_t && !defined __ASTRA_HAS_suseconds_t
#define __ASTRA_HAS_suseconds_t
#ifdef __APPLE__
typedef int suseconds_t;
#elif defined __wasi__ || defined __ASTRA_MUSL__ && __SIZEOF_LONG__ == 4 || defined _TIME_BITS && _TIME_BITS == 64 && __SIZEOF_LONG__ == 4
typedef long long suseconds_t;
#else
typedef long suseconds_t;
#endif
#endif

#if defined __ASTRA_NEED_useconds_t && !defined __ASTRA_HAS_useconds_t
#define __ASTRA_HAS_useconds_t
typedef unsigned int useconds_t;
#endif

#if defined __ASTRA_NEED_socklen_t && !defined __ASTRA_HAS_socklen_t
#define __ASTRA_HAS_socklen_t
#if defined _WIN32
typedef int socklen_t;
#else
typedef unsigned int socklen_t;
#endif
#endif

#if defined __ASTRA_NEED_sa_family_t && !defined __ASTRA_HAS_sa_family_t
#define __ASTRA_HAS_sa_family_t
#if defined __APPLE__ || defined __FreeBSD__
typedef unsigned char sa_family_t;
#else
typedef unsigned short sa_family_t;
#endif
#endif

#if defined __ASTRA_NEED_in_addr_t && !defined __ASTRA_HAS_in_addr_t
#define __ASTRA_HAS_in_addr_t
typedef unsigned int in_addr_t;
#endif

#if defined __ASTRA_NEED_in_port_t && !defined __ASTRA_HAS_in_port_t
#define __ASTRA_HAS_in_port_t
typedef unsigned short in_port_t;
#endif

#if defined __ASTRA_NEED_FILE && !defined __ASTRA_HAS_FILE
#define __ASTRA_HAS_FILE
#ifdef __APPLE__
typedef struct __sFILE FILE;
#elif defined __FreeBSD__
typedef struct __sFILE FILE;
#elif defined _WIN32
typedef struct _iobuf FILE;
#else
typedef struct _IO_FILE FILE;
#endif
#endif

#if defined __ASTRA_NEED_locale_t && !defined __ASTRA_HAS_locale_t
#define __ASTRA_HAS_locale_t
#if defined __APPLE__ || defined __FreeBSD__
typedef struct _xlocale *locale_t;
#elif defined _WIN32
typedef struct __crt_locale_pointers *_locale_t;
#else
typedef struct __locale_struct *locale_t;
#endif
#endif

#if defined __ASTRA_NEED_timespec && !defined __ASTRA_HAS_timespec
#define __ASTRA_HAS_timespec
struct timespec {
    time_t tv_sec;
#if __SIZEOF_LONG__ == 4 && (defined __ASTRA_MUSL__ || defined __wasi__)
    long tv_nsec;
    int : 32;
#else
    long tv_nsec;
#endif
};
#endif

#if defined __ASTRA_NEED_timeval && !defined __ASTRA_HAS_timeval
#define __ASTRA_HAS_timeval
struct timeval {
#ifdef _WIN32
    long tv_sec;
    long tv_usec;
#else
    time_t tv_sec;
    suseconds_t tv_usec;
#endif
};
#endif

#if defined __ASTRA_NEED_iovec && !defined __ASTRA_HAS_iovec
#define __ASTRA_HAS_iovec
struct iovec {
    void *iov_base;
    size_t iov_len;
};
#endif

#if defined __ASTRA_NEED_sigset_t && !defined __ASTRA_HAS_sigset_t
#define __ASTRA_HAS_sigset_t
#ifdef __APPLE__
typedef unsigned int sigset_t;
#elif defined __FreeBSD__
typedef struct __sigset { unsigned int __bits[4]; } sigset_t;
#elif defined __ASTRA_MUSL__
typedef struct __sigset_t { unsigned long __bits[128 / sizeof(long)]; } sigset_t;
#elif defined __wasi__
typedef unsigned char sigset_t;
#elif defined __linux__
typedef struct { unsigned long __val[1024 / (8 * sizeof(unsigned long))]; } sigset_t;
#else
typedef struct __astra_unknown_sigset_t sigset_t;
#endif
#endif

#if defined __ASTRA_NEED_pthread_t && !defined __ASTRA_HAS_pthread_t
#define __ASTRA_HAS_pthread_t
#if defined __ASTRA_GLIBC__
typedef unsigned long pthread_t;
#elif defined __ASTRA_MUSL__ || defined __wasi__
typedef struct __pthread *pthread_t;
#elif defined __APPLE__
typedef struct _opaque_pthread_t *pthread_t;
#elif defined __FreeBSD__
typedef struct pthread *pthread_t;
#else
typedef struct __astra_unknown_pthread_t pthread_t;
#endif
#endif

#if defined __ASTRA_NEED_pthread_key_t && !defined __ASTRA_HAS_pthread_key_t
#define __ASTRA_HAS_pthread_key_t
#ifdef __APPLE__
typedef unsigned long pthread_key_t;
#elif defined __FreeBSD__
typedef int pthread_key_t;
#else
typedef unsigned int pthread_key_t;
#endif
#endif

#if defined __ASTRA_NEED_pthread_once_t && !defined __ASTRA_HAS_pthread_once_t
#define __ASTRA_HAS_pthread_once_t
#ifdef __APPLE__
typedef struct _opaque_pthread_once_t {
    long __sig;
    char __opaque[sizeof(long) == 8 ? 8 : 4];
} pthread_once_t;
#elif defined __FreeBSD__
typedef struct pthread_once {
    int state;
    void *mutex;
} pthread_once_t;
#else
typedef int pthread_once_t;
#endif
#endif

#if defined __ASTRA_NEED_pthread_attr_t && !defined __ASTRA_HAS_pthread_attr_t
#define __ASTRA_HAS_pthread_attr_t
typedef struct __astra_unknown_pthread_attr_t pthread_attr_t;
#endif

#if defined __ASTRA_NEED_pthread_mutex_t && !defined __ASTRA_HAS_pthread_mutex_t
#define __ASTRA_HAS_pthread_mutex_t
typedef struct __astra_unknown_pthread_mutex_t pthread_mutex_t;
#endif

#if defined __ASTRA_NEED_pthread_mutexattr_t && !defined __ASTRA_HAS_pthread_mutexattr_t
#define __ASTRA_HAS_pthread_mutexattr_t
typedef struct __astra_unknown_pthread_mutexattr_t pthread_mutexattr_t;
#endif

#if defined __ASTRA_NEED_pthread_cond_t && !defined __ASTRA_HAS_pthread_cond_t
#define __ASTRA_HAS_pthread_cond_t
typedef struct __astra_unknown_pthread_cond_t pthread_cond_t;
#endif

#if defined __ASTRA_NEED_pthread_condattr_t && !defined __ASTRA_HAS_pthread_condattr_t
#define __ASTRA_HAS_pthread_condattr_t
typedef struct __astra_unknown_pthread_condattr_t pthread_condattr_t;
#endif

#if defined __ASTRA_NEED_pthread_rwlock_t && !defined __ASTRA_HAS_pthread_rwlock_t
#define __ASTRA_HAS_pthread_rwlock_t
typedef struct __astra_unknown_pthread_rwlock_t pthread_rwlock_t;
#endif

#if defined __ASTRA_NEED_pthread_rwlockattr_t && !defined __ASTRA_HAS_pthread_rwlockattr_t
#define __ASTRA_HAS_pthread_rwlockattr_t
typedef struct __astra_unknown_pthread_rwlockattr_t pthread_rwlockattr_t;
#endif

#if defined __ASTRA_NEED_pthread_barrier_t && !defined __ASTRA_HAS_pthread_barrier_t
#define __ASTRA_HAS_pthread_barrier_t
typedef struct __astra_unknown_pthread_barrier_t pthread_barrier_t;
#endif

#if defined __ASTRA_NEED_pthread_barrierattr_t && !defined __ASTRA_HAS_pthread_barrierattr_t
#define __ASTRA_HAS_pthread_barrierattr_t
typedef struct __astra_unknown_pthread_barrierattr_t pthread_barrierattr_t;
#endif

#if defined __ASTRA_NEED_pthread_spinlock_t && !defined __ASTRA_HAS_pthread_spinlock_t
#define __ASTRA_HAS_pthread_spinlock_t
typedef struct __astra_unknown_pthread_spinlock_t pthread_spinlock_t;
#endif

#if defined __ASTRA_NEED_fpos_t && !defined __ASTRA_HAS_fpos_t
#define __ASTRA_HAS_fpos_t
typedef struct __astra_unknown_fpos_t fpos_t;
#endif

#if defined __ASTRA_NEED_mbstate_t && !defined __ASTRA_HAS_mbstate_t
#define __ASTRA_HAS_mbstate_t
typedef struct __astra_unknown_mbstate_t mbstate_t;
#endif

#if defined __ASTRA_NEED_nlink_t && !defined __ASTRA_HAS_nlink_t
#define __ASTRA_HAS_nlink_t
typedef struct __astra_unknown_nlink_t nlink_t;
#endif

#if defined __ASTRA_NEED_blksize_t && !defined __ASTRA_HAS_blksize_t
#define __ASTRA_HAS_blksize_t
typedef struct __astra_unknown_blksize_t blksize_t;
#endif

#if defined __ASTRA_NEED_blkcnt_t && !defined __ASTRA_HAS_blkcnt_t
#define __ASTRA_HAS_blkcnt_t
typedef struct __astra_unknown_blkcnt_t blkcnt_t;
#endif

#if defined __ASTRA_NEED_fsblkcnt_t && !defined __ASTRA_HAS_fsblkcnt_t
#define __ASTRA_HAS_fsblkcnt_t
typedef struct __astra_unknown_fsblkcnt_t fsblkcnt_t;
#endif

#if defined __ASTRA_NEED_fsfilcnt_t && !defined __ASTRA_HAS_fsfilcnt_t
#define __ASTRA_HAS_fsfilcnt_t
typedef struct __astra_unknown_fsfilcnt_t fsfilcnt_t;
#endif

#if defined __ASTRA_NEED_timer_t && !defined __ASTRA_HAS_timer_t
#define __ASTRA_HAS_timer_t
typedef struct __astra_unknown_timer_t timer_t;
#endif

#if defined __ASTRA_NEED_siginfo_t && !defined __ASTRA_HAS_siginfo_t
#define __ASTRA_HAS_siginfo_t
typedef struct __astra_unknown_siginfo_t siginfo_t;
#endif

#if defined __ASTRA_NEED_stack_t && !defined __ASTRA_HAS_stack_t
#define __ASTRA_HAS_stack_t
typedef struct __astra_unknown_stack_t stack_t;
#endif

#if defined __ASTRA_NEED_fd_set && !defined __ASTRA_HAS_fd_set
#define __ASTRA_HAS_fd_set
#ifdef _WIN32
typedef struct fd_set {
    unsigned int fd_count;
    __UINTPTR_TYPE__ fd_array[64];
} fd_set;
#elif defined __APPLE__
typedef struct fd_set { int fds_bits[1024 / 32]; } fd_set;
#elif defined __FreeBSD__
typedef struct fd_set { unsigned long __fds_bits[1024 / 64]; } fd_set;
#elif defined __ASTRA_MUSL__
typedef struct { unsigned long fds_bits[1024 / 8 / sizeof(long)]; } fd_set;
#elif defined __linux__
typedef struct { long __fds_bits[1024 / (8 * sizeof(long))]; } fd_set;
#else
typedef struct __astra_unknown_fd_set fd_set;
#endif
#endif
