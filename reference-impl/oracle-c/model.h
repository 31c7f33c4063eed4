/*
 * What the oracle keeps in memory: one runtime, its objects, and the items of its streams.
 * Everything here is guarded by the lock of the runtime that it belongs to, unless a line says
 * otherwise.
 */
#ifndef ORACLE_MODEL_H
#define ORACLE_MODEL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <astra/astra.h>

#include "operators.h"

enum kind {
    KIND_RUNTIME = 1,
    KIND_DEVICE,
    KIND_KERNEL,
    KIND_STREAM,
    KIND_EVENT,
    KIND_TENSOR,
    KIND_MAP,
};

/* Anything that a handle names. Every struct below that starts with an object is one. */
struct object {
    enum kind kind;
    astra_event_state state;   /* of an event, a tensor, and (complete or failed) a stream */
    const char *culprit;       /* what failed first, once `state` is failed */
    uint64_t references;       /* handles, items that use it, maps, and calls that wait for it */
    uint64_t handles;          /* the caller's share of these */
    struct watch *watches;     /* the items that need it, while it is pending */
};

/* One thing that an item needs, linked into that thing's list while the item waits for it. */
struct watch {
    struct object *object;
    struct stream *stream;
    struct watch *next;
    struct watch **place;      /* the pointer that points here; NULL while not linked */
};

/*
 * One entry of a stream. A wait needs an event; a record decides an event; a launch needs its
 * inputs, decides its outputs, and has a kernel. Nothing more is ever allocated for it.
 */
struct item {
    struct item *next;
    const struct kernel *kernel;
    uint64_t attributes[ATTRIBUTE_WORDS];
    uint32_t need_count;
    uint32_t decide_count;
    struct watch needs[MAX_INPUTS];
    struct object *decides[MAX_OUTPUTS];
};

struct device {
    struct object object;
    uint64_t handle;
    uint32_t index;
};

struct kernel {
    struct object object;
    uint64_t handle;
    uint32_t row;              /* in the list of declared dtype combinations */
};

struct stream {
    struct object object;
    struct item *first;
    struct item *last;
    uint64_t enqueued;         /* items ever */
    uint64_t finished;         /* items that have taken effect or failed */
    bool is_ready;             /* it stands in the runtime's list of ready streams */
    struct stream *next_ready;
};

struct event {
    struct object object;
    bool is_host;
};

struct tensor {
    struct object object;
    struct operand operand;
    uint64_t byte_length;
    uint64_t storage_length;   /* rounded up to whole units; what the memory limit counts */
};

struct map {
    struct object object;
    struct tensor *tensor;
};

/* A place for one handle at a time; see handles.c. */
struct slot {
    struct object *object;     /* NULL while no handle lives here */
    uint32_t generation;       /* of the handle that lives here, or of the next one */
    uint32_t next_free;
    bool is_hidden;            /* the handle was made, and nobody has it yet */
};

struct runtime {
    struct object object;
    struct runtime *next;      /* guarded by the registry's lock, like the next two */
    uint32_t index;
    uint64_t users;            /* calls inside; the last one out of a dead runtime frees it */

    pthread_mutex_t lock;
    pthread_cond_t changed;    /* something was decided, or an item has finished */
    bool is_dead;

    uint64_t tag;              /* the upper bits of each of its handles, in place */
    uint32_t disguise;
    struct slot *slots;
    uint32_t slot_count;
    uint32_t slot_capacity;
    uint32_t first_free;
    uint32_t last_free;

    uint64_t live_handles;
    uint64_t memory_limit;
    uint32_t thread_count; /* most that may compute; one does */
    uint64_t memory_in_use;
    struct stream *first_ready;
    struct stream *last_ready;
    struct device device;
    struct kernel kernels[KERNEL_COUNT];
};

/* Gives up one reference; the last one destroys the object. NULL is allowed. */
void object_release(struct runtime *runtime, struct object *object);

/* Frees a runtime that nothing is inside of and that has no objects left. */
void runtime_destroy(struct runtime *runtime);

#endif
