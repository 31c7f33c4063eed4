/* Waiting with a limit, by the monotonic clock. */

#include "checks.h"

#include <time.h>

struct deadline deadline_after(uint64_t timeout_ns)
{
    enum { NS_PER_S = 1000000000 };
    struct deadline deadline = { .is_never = timeout_ns == ASTRA_WAIT_FOREVER };
    clock_gettime(CLOCK_MONOTONIC, &deadline.at);
    deadline.at.tv_sec += (time_t)(timeout_ns / NS_PER_S);
    deadline.at.tv_nsec += (long)(timeout_ns % NS_PER_S);
    if (deadline.at.tv_nsec >= NS_PER_S) {
        deadline.at.tv_nsec -= NS_PER_S;
        deadline.at.tv_sec++;
    }
    return deadline;
}

static bool is_past(const struct timespec *at)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec > at->tv_sec || (now.tv_sec == at->tv_sec && now.tv_nsec >= at->tv_nsec);
}

bool call_wait(struct call *call, const struct deadline *deadline)
{
    struct runtime *runtime = call->runtime;
    if (deadline->is_never)
        pthread_cond_wait(&runtime->changed, &runtime->lock);
    else if (is_past(&deadline->at))
        return false;
    else
        pthread_cond_timedwait(&runtime->changed, &runtime->lock, &deadline->at);
    return true;
}
