/* Tensors and their storage. */

#include "tensor.h"

#include <stdlib.h>
#include <string.h>

#include "handles.h"

enum { STORAGE_UNIT = 64 };

uint64_t storage_length(uint64_t byte_length)
{
    return (byte_length + STORAGE_UNIT - 1) / STORAGE_UNIT * STORAGE_UNIT;
}

void call_memory_limit(struct call *call, uint64_t storage)
{
    if (!call_ok(call))
        return;
    uint64_t limit = call->runtime->memory_limit;
    uint64_t in_use = call->runtime->memory_in_use;
    if (limit == 0 || (in_use <= limit && storage <= limit - in_use))
        return;
    call_fail(call, ASTRA_ERROR_MEMORY_LIMIT, ASTRA_OPERAND_NONE,
              "The runtime's memory limit would be exceeded.");
    call_expected_number(call, limit);
    call_actual_number(call, in_use + storage);
}

struct tensor *call_new_tensor(struct call *call, astra_dtype dtype, const struct shape *shape,
                               uint64_t byte_length)
{
    struct tensor *tensor = call_new_object(call, sizeof *tensor, KIND_TENSOR);
    if (tensor == NULL)
        return NULL;
    uint64_t length = storage_length(byte_length);
    uint64_t allocated = length == 0 ? STORAGE_UNIT : length; /* even nothing has an address */
    if (allocated <= PTRDIFF_MAX)
        tensor->operand.data = aligned_alloc(STORAGE_UNIT, (size_t)allocated);
    if (tensor->operand.data == NULL) {
        call_fail(call, ASTRA_ERROR_OUT_OF_MEMORY, ASTRA_OPERAND_NONE, "Memory is exhausted.");
        free(tensor);
        return NULL;
    }
    tensor->operand.dtype = dtype;
    tensor->operand.shape = *shape;
    tensor->byte_length = byte_length;
    tensor->storage_length = length;
    call->runtime->memory_in_use += length;
    return tensor;
}

/* Checks what desc and data_length say, in the contract's order. */
static void check_desc(struct call *call, const astra_tensor_desc *desc, uint64_t data_length,
                       struct shape *shape)
{
    uint64_t bytes = 0;
    bool is_padded = true;
    if (!call_ok(call))
        return;
    if (dtype_size(desc->dtype) == 0 || desc->rank > ASTRA_MAX_RANK) {
        call_fail(call, ASTRA_ERROR_INVALID_VALUE, 1, "The dtype or the rank is not a declared one.");
        return;
    }
    shape->rank = desc->rank;
    for (uint32_t axis = 0; axis < ASTRA_MAX_RANK; axis++) {
        shape->dims[axis] = desc->dims[axis];
        is_padded = is_padded && (axis < desc->rank || desc->dims[axis] == 0);
    }
    if (!is_padded) {
        call_fail(call, ASTRA_ERROR_NONZERO_RESERVED, 1, "A dimension beyond the rank is not zero.");
    } else if (!shape_bytes(shape, desc->dtype, &bytes)) {
        call_fail(call, ASTRA_ERROR_SHAPE_OVERFLOW, 1, "The shape's bytes do not fit in 63 bits.");
    } else if (data_length != bytes) {
        call_fail(call, ASTRA_ERROR_LENGTH_MISMATCH, 3,
                  "The number of bytes is not the one that the shape needs.");
        call_expected_number(call, bytes);
        call_actual_number(call, data_length);
    }
}

astra_status astra_tensor_create(astra_device device, const astra_tensor_desc *desc,
                                 const void *data, uint64_t data_length, astra_tensor *out_tensor,
                                 astra_error *error)
{
    struct call call = call_begin(error);
    struct shape shape = { 0 };
    astra_tensor_desc known;
    call_handle(&call, 0, device.bits, KIND_DEVICE);
    call_pointer(&call, 1, desc);
    call_growable_in(&call, 1, desc, ASTRA_TENSOR_DESC_FIRST_SIZE, &known, sizeof known);
    call_buffer(&call, 2, data, data_length);
    call_pointer(&call, 4, out_tensor);
    check_desc(&call, &known, data_length, &shape);
    call_memory_limit(&call, storage_length(data_length));
    struct tensor *tensor = call_new_tensor(&call, known.dtype, &shape, data_length);
    uint64_t handle = call_new_handle(&call, tensor);
    if (call_ok(&call) && data_length > 0)
        memcpy(tensor->operand.data, data, (size_t)data_length);
    call_let_go(&call, tensor);
    if (out_tensor != NULL)
        out_tensor->bits = handle;
    return call_end(&call);
}

astra_status astra_tensor_retain(astra_tensor tensor, astra_tensor *out_tensor, astra_error *error)
{
    struct call call = call_begin(error);
    struct tensor *known = call_handle(&call, 0, tensor.bits, KIND_TENSOR);
    call_pointer(&call, 1, out_tensor);
    uint64_t handle = call_new_handle(&call, known);
    if (out_tensor != NULL)
        out_tensor->bits = handle;
    return call_end(&call);
}

astra_status astra_tensor_release(astra_tensor tensor, astra_error *error)
{
    struct call call = call_begin(error);
    call_consumed_handle(&call, 0, tensor.bits, KIND_TENSOR);
    if (call_ok(&call))
        handle_drop(call.runtime, tensor.bits);
    return call_end(&call);
}

astra_status astra_tensor_describe(astra_tensor tensor, astra_tensor_info *out_info,
                                   astra_error *error)
{
    struct call call = call_begin(error);
    astra_tensor_info info = ASTRA_TENSOR_INFO_INIT;
    const struct tensor *known = call_handle(&call, 0, tensor.bits, KIND_TENSOR);
    call_growable_out(&call, 1, out_info, ASTRA_TENSOR_INFO_FIRST_SIZE);
    if (call_ok(&call)) {
        info.dtype = known->operand.dtype;
        info.rank = known->operand.shape.rank;
        memcpy(info.dims, known->operand.shape.dims, sizeof info.dims);
        info.byte_length = known->byte_length;
        info.state = known->object.state;
    }
    call_fill(&call, out_info, ASTRA_TENSOR_INFO_FIRST_SIZE, &info, sizeof info);
    return call_end(&call);
}
