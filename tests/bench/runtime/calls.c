/* Calls from C, as an application makes them: a loop of launches, and the way from dlopen to a first result. */
#define _GNU_SOURCE
#include <astra/astra.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef astra_status (*launch_fn)(astra_stream, astra_kernel, const astra_launch_options *, const astra_tensor *, uint32_t,
                                  astra_tensor *, uint32_t, astra_error *);
typedef astra_status (*synchronize_fn)(astra_stream, uint64_t, astra_error *);
typedef astra_status (*release_fn)(astra_tensor, astra_error *);

/* Launches, waits until it is complete and releases the output, `count` times; the number of failures. */
int launches(launch_fn launch, synchronize_fn synchronize, release_fn release, uint64_t stream, uint64_t kernel,
             const uint64_t *handles, long count) {
    astra_tensor inputs[2], output;
    memcpy(inputs, handles, sizeof inputs);
    int failed = 0;
    for (long i = 0; i < count; i++) {
        failed += launch((astra_stream){stream}, (astra_kernel){kernel}, NULL, inputs, 2, &output, 1, NULL) != ASTRA_OK;
        failed += synchronize((astra_stream){stream}, ASTRA_WAIT_FOREVER, NULL) != ASTRA_OK;
        failed += release(output, NULL) != ASTRA_OK;
    }
    return failed;
}

#define CHECK(call) do { if ((call) != ASTRA_OK) { fprintf(stderr, "%s failed\n", #call); return 1; } } while (0)
#define GET(name) __typeof__(name) *p_##name = (__typeof__(name) *)dlsym(library, #name)

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Opens the library at argv[1], adds two tensors, reads the sum, and prints the nanoseconds of all that. */
int main(int argc, char **argv) {
    if (argc != 2) return 2;
    uint64_t begin = now();
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (!library) { fprintf(stderr, "%s\n", dlerror()); return 1; }
    GET(astra_runtime_create); GET(astra_device_get); GET(astra_stream_create); GET(astra_tensor_create);
    GET(astra_kernel_get); GET(astra_launch); GET(astra_tensor_map); GET(astra_map_get);
    astra_hello hello = ASTRA_HELLO_INIT;
    astra_runtime runtime; astra_device device; astra_stream stream; astra_tensor inputs[2], sum; astra_map map;
    astra_kernel kernel;
    CHECK(p_astra_runtime_create(&hello, NULL, &runtime, NULL));
    CHECK(p_astra_device_get(runtime, 0, &device, NULL));
    CHECK(p_astra_stream_create(device, &stream, NULL));
    astra_tensor_desc desc = ASTRA_TENSOR_DESC_INIT;
    desc.dtype = ASTRA_DTYPE_F32; desc.rank = 1; desc.dims[0] = 8;
    float eight[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    for (int i = 0; i < 2; i++) CHECK(p_astra_tensor_create(device, &desc, eight, sizeof eight, &inputs[i], NULL));
    astra_kernel_query query = ASTRA_KERNEL_QUERY_INIT;
    query.op = (astra_string){"add@1", 5}; query.dtype_count = 2;
    query.dtypes[0] = query.dtypes[1] = ASTRA_DTYPE_F32;
    CHECK(p_astra_kernel_get(device, &query, &kernel, NULL));
    CHECK(p_astra_launch(stream, kernel, NULL, inputs, 2, &sum, 1, NULL));
    CHECK(p_astra_tensor_map(sum, ASTRA_WAIT_FOREVER, &map, NULL));
    const void *data; uint64_t length;
    CHECK(p_astra_map_get(map, &data, &length, NULL));
    int right = length == sizeof eight && ((const float *)data)[7] == 16;
    uint64_t end = now();
    printf("%llu\n", (unsigned long long)(end - begin));
    return right ? 0 : 1;
}
