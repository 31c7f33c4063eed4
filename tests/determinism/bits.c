/* Launches every case of a file and prints a digest of each output: `bits LIBRARY CASES THREADS ISA`. Every case is launched
 * twice in a runtime. Built for any processor, since what it prints must be the same on all of them. */
#include <astra/astra.h>

#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 8

static void *library;

static void *named(const char *name) {
    void *found = dlsym(library, name);
    if (!found) fprintf(stderr, "the library has no %s\n", name), exit(2);
    return found;
}
#define CALL(name) ((__typeof__(name) *)named(#name))

static void must(astra_status status, const char *what, const astra_error *error) {
    if (status == ASTRA_OK) return;
    fprintf(stderr, "%s: %s\n", what, error->message);
    exit(2);
}

static void get(FILE *file, void *into, size_t size) {
    if (size && fread(into, size, 1, file) != 1) fprintf(stderr, "the cases end too early\n"), exit(2);
}

static uint32_t get32(FILE *file) { uint32_t value; get(file, &value, 4); return value; }
static uint64_t get64(FILE *file) { uint64_t value; get(file, &value, 8); return value; }

/* FNV-1a over 64-bit words, and over bytes at the end. */
static uint64_t digest(uint64_t hash, const void *data, size_t size) {
    const unsigned char *bytes = data;
    for (; size >= 8; size -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        hash = (hash ^ word) * UINT64_C(0x100000001B3);
        hash ^= hash >> 29;
    }
    for (; size; size--, bytes++) hash = (hash ^ *bytes) * UINT64_C(0x100000001B3);
    return hash;
}

/* The digest of an output's dtype, shape and bits; then it is released. */
static uint64_t take(astra_tensor tensor, astra_error *error) {
    astra_tensor_info info = ASTRA_TENSOR_INFO_INIT;
    astra_map map;
    const void *data;
    uint64_t length, hash = UINT64_C(0xCBF29CE484222325);
    must(CALL(astra_tensor_map)(tensor, ASTRA_WAIT_FOREVER, &map, error), "map", error);
    must(CALL(astra_tensor_describe)(tensor, &info, error), "describe", error);
    must(CALL(astra_map_get)(map, &data, &length, error), "read", error);
    hash = digest(hash, &info.dtype, 4);
    hash = digest(hash, &info.rank, 4);
    hash = digest(hash, info.dims, sizeof info.dims);
    hash = digest(hash, data, length);
    must(CALL(astra_map_release)(map, error), "close", error);
    must(CALL(astra_tensor_release)(tensor, error), "release", error);
    return hash;
}

static astra_tensor input(FILE *file, astra_device device, uint32_t *dtype, astra_error *error) {
    astra_tensor_desc desc = ASTRA_TENSOR_DESC_INIT;
    astra_tensor made;
    *dtype = desc.dtype = get32(file);
    desc.rank = get32(file);
    for (uint32_t axis = 0; axis < desc.rank; axis++) desc.dims[axis] = get64(file);
    uint64_t length = get64(file);
    void *data = malloc(length + 1);
    if (!data) exit(2);
    get(file, data, length);
    must(CALL(astra_tensor_create)(device, &desc, data, length, &made, error), "create", error);
    free(data);
    return made;
}

static void run(FILE *file, astra_device device, astra_stream stream, astra_error *error) {
    char op[64] = {0};
    astra_tensor inputs[MOST], outputs[MOST];
    astra_attribute attributes[64];
    astra_kernel_query query = ASTRA_KERNEL_QUERY_INIT;
    astra_kernel kernel;
    get(file, op, 32);
    query.op = (astra_string){op, strlen(op)};
    query.dtype_count = get32(file);
    for (uint32_t i = 0; i < query.dtype_count; i++) {
        uint32_t dtype;
        inputs[i] = input(file, device, &dtype, error);
        query.dtypes[i] = dtype;
    }
    uint32_t output_count = get32(file);
    for (uint32_t i = 0; i < output_count; i++) query.output_dtypes[i] = get32(file);
    astra_launch_options options = ASTRA_LAUNCH_OPTIONS_INIT;
    options.attribute_count = get32(file);
    options.attributes = attributes;
    for (uint32_t i = 0; i < options.attribute_count; i++) {
        attributes[i].id = get32(file);
        attributes[i].kind = ASTRA_ATTRIBUTE_U64;
        attributes[i].bits = get64(file);
    }
    must(CALL(astra_kernel_get)(device, &query, &kernel, error), op, error);
    uint64_t first[MOST] = {0};
    for (int again = 0; again < 2; again++) {
        must(CALL(astra_launch)(stream, kernel, &options, inputs, query.dtype_count, outputs, output_count, error), op, error);
        for (uint32_t i = 0; i < output_count; i++) {
            uint64_t hash = take(outputs[i], error);
            if (again && hash != first[i]) fprintf(stderr, "%s gives other bits the second time\n", op), exit(1);
            first[i] = hash;
        }
    }
    for (uint32_t i = 0; i < output_count; i++) printf("%016" PRIx64 "%s", first[i], i + 1 < output_count ? " " : "\n");
    for (uint32_t i = 0; i < query.dtype_count; i++) must(CALL(astra_tensor_release)(inputs[i], error), "release", error);
}

int main(int argc, char **argv) {
    if (argc != 5) return fprintf(stderr, "use: bits LIBRARY CASES THREADS ISA\n"), 2;
    FILE *file = fopen(argv[2], "rb");
    library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (!library || !file) return fprintf(stderr, "%s\n", library ? argv[2] : dlerror()), 2;
    astra_error error;
    astra_hello hello = ASTRA_HELLO_INIT;
    astra_runtime_config config = ASTRA_RUNTIME_CONFIG_INIT;
    config.thread_count = (uint32_t)atoi(argv[3]);
    config.isa = (astra_isa)atoi(argv[4]);
    astra_runtime runtime;
    astra_device device;
    astra_stream stream;
    astra_status status = CALL(astra_runtime_create)(&hello, &config, &runtime, &error);
    if (status) return printf("refused: %s\n", error.message), 3;
    must(CALL(astra_device_get)(runtime, 0, &device, &error), "device", &error);
    must(CALL(astra_stream_create)(device, &stream, &error), "stream", &error);
    uint32_t count = get32(file);
    for (uint32_t i = 0; i < count; i++) run(file, device, stream, &error);
    must(CALL(astra_stream_release)(stream, &error), "release", &error);
    must(CALL(astra_runtime_release)(runtime, &error), "release", &error);
    return 0;
}
