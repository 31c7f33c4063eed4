/* Runtimes. A runtime's own memory has its device and all its kernels, so borrowing cannot fail. */

#define _POSIX_C_SOURCE 200809L /* the monotonic clock */

#include "checks.h"
#include "handles.h"
#include "registry.h"
#include "version.h"

#include <stdlib.h>
#include <time.h>

/* False, with nothing left to undo, when memory ends. */
static bool begin_lock(struct runtime *runtime)
{
    pthread_condattr_t attributes;
    if (pthread_mutex_init(&runtime->lock, NULL) != 0)
        return false;
    if (pthread_condattr_init(&attributes) == 0) {
        bool is_made = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0
                       && pthread_cond_init(&runtime->changed, &attributes) == 0;
        pthread_condattr_destroy(&attributes);
        if (is_made)
            return true;
    }
    pthread_mutex_destroy(&runtime->lock);
    return false;
}

static struct runtime *runtime_new(const astra_runtime_config *config)
{
    struct runtime *runtime = calloc(1, sizeof *runtime);
    if (runtime == NULL)
        return NULL;
    if (!begin_lock(runtime)) {
        free(runtime);
        return NULL;
    }
    runtime->memory_limit = config->memory_limit;
    runtime->thread_count = config->thread_count == 0 ? 1 : config->thread_count;
    if (handles_begin(runtime))
        return runtime;
    runtime_destroy(runtime);
    return NULL;
}

void runtime_destroy(struct runtime *runtime)
{
    pthread_cond_destroy(&runtime->changed);
    pthread_mutex_destroy(&runtime->lock);
    free(runtime->slots);
    free(runtime);
}

/* Handles of what the caller borrows. There is room for them, and for one more. */
static void begin_borrowed(struct runtime *runtime)
{
    runtime->device.object.kind = KIND_DEVICE;
    runtime->device.handle = handle_make(runtime, &runtime->device.object);
    for (uint32_t row = 0; row < KERNEL_COUNT; row++) {
        struct kernel *kernel = &runtime->kernels[row];
        kernel->object.kind = KIND_KERNEL;
        kernel->row = row;
        kernel->handle = handle_make(runtime, &kernel->object);
        handle_hide(runtime, kernel->handle);
    }
}

/* Makes the runtime known and gives it its handles; 0 if no tag is left. */
static uint64_t begin_life(struct runtime *runtime)
{
    uint64_t handle = 0;
    runtime->object.kind = KIND_RUNTIME;
    pthread_mutex_lock(&runtime->lock); /* against a thread that guesses handles */
    if (registry_add(runtime)) {
        begin_borrowed(runtime);
        handle = handle_make(runtime, &runtime->object);
    }
    pthread_mutex_unlock(&runtime->lock);
    return handle;
}

static void fail_create(struct call *call, astra_status status)
{
    if (status == ASTRA_ERROR_TOO_MANY_RUNTIMES)
        call_fail(call, status, ASTRA_OPERAND_NONE,
                  "This process has created more runtimes than can be told apart.");
    else
        call_fail(call, status, ASTRA_OPERAND_NONE, "Memory is exhausted.");
}

/* One thread computes here, whatever the most is that may; and nothing is made for a particular processor. */
static void call_config(struct call *call, uint32_t operand, const astra_runtime_config *config)
{
    if (call_ok(call) && config->unknown != 0) {
        call_fail(call, ASTRA_ERROR_NONZERO_TAIL, operand, "Bytes that no field has are not zero.");
        call_actual_number(call, offsetof(astra_runtime_config, unknown));
    }
    if (call_ok(call) && config->thread_count > ASTRA_MAX_THREADS) {
        call_fail(call, ASTRA_ERROR_INVALID_VALUE, operand, "There are more threads than a runtime may have.");
        call_expected(call, "a thread_count of at most 1024");
        call_actual_number(call, config->thread_count);
    }
    if (call_ok(call) && config->isa > ASTRA_ISA_NEON) {
        call_fail(call, ASTRA_ERROR_INVALID_VALUE, operand, "The contract declares no such instruction set.");
        call_actual_number(call, config->isa);
    }
    if (call_ok(call) && config->isa > ASTRA_ISA_PORTABLE) {
        call_fail(call, ASTRA_ERROR_UNSUPPORTED_ISA, operand, "This library has portable code alone.");
        call_expected(call, "ASTRA_ISA_BEST or ASTRA_ISA_PORTABLE");
        call_actual_number(call, config->isa);
    }
}

