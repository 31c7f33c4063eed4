#ifndef ASTRA_POSIX_SEMAPHORE_H
#define ASTRA_POSIX_SEMAPHORE_H

typedef struct __astra_unknown_sem_t sem_t;

#endif
