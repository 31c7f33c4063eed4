/*
 * A handle is, from its upper bits down: the runtime's tag (24), a generation (20), a slot (20).
 * A slot counts its generations up and retires after the last, so no handle is ever made twice.
 * Slots are reused first-in first-out. The generation is disguised by bits of the runtime's own,
 * so that a handle of another copy of the library is refused even where the tags happen to agree.
 */

#include "handles.h"

#include "registry.h"

#include <stdlib.h>

enum { SLOT_BITS = 20, MAX_SLOTS = 1 << SLOT_BITS };
enum { GENERATION_BITS = 20, GENERATIONS = 1 << GENERATION_BITS };
#define NO_SLOT UINT32_MAX

/* The first reference to the runtime, its device and its kernels. */
enum { HANDLES_AT_START = 1 + 1 + KERNEL_COUNT };

static bool is_owned(enum kind kind)
{
    return kind == KIND_STREAM || kind == KIND_EVENT || kind == KIND_TENSOR || kind == KIND_MAP;
}

/* Makes room for twice as many slots as before. */
static bool grow(struct runtime *runtime)
{
    uint32_t capacity = runtime->slot_capacity * 2;
    if (capacity > MAX_SLOTS)
        return false;
    struct slot *slots = realloc(runtime->slots, capacity * sizeof *slots);
    if (slots == NULL)
        return false;
    runtime->slots = slots;
    runtime->slot_capacity = capacity;
    return true;
}

bool handles_begin(struct runtime *runtime)
{
    runtime->first_free = NO_SLOT;
    runtime->last_free = NO_SLOT;
    runtime->disguise = (uint32_t)(registry_random() % GENERATIONS);
    runtime->slot_capacity = 16;
    while (runtime->slot_capacity < HANDLES_AT_START)
        runtime->slot_capacity *= 2;
    runtime->slots = calloc(runtime->slot_capacity, sizeof *runtime->slots);
    return runtime->slots != NULL;
}

/* The slot that has been free for longest, else one never used; NO_SLOT when there is none. */
static uint32_t take_slot(struct runtime *runtime)
{
    uint32_t index = runtime->first_free;
    if (index != NO_SLOT) {
        runtime->first_free = runtime->slots[index].next_free;
        return index;
    }
    if (runtime->slot_count == runtime->slot_capacity && !grow(runtime))
        return NO_SLOT;
    index = runtime->slot_count++;
    runtime->slots[index] = (struct slot){ NULL, 0, NO_SLOT, false };
    return index;
}

uint64_t handle_make(struct runtime *runtime, struct object *object)
{
    uint32_t index = take_slot(runtime);
    if (index == NO_SLOT)
        return 0;
    struct slot *slot = &runtime->slots[index];
    slot->object = object;
    object->references++;
    object->handles++;
    runtime->live_handles += is_owned(object->kind);
    return runtime->tag | (uint64_t)(slot->generation ^ runtime->disguise) << SLOT_BITS | index;
}

static uint32_t slot_of(uint64_t handle)
{
    return (uint32_t)(handle % MAX_SLOTS);
}

astra_status handle_find(struct runtime *runtime, uint64_t handle, enum kind kind,
                         astra_status stale, struct object **out)
{
    uint32_t generation = (uint32_t)(handle >> SLOT_BITS) % GENERATIONS ^ runtime->disguise;
    if (runtime->is_dead)
        return stale;
    if (slot_of(handle) >= runtime->slot_count)
        return ASTRA_ERROR_UNKNOWN_RUNTIME;
    const struct slot *slot = &runtime->slots[slot_of(handle)];
    if (generation < slot->generation)
        return stale;
    if (generation > slot->generation || slot->object == NULL || slot->is_hidden)
        return ASTRA_ERROR_UNKNOWN_RUNTIME;
    if (slot->object->kind != kind)
        return ASTRA_ERROR_WRONG_KIND;
    *out = slot->object;
    return ASTRA_OK;
}

void handle_hide(struct runtime *runtime, uint64_t handle)
{
    runtime->slots[slot_of(handle)].is_hidden = true;
}

void handle_show(struct runtime *runtime, uint64_t handle)
{
    runtime->slots[slot_of(handle)].is_hidden = false;
}

void handle_drop(struct runtime *runtime, uint64_t handle)
{
    uint32_t index = slot_of(handle);
    struct slot *slot = &runtime->slots[index];
    struct object *object = slot->object;
    slot->object = NULL;
    slot->generation++;
    slot->next_free = NO_SLOT;
    if (slot->generation < GENERATIONS) {
        if (runtime->first_free == NO_SLOT)
            runtime->first_free = index;
        else
            runtime->slots[runtime->last_free].next_free = index;
        runtime->last_free = index;
    }
    object->handles--;
    runtime->live_handles -= is_owned(object->kind);
    object_release(runtime, object);
}
