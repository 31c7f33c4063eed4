/*
 * The contract astra 0.1.1 as lists, for implementations in C.
 * GENERATED from spec/ by `astra-abi generate`. Do not edit.
 */

#ifndef ASTRA_CONTRACT_H
#define ASTRA_CONTRACT_H

#include <astra/astra.h>

/* X(version, layout hash): every version that a caller may name, oldest first. */
#define ASTRA_HISTORY(X) \
    X(UINT32_C(4096), UINT64_C(0x196BA565E19E0EED)) \
    X(UINT32_C(4097), UINT64_C(0x35AFA4671AC39109))

/* X(name): every status code. */
#define ASTRA_STATUSES(X) \
    X(ASTRA_OK) \
    X(ASTRA_ERROR_NULL_POINTER) \
    X(ASTRA_ERROR_NULL_HANDLE) \
    X(ASTRA_ERROR_WRONG_KIND) \
    X(ASTRA_ERROR_STALE_HANDLE) \
    X(ASTRA_ERROR_DOUBLE_RELEASE) \
    X(ASTRA_ERROR_UNKNOWN_RUNTIME) \
    X(ASTRA_ERROR_MIXED_RUNTIMES) \
    X(ASTRA_ERROR_FORKED_PROCESS) \
    X(ASTRA_ERROR_STRUCT_SIZE) \
    X(ASTRA_ERROR_UNKNOWN_FLAGS) \
    X(ASTRA_ERROR_NONZERO_TAIL) \
    X(ASTRA_ERROR_NONZERO_RESERVED) \
    X(ASTRA_ERROR_INVALID_VALUE) \
    X(ASTRA_ERROR_INDEX_OUT_OF_RANGE) \
    X(ASTRA_ERROR_SHAPE_OVERFLOW) \
    X(ASTRA_ERROR_LENGTH_MISMATCH) \
    X(ASTRA_ERROR_OUT_OF_MEMORY) \
    X(ASTRA_ERROR_MEMORY_LIMIT) \
    X(ASTRA_ERROR_TIMEOUT) \
    X(ASTRA_ERROR_PRODUCER_FAILED) \
    X(ASTRA_ERROR_LIVE_HANDLES) \
    X(ASTRA_ERROR_PENDING_WORK) \
    X(ASTRA_ERROR_ALREADY_SIGNALLED) \
    X(ASTRA_ERROR_NOT_HOST_EVENT) \
    X(ASTRA_ERROR_UNKNOWN_OPERATOR) \
    X(ASTRA_ERROR_UNSUPPORTED_OPERATOR_VERSION) \
    X(ASTRA_ERROR_UNSUPPORTED_DTYPES) \
    X(ASTRA_ERROR_OPERAND_COUNT) \
    X(ASTRA_ERROR_OPERAND_DTYPE) \
    X(ASTRA_ERROR_OPERAND_SHAPE) \
    X(ASTRA_ERROR_UNKNOWN_ATTRIBUTE) \
    X(ASTRA_ERROR_INVALID_ATTRIBUTE) \
    X(ASTRA_ERROR_VERSION_MISMATCH) \
    X(ASTRA_ERROR_LAYOUT_MISMATCH) \
    X(ASTRA_ERROR_TOO_MANY_RUNTIMES) \
    X(ASTRA_ERROR_NOT_IN_LIBRARY) \
    X(ASTRA_ERROR_INTERNAL)

