#ifndef ASTRA_POSIX_PTHREAD_H
#define ASTRA_POSIX_PTHREAD_H

#include <sched.h>
#include <time.h>
#define __ASTRA_NEED_pthread_t
#define __ASTRA_NEED_pthread_attr_t
#define __ASTRA_NEED_pthread_barrier_t
#define __ASTRA_NEED_pthread_barrierattr_t
#define __ASTRA_NEED_pthread_cond_t
#define __ASTRA_NEED_pthread_condattr_t
#define __ASTRA_NEED_pthread_key_t
#define __ASTRA_NEED_pthread_mutex_t
#define __ASTRA_NEED_pthread_mutexattr_t
#define __ASTRA_NEED_pthread_once_t
#define __ASTRA_NEED_pthread_rwlock_t
#define __ASTRA_NEED_pthread_rwlockattr_t
#define __ASTRA_NEED_pthread_spinlock_t
#include <astra-types.h>

#endif
