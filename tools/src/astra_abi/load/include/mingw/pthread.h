#ifndef ASTRA_MINGW_PTHREAD_H
#define ASTRA_MINGW_PTHREAD_H

#define __ASTRA_NEED_pthread_attr_t
#define __ASTRA_NEED_pthread_barrier_t
#define __ASTRA_NEED_pthread_mutex_t
#define __ASTRA_NEED_pthread_mutexattr_t
#define __ASTRA_NEED_pthread_cond_t
#define __ASTRA_NEED_pthread_condattr_t
#define __ASTRA_NEED_pthread_rwlock_t
#define __ASTRA_NEED_pthread_rwlockattr_t
#define __ASTRA_NEED_pthread_spinlock_t
#define __ASTRA_NEED_pthread_key_t
#include <astra-types.h>

#include <time.h>
typedef __UINTPTR_TYPE__ pthread_t;
typedef long pthread_once_t;

#endif