/* X(slot, function): the function table, in the order of its slots. */
#define ASTRA_TABLE(X) \
    X(device_get, astra_device_get) \
    X(device_describe, astra_device_describe) \
    X(event_create, astra_event_create) \
    X(event_retain, astra_event_retain) \
    X(event_release, astra_event_release) \
    X(event_signal, astra_event_signal) \
    X(event_wait, astra_event_wait) \
    X(event_query, astra_event_query) \
    X(kernel_get, astra_kernel_get) \
    X(kernel_describe, astra_kernel_describe) \
    X(launch, astra_launch) \
    X(tensor_map, astra_tensor_map) \
    X(map_get, astra_map_get) \
    X(map_release, astra_map_release) \
    X(runtime_create, astra_runtime_create) \
    X(runtime_retain, astra_runtime_retain) \
    X(runtime_release, astra_runtime_release) \
    X(runtime_describe, astra_runtime_describe) \
    X(stream_create, astra_stream_create) \
    X(stream_retain, astra_stream_retain) \
    X(stream_release, astra_stream_release) \
    X(stream_synchronize, astra_stream_synchronize) \
    X(stream_wait, astra_stream_wait) \
    X(stream_record, astra_stream_record) \
    X(tensor_create, astra_tensor_create) \
    X(tensor_retain, astra_tensor_retain) \
    X(tensor_release, astra_tensor_release) \
    X(tensor_describe, astra_tensor_describe)

/* X(struct, bytes of its first version): the smallest size that is accepted. */
#define ASTRA_FIRST_SIZES(X) \
    X(astra_device_info, 80) \
    X(astra_kernel_query, 64) \
    X(astra_kernel_info, 80) \
    X(astra_launch_options, 24) \
    X(astra_runtime_config, 16) \
    X(astra_runtime_info, 40) \
    X(astra_tensor_desc, 80) \
    X(astra_tensor_info, 96) \
    X(astra_hello, 24) \
    X(astra_api, 232)

#define ASTRA_DEVICE_INFO_FIRST_SIZE UINT32_C(80)
#define ASTRA_KERNEL_QUERY_FIRST_SIZE UINT32_C(64)
#define ASTRA_KERNEL_INFO_FIRST_SIZE UINT32_C(80)
#define ASTRA_LAUNCH_OPTIONS_FIRST_SIZE UINT32_C(24)
#define ASTRA_RUNTIME_CONFIG_FIRST_SIZE UINT32_C(16)
#define ASTRA_RUNTIME_INFO_FIRST_SIZE UINT32_C(40)
#define ASTRA_TENSOR_DESC_FIRST_SIZE UINT32_C(80)
#define ASTRA_TENSOR_INFO_FIRST_SIZE UINT32_C(96)
#define ASTRA_HELLO_FIRST_SIZE UINT32_C(24)
#define ASTRA_API_FIRST_SIZE UINT32_C(232)

/* X(dtype, bytes of one element): every element type. */
#define ASTRA_ELEMENTS(X) \
    X(ASTRA_DTYPE_F32, 4) \
    X(ASTRA_DTYPE_F64, 8) \
    X(ASTRA_DTYPE_F16, 2) \
    X(ASTRA_DTYPE_BF16, 2) \
    X(ASTRA_DTYPE_BOOL, 1) \
    X(ASTRA_DTYPE_I8, 1) \
    X(ASTRA_DTYPE_I16, 2) \
    X(ASTRA_DTYPE_I32, 4) \
    X(ASTRA_DTYPE_I64, 8) \
    X(ASTRA_DTYPE_U8, 1) \
    X(ASTRA_DTYPE_U16, 2) \
    X(ASTRA_DTYPE_U32, 4) \
    X(ASTRA_DTYPE_U64, 8)

/* X(identifier, "name", version, inputs, outputs): every operator version. */
#define ASTRA_OPERATORS(X) \
    X(add_1, "add", 1, 2, 1) \
    X(exp_1, "exp", 1, 1, 1) \
    X(matmul_1, "matmul", 1, 2, 1) \
    X(mul_1, "mul", 1, 2, 1) \
    X(sum_1, "sum", 1, 1, 1)

