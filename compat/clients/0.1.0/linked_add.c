/* Linked at build time: creates everything that a first program needs, adds, and prints bits. */
#include <astra/astra.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void check(astra_status status, const astra_error *error)
{
    if (status != ASTRA_OK) {
        fprintf(stderr, "%s: %s\n", error->symbol, error->message);
        exit(1);
    }
}

static astra_tensor tensor(astra_device device, const float *values, uint64_t count)
{
    astra_error error;
    astra_tensor_desc desc = ASTRA_TENSOR_DESC_INIT;
    astra_tensor made;
    desc.dtype = ASTRA_DTYPE_F32;
    desc.rank = 1;
    desc.dims[0] = count;
    check(astra_tensor_create(device, &desc, values, count * sizeof *values, &made, &error), &error);
    return made;
}

int main(void)
{
    const float left[4] = {1.5f, -0.0f, 3e38f, 1e-45f};
    const float right[4] = {2.25f, -0.0f, 3e38f, 1e-45f};
    astra_hello hello = ASTRA_HELLO_INIT;
    astra_kernel_query query = ASTRA_KERNEL_QUERY_INIT;
    astra_error error;
    astra_runtime runtime;
    astra_device device;
    astra_stream stream;
    astra_kernel kernel;
    astra_tensor inputs[2], sum;
    astra_map map;
    const void *data;
    uint64_t length;

    check(astra_runtime_create(&hello, NULL, &runtime, &error), &error);
    check(astra_device_get(runtime, 0, &device, &error), &error);
    check(astra_stream_create(device, &stream, &error), &error);
    query.op.ptr = "add@1";
    query.op.len = 5;
    query.dtype_count = 2;
    query.dtypes[0] = query.dtypes[1] = ASTRA_DTYPE_F32;
    check(astra_kernel_get(device, &query, &kernel, &error), &error);
    inputs[0] = tensor(device, left, 4);
    inputs[1] = tensor(device, right, 4);
    check(astra_launch(stream, kernel, NULL, inputs, 2, &sum, 1, &error), &error);
    check(astra_tensor_map(sum, ASTRA_WAIT_FOREVER, &map, &error), &error);
    check(astra_map_get(map, &data, &length, &error), &error);
    for (uint64_t i = 0; i < length / 4; i++) {
        printf("%08" PRIx32 "\n", ((const uint32_t *)data)[i]);
    }
    check(astra_map_release(map, &error), &error);
    check(astra_tensor_release(sum, &error), &error);
    check(astra_tensor_release(inputs[0], &error), &error);
    check(astra_tensor_release(inputs[1], &error), &error);
    check(astra_stream_release(stream, &error), &error);
    check(astra_runtime_release(runtime, &error), &error);
    puts("released");
    return 0;
}
