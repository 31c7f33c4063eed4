/* How a call waits, and what it says when that was in vain. */

#include "checks.h"
#include "queue.h"

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
