/* The roles of parameters, each checked as spec/abi/roles.toml lists its conditions. */

#include "checks.h"

#include <stdlib.h>
#include <string.h>

#include "handles.h"
#include "registry.h"

/* The largest struct_size that any version of any struct can have. */
enum { MAX_STRUCT_SIZE = 65536 };

struct call call_begin(astra_error *error)
{
    return (struct call){ .error = error };
}

astra_status call_end(struct call *call)
{
    if (call->runtime != NULL) {
        pthread_mutex_unlock(&call->runtime->lock);
        registry_leave(call->runtime);
    }
    error_fill(call);
    return call->status;
}

static void fail_handle(struct call *call, astra_status status, uint32_t parameter)
{
    const char *message = "The handle is not one that this call can use.";
    switch (status) {
    case ASTRA_ERROR_NULL_HANDLE: message = "The handle is zero."; break;
    case ASTRA_ERROR_FORKED_PROCESS:
        message = "The handle was made before this process was forked."; break;
    case ASTRA_ERROR_UNKNOWN_RUNTIME:
        message = "The handle was made by no runtime of this copy of the library."; break;
    case ASTRA_ERROR_STALE_HANDLE:
        message = "The handle, or the runtime that it belongs to, has been released."; break;
    case ASTRA_ERROR_DOUBLE_RELEASE:
        message = "The handle has been released already."; break;
    case ASTRA_ERROR_WRONG_KIND: message = "The handle is of another kind."; break;
    case ASTRA_ERROR_MIXED_RUNTIMES:
        message = "The handle belongs to another runtime than the first handle."; break;
    default: break;
    }
    call_fail(call, status, parameter, message);
}

/*
 * A handle of another runtime than the call's: it fails in any case, and this finds out how. The
 * call lets go of its own lock meanwhile, so that no thread ever holds the locks of two runtimes.
 */
static astra_status check_foreign(struct call *call, uint64_t handle, enum kind kind,
                                  astra_status stale)
{
    struct runtime *other;
    struct object *object;
    pthread_mutex_unlock(&call->runtime->lock);
    astra_status status = registry_enter(handle, stale, &other);
    if (status == ASTRA_OK) {
        pthread_mutex_lock(&other->lock);
        status = handle_find(other, handle, kind, stale, &object);
        pthread_mutex_unlock(&other->lock);
        registry_leave(other);
    }
    pthread_mutex_lock(&call->runtime->lock);
    return status == ASTRA_OK ? ASTRA_ERROR_MIXED_RUNTIMES : status;
}

static void *check_handle(struct call *call, uint32_t parameter, uint64_t handle, enum kind kind,
                          astra_status stale)
{
    struct object *object = NULL;
    astra_status status = ASTRA_OK;
    if (!call_ok(call))
        return NULL;
    if (handle == 0) {
        status = ASTRA_ERROR_NULL_HANDLE;
    } else if (call->runtime == NULL) {
        status = registry_enter(handle, stale, &call->runtime);
        if (status == ASTRA_OK)
            pthread_mutex_lock(&call->runtime->lock);
    } else if (handle >> TAG_SHIFT != call->runtime->tag >> TAG_SHIFT) {
        status = check_foreign(call, handle, kind, stale);
    }
    if (status == ASTRA_OK)
        status = handle_find(call->runtime, handle, kind, stale, &object);
    if (status != ASTRA_OK)
        fail_handle(call, status, parameter);
    return object;
}

void *call_handle(struct call *call, uint32_t parameter, uint64_t handle, enum kind kind)
{
    return check_handle(call, parameter, handle, kind, ASTRA_ERROR_STALE_HANDLE);
}

void *call_consumed_handle(struct call *call, uint32_t parameter, uint64_t handle, enum kind kind)
{
    return check_handle(call, parameter, handle, kind, ASTRA_ERROR_DOUBLE_RELEASE);
}

void call_pointer(struct call *call, uint32_t parameter, const void *pointer)
{
    if (pointer == NULL)
        call_fail(call, ASTRA_ERROR_NULL_POINTER, parameter, "The pointer is NULL.");
}

