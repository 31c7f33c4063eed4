/* How a call waits, and what it says when that was in vain. */

#define _POSIX_C_SOURCE 200809L /* the monotonic clock */

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

void call_fail_producer(struct call *call, const struct object *object)
{
    call_fail(call, ASTRA_ERROR_PRODUCER_FAILED, ASTRA_OPERAND_NONE,
              "What was waited for can never complete, because something before it failed.");
    call_op(call, object->culprit);
}

void call_fail_timeout(struct call *call)
{
    call_fail(call, ASTRA_ERROR_TIMEOUT, ASTRA_OPERAND_NONE, "The time limit passed first.");
}

void call_wait_object(struct call *call, void *waited_for, uint64_t timeout_ns)
{
    if (!call_ok(call))
        return;
    struct object *object = waited_for;
    struct deadline deadline = deadline_after(timeout_ns);
    bool has_time = true;
    object->references++; /* its last handle may be released meanwhile */
    while (object->state == ASTRA_STATE_PENDING && has_time)
        has_time = call_wait(call, &deadline);
    if (object->state == ASTRA_STATE_FAILED)
        call_fail_producer(call, object);
    else if (object->state == ASTRA_STATE_PENDING)
        call_fail_timeout(call);
    object_release(call->runtime, object);
}
