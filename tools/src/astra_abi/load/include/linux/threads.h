#ifndef ASTRA_LINUX_THREADS_H
#define ASTRA_LINUX_THREADS_H

typedef struct __astra_unknown_mtx_t mtx_t;
typedef struct __astra_unknown_cnd_t cnd_t;
typedef struct __astra_unknown_thrd_t thrd_t;
typedef struct __astra_unknown_tss_t tss_t;
typedef struct __astra_unknown_once_flag once_flag;
typedef int (*thrd_start_t)(void *);

#endif
