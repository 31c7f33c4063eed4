/* Maps: reading a tensor in place. A map keeps its tensor alive. */

#include "checks.h"
#include "handles.h"

/* Waits for the contents. The runtime may be gone afterwards: the wait lets other calls in. */
static void wait_for_contents(struct call *call, struct tensor *tensor, uint64_t timeout_ns)
{
    call_wait_object(call, tensor, timeout_ns);
    if (call_ok(call) && call->runtime->is_dead)
        call_fail(call, ASTRA_ERROR_STALE_HANDLE, 0, "The runtime was released during the wait.");
}

astra_status astra_tensor_map(astra_tensor tensor, uint64_t timeout_ns, astra_map *out_map,
                              astra_error *error)
{
    struct call call = call_begin(error);
    struct tensor *known = call_handle(&call, 0, tensor.bits, KIND_TENSOR);
    call_pointer(&call, 2, out_map);
    struct object *pinned = call_ok(&call) ? &known->object : NULL;
    if (pinned != NULL)
        pinned->references++;
    wait_for_contents(&call, known, timeout_ns);
    struct map *map = call_new_object(&call, sizeof *map, KIND_MAP);
    if (map != NULL) {
        map->tensor = known;
        known->object.references++;
    }
    uint64_t handle = call_new_handle(&call, map);
    call_let_go(&call, map);
    call_let_go(&call, pinned);
    if (out_map != NULL)
        out_map->bits = handle;
    return call_end(&call);
}

astra_status astra_map_get(astra_map map, const void **out_data, uint64_t *out_length,
                           astra_error *error)
{
    struct call call = call_begin(error);
    const struct map *known = call_handle(&call, 0, map.bits, KIND_MAP);
    call_pointer(&call, 1, out_data);
    call_pointer(&call, 2, out_length);
    if (out_data != NULL)
        *out_data = call_ok(&call) ? known->tensor->operand.data : NULL;
    if (out_length != NULL)
        *out_length = call_ok(&call) ? known->tensor->byte_length : 0;
    return call_end(&call);
}

astra_status astra_map_release(astra_map map, astra_error *error)
{
    struct call call = call_begin(error);
    call_consumed_handle(&call, 0, map.bits, KIND_MAP);
    if (call_ok(&call))
        handle_drop(call.runtime, map.bits);
    return call_end(&call);
}
