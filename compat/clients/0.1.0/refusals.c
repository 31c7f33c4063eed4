/* Everything that an application relies on being refused, by number and by name. */
#include <astra/astra.h>

#include <inttypes.h>
#include <stdio.h>

static astra_error error;

static void report(const char *what, astra_status status)
{
    printf("%s: %" PRId32 " %s operand %" PRIu32 "\n", what, status, error.symbol, error.operand);
}

int main(void)
{
    struct {
        astra_runtime_config config;
        uint64_t tail;
    } newer = {ASTRA_RUNTIME_CONFIG_INIT, 1};
    astra_hello hello = ASTRA_HELLO_INIT;
    astra_hello stranger = ASTRA_HELLO_INIT;
    astra_runtime_config config = ASTRA_RUNTIME_CONFIG_INIT;
    astra_tensor_desc desc = ASTRA_TENSOR_DESC_INIT;
    astra_kernel_query query = ASTRA_KERNEL_QUERY_INIT;
    const astra_runtime none = {0};
    astra_runtime runtime;
    astra_device device;
    astra_kernel kernel;
    astra_tensor tensor;

    stranger.minimum_layout_hash ^= 1;
    report("other layout", astra_runtime_create(&stranger, NULL, &runtime, &error));
    stranger = hello;
    stranger.built_version = stranger.minimum_version = UINT32_C(1) << 22;
    report("other line", astra_runtime_create(&stranger, NULL, &runtime, &error));
    config.flags = 1;
    report("unknown flag", astra_runtime_create(&hello, &config, &runtime, &error));
    newer.config.struct_size = (uint32_t)sizeof newer;
    report("unknown field in use", astra_runtime_create(&hello, &newer.config, &runtime, &error));
    newer.tail = 0;
    report("unknown field at zero", astra_runtime_create(&hello, &newer.config, &runtime, &error));
    report("null handle", astra_device_get(none, 0, &device, &error));
    report("index", astra_device_get(runtime, 7, &device, &error));
    report("device", astra_device_get(runtime, 0, &device, &error));
    desc.dtype = ASTRA_DTYPE_F32;
    desc.rank = 1;
    desc.dims[0] = 4;
    report("length", astra_tensor_create(device, &desc, &desc, 15, &tensor, &error));
    desc.dims[1] = 1;
    report("unused dimension", astra_tensor_create(device, &desc, &desc, 16, &tensor, &error));
    query.op.ptr = "add@2";
    query.op.len = 5;
    query.dtype_count = 2;
    query.dtypes[0] = query.dtypes[1] = ASTRA_DTYPE_F32;
    report("operator version", astra_kernel_get(device, &query, &kernel, &error));
    query.op.ptr = "nil@1";
    report("operator", astra_kernel_get(device, &query, &kernel, &error));
    report("release", astra_runtime_release(runtime, &error));
    report("release again", astra_runtime_release(runtime, &error));
    report("use after release", astra_device_describe(device, NULL, &error));
    return 0;
}
