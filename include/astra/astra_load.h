/*
 * For programs that load astra at run time, version 0.1.1.
 * astra_load fills a table through the library's astra_get_api; a function that the library is
 * too old to have returns ASTRA_ERROR_NOT_IN_LIBRARY, so that no slot is ever NULL.
 * GENERATED from spec/ by `astra-abi generate`. Do not edit.
 */

#ifndef ASTRA_ASTRA_LOAD_H
#define ASTRA_ASTRA_LOAD_H

#include <astra/astra.h>

#include <string.h>

static inline astra_status astra_not_in_library(astra_error *error)
{
    static const char symbol[] = "ASTRA_ERROR_NOT_IN_LIBRARY";
    static const char message[] = "The function is newer than the library.";
    if (error != ASTRA_NULL) {
        memset(error, 0, sizeof *error);
        error->code = ASTRA_ERROR_NOT_IN_LIBRARY;
        error->operand = ASTRA_OPERAND_NONE;
        memcpy(error->symbol, symbol, sizeof symbol);
        memcpy(error->message, message, sizeof message);
    }
    return ASTRA_ERROR_NOT_IN_LIBRARY;
}

static inline astra_status astra_missing_device_get(astra_runtime runtime, uint32_t index, astra_device *out_device, astra_error *error)
{
    (void)runtime;
    (void)index;
    if (out_device != ASTRA_NULL) {
        memset(out_device, 0, sizeof *out_device);
    }
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_device_describe(astra_device device, astra_device_info *out_info, astra_error *error)
{
    (void)device;
    if (out_info != ASTRA_NULL && out_info->struct_size >= 80u && out_info->struct_size <= 65536u) {
        uint32_t size = out_info->struct_size;
        memset(out_info, 0, size);
        out_info->struct_size = size;
    }
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_event_create(astra_runtime runtime, astra_event *out_event, astra_error *error)
{
    (void)runtime;
    if (out_event != ASTRA_NULL) {
        memset(out_event, 0, sizeof *out_event);
    }
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_event_retain(astra_event event, astra_event *out_event, astra_error *error)
{
    (void)event;
    if (out_event != ASTRA_NULL) {
        memset(out_event, 0, sizeof *out_event);
    }
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_event_release(astra_event event, astra_error *error)
{
    (void)event;
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_event_signal(astra_event event, astra_event_state outcome, astra_error *error)
{
    (void)event;
    (void)outcome;
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_event_wait(astra_event event, uint64_t timeout_ns, astra_error *error)
{
    (void)event;
    (void)timeout_ns;
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_event_query(astra_event event, astra_event_state *out_state, astra_error *error)
{
    (void)event;
    if (out_state != ASTRA_NULL) {
        memset(out_state, 0, sizeof *out_state);
    }
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_kernel_get(astra_device device, const astra_kernel_query *query, astra_kernel *out_kernel, astra_error *error)
{
    (void)device;
    (void)query;
    if (out_kernel != ASTRA_NULL) {
        memset(out_kernel, 0, sizeof *out_kernel);
    }
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_kernel_describe(astra_kernel kernel, astra_kernel_info *out_info, astra_error *error)
{
    (void)kernel;
    if (out_info != ASTRA_NULL && out_info->struct_size >= 80u && out_info->struct_size <= 65536u) {
        uint32_t size = out_info->struct_size;
        memset(out_info, 0, size);
        out_info->struct_size = size;
    }
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_launch(astra_stream stream, astra_kernel kernel, const astra_launch_options *options, const astra_tensor *inputs, uint32_t input_count, astra_tensor *outputs, uint32_t output_count, astra_error *error)
{
    (void)stream;
    (void)kernel;
    (void)options;
    (void)inputs;
    (void)input_count;
    if (outputs != ASTRA_NULL) {
        memset(outputs, 0, output_count * sizeof *outputs);
    }
    (void)output_count;
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_tensor_map(astra_tensor tensor, uint64_t timeout_ns, astra_map *out_map, astra_error *error)
{
    (void)tensor;
    (void)timeout_ns;
    if (out_map != ASTRA_NULL) {
        memset(out_map, 0, sizeof *out_map);
    }
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_map_get(astra_map map, const void **out_data, uint64_t *out_length, astra_error *error)
{
    (void)map;
    if (out_data != ASTRA_NULL) {
        memset(out_data, 0, sizeof *out_data);
    }
    if (out_length != ASTRA_NULL) {
        memset(out_length, 0, sizeof *out_length);
    }
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_map_release(astra_map map, astra_error *error)
{
    (void)map;
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_runtime_create(const astra_hello *hello, const astra_runtime_config *config, astra_runtime *out_runtime, astra_error *error)
{
    (void)hello;
    (void)config;
    if (out_runtime != ASTRA_NULL) {
        memset(out_runtime, 0, sizeof *out_runtime);
    }
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_runtime_retain(astra_runtime runtime, astra_runtime *out_runtime, astra_error *error)
{
    (void)runtime;
    if (out_runtime != ASTRA_NULL) {
        memset(out_runtime, 0, sizeof *out_runtime);
    }
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_runtime_release(astra_runtime runtime, astra_error *error)
{
    (void)runtime;
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_runtime_describe(astra_runtime runtime, astra_runtime_info *out_info, astra_error *error)
{
    (void)runtime;
    if (out_info != ASTRA_NULL && out_info->struct_size >= 40u && out_info->struct_size <= 65536u) {
        uint32_t size = out_info->struct_size;
        memset(out_info, 0, size);
        out_info->struct_size = size;
    }
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_stream_create(astra_device device, astra_stream *out_stream, astra_error *error)
{
    (void)device;
    if (out_stream != ASTRA_NULL) {
        memset(out_stream, 0, sizeof *out_stream);
    }
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_stream_retain(astra_stream stream, astra_stream *out_stream, astra_error *error)
{
    (void)stream;
    if (out_stream != ASTRA_NULL) {
        memset(out_stream, 0, sizeof *out_stream);
    }
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_stream_release(astra_stream stream, astra_error *error)
{
    (void)stream;
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_stream_synchronize(astra_stream stream, uint64_t timeout_ns, astra_error *error)
{
    (void)stream;
    (void)timeout_ns;
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_stream_wait(astra_stream stream, astra_event event, astra_error *error)
{
    (void)stream;
    (void)event;
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_stream_record(astra_stream stream, astra_event *out_event, astra_error *error)
{
    (void)stream;
    if (out_event != ASTRA_NULL) {
        memset(out_event, 0, sizeof *out_event);
    }
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_tensor_create(astra_device device, const astra_tensor_desc *desc, const void *data, uint64_t data_length, astra_tensor *out_tensor, astra_error *error)
{
    (void)device;
    (void)desc;
    (void)data;
    (void)data_length;
    if (out_tensor != ASTRA_NULL) {
        memset(out_tensor, 0, sizeof *out_tensor);
    }
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_tensor_retain(astra_tensor tensor, astra_tensor *out_tensor, astra_error *error)
{
    (void)tensor;
    if (out_tensor != ASTRA_NULL) {
        memset(out_tensor, 0, sizeof *out_tensor);
    }
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_tensor_release(astra_tensor tensor, astra_error *error)
{
    (void)tensor;
    return astra_not_in_library(error);
}

static inline astra_status astra_missing_tensor_describe(astra_tensor tensor, astra_tensor_info *out_info, astra_error *error)
{
    (void)tensor;
    if (out_info != ASTRA_NULL && out_info->struct_size >= 96u && out_info->struct_size <= 65536u) {
        uint32_t size = out_info->struct_size;
        memset(out_info, 0, size);
        out_info->struct_size = size;
    }
    return astra_not_in_library(error);
}

/* The type of astra_get_api, for what dlsym or GetProcAddress returns. */

typedef astra_status (*astra_get_api_function)(const astra_hello *hello, astra_api *table, astra_error *error);

static inline astra_status astra_load(astra_get_api_function get_api, const astra_hello *hello, astra_api *table, astra_error *error)
{
    astra_status status = get_api(hello, table, error);
    if (status != ASTRA_OK) {
        return status;
    }
    if (table->device_get == ASTRA_NULL) {
        table->device_get = astra_missing_device_get;
    }
    if (table->device_describe == ASTRA_NULL) {
        table->device_describe = astra_missing_device_describe;
    }
    if (table->event_create == ASTRA_NULL) {
        table->event_create = astra_missing_event_create;
    }
    if (table->event_retain == ASTRA_NULL) {
        table->event_retain = astra_missing_event_retain;
    }
    if (table->event_release == ASTRA_NULL) {
        table->event_release = astra_missing_event_release;
    }
    if (table->event_signal == ASTRA_NULL) {
        table->event_signal = astra_missing_event_signal;
    }
    if (table->event_wait == ASTRA_NULL) {
        table->event_wait = astra_missing_event_wait;
    }
    if (table->event_query == ASTRA_NULL) {
        table->event_query = astra_missing_event_query;
    }
    if (table->kernel_get == ASTRA_NULL) {
        table->kernel_get = astra_missing_kernel_get;
    }
    if (table->kernel_describe == ASTRA_NULL) {
        table->kernel_describe = astra_missing_kernel_describe;
    }
    if (table->launch == ASTRA_NULL) {
        table->launch = astra_missing_launch;
    }
    if (table->tensor_map == ASTRA_NULL) {
        table->tensor_map = astra_missing_tensor_map;
    }
    if (table->map_get == ASTRA_NULL) {
        table->map_get = astra_missing_map_get;
    }
    if (table->map_release == ASTRA_NULL) {
        table->map_release = astra_missing_map_release;
    }
    if (table->runtime_create == ASTRA_NULL) {
        table->runtime_create = astra_missing_runtime_create;
    }
    if (table->runtime_retain == ASTRA_NULL) {
        table->runtime_retain = astra_missing_runtime_retain;
    }
    if (table->runtime_release == ASTRA_NULL) {
        table->runtime_release = astra_missing_runtime_release;
    }
    if (table->runtime_describe == ASTRA_NULL) {
        table->runtime_describe = astra_missing_runtime_describe;
    }
    if (table->stream_create == ASTRA_NULL) {
        table->stream_create = astra_missing_stream_create;
    }
    if (table->stream_retain == ASTRA_NULL) {
        table->stream_retain = astra_missing_stream_retain;
    }
    if (table->stream_release == ASTRA_NULL) {
        table->stream_release = astra_missing_stream_release;
    }
    if (table->stream_synchronize == ASTRA_NULL) {
        table->stream_synchronize = astra_missing_stream_synchronize;
    }
    if (table->stream_wait == ASTRA_NULL) {
        table->stream_wait = astra_missing_stream_wait;
    }
    if (table->stream_record == ASTRA_NULL) {
        table->stream_record = astra_missing_stream_record;
    }
    if (table->tensor_create == ASTRA_NULL) {
        table->tensor_create = astra_missing_tensor_create;
    }
    if (table->tensor_retain == ASTRA_NULL) {
        table->tensor_retain = astra_missing_tensor_retain;
    }
    if (table->tensor_release == ASTRA_NULL) {
        table->tensor_release = astra_missing_tensor_release;
    }
    if (table->tensor_describe == ASTRA_NULL) {
        table->tensor_describe = astra_missing_tensor_describe;
    }
    return ASTRA_OK;
}

#endif /* ASTRA_ASTRA_LOAD_H */
