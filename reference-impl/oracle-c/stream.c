/* Streams, and the two kinds of item that run nothing: waits and records. */

#include "checks.h"
#include "handles.h"
#include "queue.h"

#include <stdlib.h>

astra_status astra_stream_create(astra_device device, astra_stream *out_stream, astra_error *error)
{
    struct call call = call_begin(error);
    call_handle(&call, 0, device.bits, KIND_DEVICE);
    call_pointer(&call, 1, out_stream);
    struct stream *stream = call_new_object(&call, sizeof *stream, KIND_STREAM);
    uint64_t handle = call_new_handle(&call, stream);
    call_let_go(&call, stream);
    if (out_stream != NULL)
        out_stream->bits = handle;
    return call_end(&call);
}

astra_status astra_stream_retain(astra_stream stream, astra_stream *out_stream, astra_error *error)
{
    struct call call = call_begin(error);
    struct stream *known = call_handle(&call, 0, stream.bits, KIND_STREAM);
    call_pointer(&call, 1, out_stream);
    uint64_t handle = call_new_handle(&call, known);
    if (out_stream != NULL)
        out_stream->bits = handle;
    return call_end(&call);
}

astra_status astra_stream_release(astra_stream stream, astra_error *error)
{
    struct call call = call_begin(error);
    const struct stream *known = call_consumed_handle(&call, 0, stream.bits, KIND_STREAM);
    if (call_ok(&call) && known->object.handles == 1 && known->first != NULL) {
        call_fail(&call, ASTRA_ERROR_PENDING_WORK, 0,
                  "The last reference to a stream cannot go while an item of it is pending.");
        call_actual_number(&call, known->enqueued - known->finished);
    }
    if (call_ok(&call))
        handle_drop(call.runtime, stream.bits);
    return call_end(&call);
}

astra_status astra_stream_synchronize(astra_stream stream, uint64_t timeout_ns, astra_error *error)
{
    struct call call = call_begin(error);
    struct stream *known = call_handle(&call, 0, stream.bits, KIND_STREAM);
    if (call_ok(&call)) {
        struct deadline deadline = deadline_after(timeout_ns);
        uint64_t last = known->enqueued;
        bool has_time = true;
        known->object.references++;
        while (known->object.state == ASTRA_STATE_COMPLETE && known->finished < last && has_time)
            has_time = call_wait(&call, &deadline);
        if (known->object.state == ASTRA_STATE_FAILED)
            call_fail_producer(&call, &known->object);
        else if (known->finished < last)
            call_fail_timeout(&call);
        object_release(call.runtime, &known->object);
    }
    return call_end(&call);
}

astra_status astra_stream_wait(astra_stream stream, astra_event event, astra_error *error)
{
    struct call call = call_begin(error);
    struct stream *queue = call_handle(&call, 0, stream.bits, KIND_STREAM);
    struct event *known = call_handle(&call, 1, event.bits, KIND_EVENT);
    /* Waiting for what has happened, or failing twice, changes nothing, and so needs no memory. */
    if (call_ok(&call) && known->object.state != ASTRA_STATE_COMPLETE
        && queue->object.state != ASTRA_STATE_FAILED) {
        struct item *item = call_new_item(&call);
        if (item != NULL) {
            item_needs(item, &known->object);
            stream_enqueue(call.runtime, queue, item);
        }
    }
    return call_end(&call);
}

astra_status astra_stream_record(astra_stream stream, astra_event *out_event, astra_error *error)
{
    struct call call = call_begin(error);
    struct stream *queue = call_handle(&call, 0, stream.bits, KIND_STREAM);
    call_pointer(&call, 1, out_event);
    struct event *event = call_new_object(&call, sizeof *event, KIND_EVENT);
    struct item *item = call_new_item(&call);
    uint64_t handle = call_new_handle(&call, event);
    if (call_ok(&call)) {
        event->object.state = ASTRA_STATE_PENDING;
        item_decides(item, &event->object);
        stream_enqueue(call.runtime, queue, item);
    } else {
        free(item);
    }
    call_let_go(&call, event);
    if (out_event != NULL)
        out_event->bits = handle;
    return call_end(&call);
}