/* X(identifier, input dtypes..., output dtypes...): every declared combination, one row each. */
#define ASTRA_DTYPES(X) \
    X(add_1, ASTRA_DTYPE_F32, ASTRA_DTYPE_F32, ASTRA_DTYPE_F32) \
    X(add_1, ASTRA_DTYPE_F16, ASTRA_DTYPE_F16, ASTRA_DTYPE_F16) \
    X(add_1, ASTRA_DTYPE_BF16, ASTRA_DTYPE_BF16, ASTRA_DTYPE_BF16) \
    X(add_1, ASTRA_DTYPE_F64, ASTRA_DTYPE_F64, ASTRA_DTYPE_F64) \
    X(add_1, ASTRA_DTYPE_I8, ASTRA_DTYPE_I8, ASTRA_DTYPE_I8) \
    X(add_1, ASTRA_DTYPE_I16, ASTRA_DTYPE_I16, ASTRA_DTYPE_I16) \
    X(add_1, ASTRA_DTYPE_I32, ASTRA_DTYPE_I32, ASTRA_DTYPE_I32) \
    X(add_1, ASTRA_DTYPE_I64, ASTRA_DTYPE_I64, ASTRA_DTYPE_I64) \
    X(add_1, ASTRA_DTYPE_U8, ASTRA_DTYPE_U8, ASTRA_DTYPE_U8) \
    X(add_1, ASTRA_DTYPE_U16, ASTRA_DTYPE_U16, ASTRA_DTYPE_U16) \
    X(add_1, ASTRA_DTYPE_U32, ASTRA_DTYPE_U32, ASTRA_DTYPE_U32) \
    X(add_1, ASTRA_DTYPE_U64, ASTRA_DTYPE_U64, ASTRA_DTYPE_U64) \
    X(exp_1, ASTRA_DTYPE_F32, ASTRA_DTYPE_F32) \
    X(matmul_1, ASTRA_DTYPE_F32, ASTRA_DTYPE_F32, ASTRA_DTYPE_F32) \
    X(mul_1, ASTRA_DTYPE_F32, ASTRA_DTYPE_F32, ASTRA_DTYPE_F32) \
    X(mul_1, ASTRA_DTYPE_F16, ASTRA_DTYPE_F16, ASTRA_DTYPE_F16) \
    X(mul_1, ASTRA_DTYPE_BF16, ASTRA_DTYPE_BF16, ASTRA_DTYPE_BF16) \
    X(mul_1, ASTRA_DTYPE_F64, ASTRA_DTYPE_F64, ASTRA_DTYPE_F64) \
    X(mul_1, ASTRA_DTYPE_I8, ASTRA_DTYPE_I8, ASTRA_DTYPE_I8) \
    X(mul_1, ASTRA_DTYPE_I16, ASTRA_DTYPE_I16, ASTRA_DTYPE_I16) \
    X(mul_1, ASTRA_DTYPE_I32, ASTRA_DTYPE_I32, ASTRA_DTYPE_I32) \
    X(mul_1, ASTRA_DTYPE_I64, ASTRA_DTYPE_I64, ASTRA_DTYPE_I64) \
    X(mul_1, ASTRA_DTYPE_U8, ASTRA_DTYPE_U8, ASTRA_DTYPE_U8) \
    X(mul_1, ASTRA_DTYPE_U16, ASTRA_DTYPE_U16, ASTRA_DTYPE_U16) \
    X(mul_1, ASTRA_DTYPE_U32, ASTRA_DTYPE_U32, ASTRA_DTYPE_U32) \
    X(mul_1, ASTRA_DTYPE_U64, ASTRA_DTYPE_U64, ASTRA_DTYPE_U64) \
    X(sum_1, ASTRA_DTYPE_F32, ASTRA_DTYPE_F32)

/* X(identifier of the operator, name, id, kind, required): every attribute. */
#define ASTRA_ATTRIBUTES(X) \
    X(sum_1, axes, 1, ASTRA_ATTRIBUTE_U64, 1) \
    X(sum_1, keep_axes, 2, ASTRA_ATTRIBUTE_U64, 0)

#endif /* ASTRA_CONTRACT_H */
