/* Events: host events are decided here, stream events by their stream. */

#include "checks.h"
#include "handles.h"
#include "queue.h"

astra_status astra_event_create(astra_runtime runtime, astra_event *out_event, astra_error *error)
{
    struct call call = call_begin(error);
    call_handle(&call, 0, runtime.bits, KIND_RUNTIME);
    call_pointer(&call, 1, out_event);
    struct event *event = call_new_object(&call, sizeof *event, KIND_EVENT);
    if (event != NULL) {
        event->object.state = ASTRA_STATE_PENDING;
        event->is_host = true;
    }
    uint64_t handle = call_new_handle(&call, event);
    call_let_go(&call, event);
    if (out_event != NULL)
        out_event->bits = handle;
    return call_end(&call);
}

astra_status astra_event_retain(astra_event event, astra_event *out_event, astra_error *error)
{
    struct call call = call_begin(error);
    struct event *known = call_handle(&call, 0, event.bits, KIND_EVENT);
    call_pointer(&call, 1, out_event);
    uint64_t handle = call_new_handle(&call, known);
    if (out_event != NULL)
        out_event->bits = handle;
    return call_end(&call);
}

astra_status astra_event_release(astra_event event, astra_error *error)
{
    struct call call = call_begin(error);
    struct event *known = call_consumed_handle(&call, 0, event.bits, KIND_EVENT);
    if (call_ok(&call)) {
        bool is_abandoned = known->is_host && known->object.handles == 1
                            && known->object.state == ASTRA_STATE_PENDING;
        if (is_abandoned) /* nobody is left who could signal it */
            event_decide(call.runtime, known, ASTRA_STATE_FAILED);
        handle_drop(call.runtime, event.bits);
    }
    return call_end(&call);
}

astra_status astra_event_signal(astra_event event, astra_event_state outcome, astra_error *error)
{
    struct call call = call_begin(error);
    struct event *known = call_handle(&call, 0, event.bits, KIND_EVENT);
    if (call_ok(&call) && outcome != ASTRA_STATE_COMPLETE && outcome != ASTRA_STATE_FAILED) {
        call_fail(&call, ASTRA_ERROR_INVALID_VALUE, 1, "An event can complete or fail, only.");
        call_expected(&call, "ASTRA_STATE_COMPLETE or ASTRA_STATE_FAILED");
        call_actual_number(&call, outcome);
    }
    if (call_ok(&call) && !known->is_host)
        call_fail(&call, ASTRA_ERROR_NOT_HOST_EVENT, 0, "The event completes by itself.");
    if (call_ok(&call) && known->object.state != ASTRA_STATE_PENDING)
        call_fail(&call, ASTRA_ERROR_ALREADY_SIGNALLED, 0, "The event was signalled before.");
    if (call_ok(&call))
        event_decide(call.runtime, known, outcome);
    return call_end(&call);
}

astra_status astra_event_wait(astra_event event, uint64_t timeout_ns, astra_error *error)
{
    struct call call = call_begin(error);
    struct event *known = call_handle(&call, 0, event.bits, KIND_EVENT);
    call_wait_object(&call, known, timeout_ns);
    return call_end(&call);
}

astra_status astra_event_query(astra_event event, astra_event_state *out_state, astra_error *error)
{
    struct call call = call_begin(error);
    const struct event *known = call_handle(&call, 0, event.bits, KIND_EVENT);
    call_pointer(&call, 1, out_state);
    if (out_state != NULL)
        *out_state = call_ok(&call) ? known->object.state : 0;
    return call_end(&call);
}