/* A handle to a new runtime, or zero and the call has failed. */
static uint64_t create(struct call *call, const astra_runtime_config *config)
{
    if (!call_ok(call))
        return 0;
    if (!registry_has_room()) {
        fail_create(call, ASTRA_ERROR_TOO_MANY_RUNTIMES);
        return 0;
    }
    struct runtime *runtime = registry_prepare() ? runtime_new(config) : NULL;
    if (runtime == NULL) {
        fail_create(call, ASTRA_ERROR_OUT_OF_MEMORY);
        return 0;
    }
    uint64_t handle = begin_life(runtime);
    if (handle == 0) { /* another thread took the last tag just now */
        runtime_destroy(runtime);
        fail_create(call, ASTRA_ERROR_TOO_MANY_RUNTIMES);
    }
    return handle;
}

astra_status astra_runtime_create(const astra_hello *hello, const astra_runtime_config *config,
                                  astra_runtime *out_runtime, astra_error *error)
{
    struct call call = call_begin(error);
    astra_hello known_hello;
    astra_runtime_config known_config = { 0 };
    call_pointer(&call, 0, hello);
    call_growable_in(&call, 0, hello, ASTRA_HELLO_FIRST_SIZE, &known_hello, sizeof known_hello);
    if (config != NULL)
        call_growable_in(&call, 1, config, ASTRA_RUNTIME_CONFIG_FIRST_SIZE, &known_config,
                         sizeof known_config);
    call_pointer(&call, 2, out_runtime);
    call_hello(&call, 0, &known_hello);
    call_config(&call, 1, &known_config);
    uint64_t handle = create(&call, &known_config);
    if (out_runtime != NULL)
        out_runtime->bits = handle;
    return call_end(&call);
}

astra_status astra_runtime_retain(astra_runtime runtime, astra_runtime *out_runtime,
                                  astra_error *error)
{
    struct call call = call_begin(error);
    struct runtime *known = call_handle(&call, 0, runtime.bits, KIND_RUNTIME);
    call_pointer(&call, 1, out_runtime);
    uint64_t handle = call_new_handle(&call, known);
    if (out_runtime != NULL)
        out_runtime->bits = handle;
    return call_end(&call);
}

astra_status astra_runtime_release(astra_runtime runtime, astra_error *error)
{
    struct call call = call_begin(error);
    struct runtime *known = call_consumed_handle(&call, 0, runtime.bits, KIND_RUNTIME);
    if (call_ok(&call) && known->object.handles == 1 && known->live_handles > 0) {
        call_fail(&call, ASTRA_ERROR_LIVE_HANDLES, 0,
                  "The last reference to a runtime cannot go while handles of it are alive.");
        call_expected(&call, "0");
        call_actual_number(&call, known->live_handles);
    }
    if (call_ok(&call)) {
        handle_drop(known, runtime.bits);
        if (known->object.handles == 0)
            registry_remove(known);
    }
    return call_end(&call);
}

astra_status astra_runtime_describe(astra_runtime runtime, astra_runtime_info *out_info,
                                    astra_error *error)
{
    struct call call = call_begin(error);
    astra_runtime_info info = ASTRA_RUNTIME_INFO_INIT;
    struct runtime *known = call_handle(&call, 0, runtime.bits, KIND_RUNTIME);
    call_growable_out(&call, 1, out_info, ASTRA_RUNTIME_INFO_FIRST_SIZE);
    if (call_ok(&call)) {
        info.version = ASTRA_VERSION;
        info.device_count = 1;
        info.live_handles = known->live_handles;
        info.memory_in_use = known->memory_in_use;
        info.memory_limit = known->memory_limit;
        info.thread_count = known->thread_count;
        info.isa = ASTRA_ISA_PORTABLE;
    }
    call_fill(&call, out_info, ASTRA_RUNTIME_INFO_FIRST_SIZE, &info, sizeof info);
    return call_end(&call);
}
