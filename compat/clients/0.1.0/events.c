/* Order and failure: work waits for a host event, and an abandoned event fails what waits for it. */
#include <astra/astra.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static astra_error error;

static void check(astra_status status)
{
    if (status != ASTRA_OK) {
        fprintf(stderr, "%s: %s\n", error.symbol, error.message);
        exit(1);
    }
}

static void report(const char *what, astra_status status)
{
    printf("%s: %" PRId32 " %s %s\n", what, status, error.symbol, error.op);
}

static void show(const char *what, astra_tensor tensor)
{
    astra_tensor_info info = ASTRA_TENSOR_INFO_INIT;
    check(astra_tensor_describe(tensor, &info, &error));
    printf("%s: state %" PRIu32 ", %" PRIu64 " bytes\n", what, info.state, info.byte_length);
}

int main(void)
{
    const float value = 1.0f;
    astra_hello hello = ASTRA_HELLO_INIT;
    astra_tensor_desc desc = ASTRA_TENSOR_DESC_INIT;
    astra_kernel_query query = ASTRA_KERNEL_QUERY_INIT;
    astra_runtime runtime;
    astra_device device;
    astra_stream stream;
    astra_kernel kernel;
    astra_event event;
    astra_tensor x, y;
    astra_map map;
    const void *data;
    uint64_t length;
    uint32_t bits;

    check(astra_runtime_create(&hello, NULL, &runtime, &error));
    check(astra_device_get(runtime, 0, &device, &error));
    check(astra_stream_create(device, &stream, &error));
    desc.dtype = ASTRA_DTYPE_F32;
    check(astra_tensor_create(device, &desc, &value, sizeof value, &x, &error));
    query.op.ptr = "exp@1";
    query.op.len = 5;
    query.dtype_count = 1;
    query.dtypes[0] = ASTRA_DTYPE_F32;
    check(astra_kernel_get(device, &query, &kernel, &error));

    check(astra_event_create(runtime, &event, &error));
    check(astra_stream_wait(stream, event, &error));
    check(astra_launch(stream, kernel, NULL, &x, 1, &y, 1, &error));
    show("before the signal", y);
    report("poll", astra_stream_synchronize(stream, ASTRA_WAIT_POLL, &error));
    report("release while pending", astra_stream_release(stream, &error));
    check(astra_event_signal(event, ASTRA_STATE_COMPLETE, &error));
    check(astra_stream_synchronize(stream, ASTRA_WAIT_FOREVER, &error));
    show("after the signal", y);
    check(astra_tensor_map(y, ASTRA_WAIT_FOREVER, &map, &error));
    check(astra_map_get(map, &data, &length, &error));
    memcpy(&bits, data, sizeof bits);
    printf("e: %08" PRIx32 "\n", bits);
    check(astra_map_release(map, &error));
    check(astra_tensor_release(y, &error));
    check(astra_event_release(event, &error));

    check(astra_event_create(runtime, &event, &error));
    check(astra_stream_wait(stream, event, &error));
    check(astra_launch(stream, kernel, NULL, &x, 1, &y, 1, &error));
    check(astra_event_release(event, &error));
    report("abandoned", astra_stream_synchronize(stream, ASTRA_WAIT_FOREVER, &error));
    report("map of its output", astra_tensor_map(y, ASTRA_WAIT_FOREVER, &map, &error));
    check(astra_tensor_release(y, &error));
    check(astra_tensor_release(x, &error));
    check(astra_stream_release(stream, &error));
    report("second release", astra_stream_release(stream, &error));
    check(astra_runtime_release(runtime, &error));
    puts("released");
    return 0;
}
