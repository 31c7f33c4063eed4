/* Loaded at run time: every call goes through the function table, and the sum has an attribute. */
#include <astra/astra_load.h>

#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(astra_status status, const astra_error *error)
{
    if (status != ASTRA_OK) {
        fprintf(stderr, "%s: %s\n", error->symbol, error->message);
        exit(1);
    }
}

int main(void)
{
    float values[3000];
    astra_hello hello = ASTRA_HELLO_INIT;
    astra_api api = ASTRA_API_INIT;
    astra_tensor_desc desc = ASTRA_TENSOR_DESC_INIT;
    astra_kernel_query query = ASTRA_KERNEL_QUERY_INIT;
    astra_launch_options options = ASTRA_LAUNCH_OPTIONS_INIT;
    const astra_attribute axes = {1, ASTRA_ATTRIBUTE_U64, 1};
    astra_get_api_function get_api;
    astra_error error;
    astra_runtime runtime;
    astra_device device;
    astra_stream stream;
    astra_kernel kernel;
    astra_tensor input, sum;
    astra_map map;
    const void *data;
    uint64_t length;
    uint32_t bits;
    void *symbol;

    void *library = dlopen("libastra.so.0.1", RTLD_NOW | RTLD_LOCAL);
    if (!library || !(symbol = dlsym(library, "astra_get_api"))) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    memcpy(&get_api, &symbol, sizeof get_api);
    check(astra_load(get_api, &hello, &api, &error), &error);
    for (int i = 0; i < 3000; i++) {
        values[i] = 1.0f / (float)(i + 1);
    }
    check(api.runtime_create(&hello, NULL, &runtime, &error), &error);
    check(api.device_get(runtime, 0, &device, &error), &error);
    check(api.stream_create(device, &stream, &error), &error);
    desc.dtype = ASTRA_DTYPE_F32;
    desc.rank = 2;
    desc.dims[0] = 1500;
    desc.dims[1] = 2;
    check(api.tensor_create(device, &desc, values, sizeof values, &input, &error), &error);
    query.op.ptr = "sum@1";
    query.op.len = 5;
    query.dtype_count = 1;
    query.dtypes[0] = ASTRA_DTYPE_F32;
    check(api.kernel_get(device, &query, &kernel, &error), &error);
    options.attributes = &axes;
    options.attribute_count = 1;
    check(api.launch(stream, kernel, &options, &input, 1, &sum, 1, &error), &error);
    check(api.tensor_map(sum, ASTRA_WAIT_FOREVER, &map, &error), &error);
    check(api.map_get(map, &data, &length, &error), &error);
    for (uint64_t i = 0; i < length / 4; i++) {
        memcpy(&bits, (const char *)data + 4 * i, 4);
        printf("%08" PRIx32 "\n", bits);
    }
    check(api.map_release(map, &error), &error);
    check(api.tensor_release(sum, &error), &error);
    check(api.tensor_release(input, &error), &error);
    check(api.stream_release(stream, &error), &error);
    check(api.runtime_release(runtime, &error), &error);
    puts("released");
    return 0;
}