void call_buffer(struct call *call, uint32_t parameter, const void *pointer, uint64_t length)
{
    if (pointer == NULL && length != 0)
        call_fail(call, ASTRA_ERROR_NULL_POINTER, parameter,
                  "The pointer is NULL although its length is not zero.");
}

static uint32_t struct_size(const void *growable)
{
    uint32_t size;
    memcpy(&size, growable, sizeof size);
    return size;
}

static void check_struct_size(struct call *call, uint32_t parameter, uint32_t size,
                              uint32_t first_size)
{
    if (!call_ok(call) || (size >= first_size && size <= MAX_STRUCT_SIZE))
        return;
    call_fail(call, ASTRA_ERROR_STRUCT_SIZE, parameter,
              "No version of the struct has this struct_size.");
    call_expected_number(call, first_size);
    call_actual_number(call, size);
}

static void check_tail(struct call *call, uint32_t parameter, const unsigned char *bytes,
                       uint32_t known_size, uint32_t size)
{
    for (uint32_t at = known_size; at < size && call_ok(call); at++) {
        if (bytes[at] == 0)
            continue;
        call_fail(call, ASTRA_ERROR_NONZERO_TAIL, parameter,
                  "A field that this library does not know is not zero.");
        call_expected(call, "zero");
        call_actual_number(call, at);
    }
}

void call_growable_in(struct call *call, uint32_t parameter, const void *from, uint32_t first_size,
                      void *to, uint32_t known_size)
{
    memset(to, 0, known_size);
    if (!call_ok(call))
        return;
    uint32_t flags;
    uint32_t size = struct_size(from);
    check_struct_size(call, parameter, size, first_size);
    if (!call_ok(call))
        return;
    memcpy(&flags, (const char *)from + sizeof size, sizeof flags);
    if (flags != 0)
        call_fail(call, ASTRA_ERROR_UNKNOWN_FLAGS, parameter,
                  "A flag is set that this library does not know.");
    check_tail(call, parameter, from, known_size, size);
    if (call_ok(call))
        memcpy(to, from, size < known_size ? size : known_size);
}

void call_growable_out(struct call *call, uint32_t parameter, const void *out, uint32_t first_size)
{
    call_pointer(call, parameter, out);
    if (call_ok(call))
        check_struct_size(call, parameter, struct_size(out), first_size);
}

void call_fill(const struct call *call, void *out, uint32_t first_size, const void *from,
               uint32_t known_size)
{
    if (out == NULL)
        return;
    uint32_t size = struct_size(out);
    uint32_t shared = size < known_size ? size : known_size;
    if (size < first_size || size > MAX_STRUCT_SIZE)
        return;
    memset((char *)out + sizeof size, 0, size - sizeof size);
    if (call_ok(call))
        memcpy((char *)out + sizeof size, (const char *)from + sizeof size, shared - sizeof size);
}

void *call_new_object(struct call *call, size_t size, enum kind kind)
{
    if (!call_ok(call))
        return NULL;
    struct object *object = calloc(1, size);
    if (object == NULL) {
        call_fail(call, ASTRA_ERROR_OUT_OF_MEMORY, ASTRA_OPERAND_NONE, "Memory is exhausted.");
        return NULL;
    }
    object->kind = kind;
    object->state = ASTRA_STATE_COMPLETE;
    object->references = 1;
    return object;
}

struct item *call_new_item(struct call *call)
{
    if (!call_ok(call))
        return NULL;
    struct item *item = calloc(1, sizeof *item);
    if (item == NULL)
        call_fail(call, ASTRA_ERROR_OUT_OF_MEMORY, ASTRA_OPERAND_NONE, "Memory is exhausted.");
    return item;
}

uint64_t call_new_handle(struct call *call, void *object)
{
    if (!call_ok(call))
        return 0;
    uint64_t handle = handle_make(call->runtime, object);
    if (handle == 0)
        call_fail(call, ASTRA_ERROR_OUT_OF_MEMORY, ASTRA_OPERAND_NONE,
                  "Memory or handle slots are exhausted.");
    return handle;
}

void call_let_go(struct call *call, void *object)
{
    object_release(call->runtime, object);
}
