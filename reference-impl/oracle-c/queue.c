/*
 * Work runs inside the call that makes it ready. A stream whose first item may go on stands in the
 * runtime's list of ready streams; `advance` takes one after the other until none is left. A
 * decision only puts streams on that list, so the depth of the C stack does not depend on how much
 * is queued.
 */

#include "queue.h"

#include <stdlib.h>

#include "float_env.h"

void item_needs(struct item *item, struct object *object)
{
    object->references++;
    item->needs[item->need_count++].object = object;
}

void item_decides(struct item *item, struct object *object)
{
    object->references++;
    item->decides[item->decide_count++] = object;
}

static void make_ready(struct runtime *runtime, struct stream *stream)
{
    if (stream->is_ready)
        return;
    stream->is_ready = true;
    stream->next_ready = NULL;
    if (runtime->first_ready == NULL)
        runtime->first_ready = stream;
    else
        runtime->last_ready->next_ready = stream;
    runtime->last_ready = stream;
}

static void watch_begin(struct watch *watch, struct stream *stream)
{
    struct object *object = watch->object;
    watch->stream = stream;
    watch->next = object->watches;
    watch->place = &object->watches;
    if (watch->next != NULL)
        watch->next->place = &watch->next;
    object->watches = watch;
}

static void watch_end(struct watch *watch)
{
    if (watch->place == NULL)
        return;
    *watch->place = watch->next;
    if (watch->next != NULL)
        watch->next->place = watch->place;
    watch->place = NULL;
}

static void decide(struct runtime *runtime, struct object *object, astra_event_state state,
                   const char *culprit)
{
    object->state = state;
    object->culprit = culprit;
    while (object->watches != NULL) {
        make_ready(runtime, object->watches->stream);
        watch_end(object->watches);
    }
}

/* Failed as soon as one need is, whatever the others are; else pending while one is pending. */
static astra_event_state needs_state(const struct item *item, const char **culprit)
{
    astra_event_state state = ASTRA_STATE_COMPLETE;
    for (uint32_t i = 0; i < item->need_count; i++) {
        const struct object *need = item->needs[i].object;
        if (need->state == ASTRA_STATE_FAILED) {
            *culprit = need->culprit;
            return ASTRA_STATE_FAILED;
        }
        if (need->state == ASTRA_STATE_PENDING)
            state = ASTRA_STATE_PENDING;
    }
    return state;
}

static void run_kernel(const struct item *item)
{
    struct operand in[MAX_INPUTS];
    struct operand out[MAX_OUTPUTS];
    for (uint32_t i = 0; i < item->need_count; i++)
        in[i] = ((const struct tensor *)item->needs[i].object)->operand;
    for (uint32_t i = 0; i < item->decide_count; i++)
        out[i] = ((const struct tensor *)item->decides[i])->operand;
    struct float_env saved = float_env_enter();
    operator_run(dtype_rows[item->kernel->row].operator, in, item->attributes, out);
    float_env_leave(saved);
}

/* The item takes effect, or fails with its stream, and is gone. */
static void item_finish(struct runtime *runtime, const struct stream *stream, struct item *item)
{
    if (item->kernel != NULL && stream->object.state == ASTRA_STATE_COMPLETE)
        run_kernel(item);
    for (uint32_t i = 0; i < item->decide_count; i++) {
        decide(runtime, item->decides[i], stream->object.state, stream->object.culprit);
        object_release(runtime, item->decides[i]);
    }
    for (uint32_t i = 0; i < item->need_count; i++)
        object_release(runtime, item->needs[i].object);
    free(item);
}

/* Lets the items of one stream take effect up to the first that is pending. */
static void stream_advance(struct runtime *runtime, struct stream *stream)
{
    while (stream->first != NULL) {
        struct item *item = stream->first;
        const char *culprit = stream->object.culprit;
        astra_event_state state = stream->object.state;
        for (uint32_t i = 0; i < item->need_count; i++)
            watch_end(&item->needs[i]);
        if (state == ASTRA_STATE_COMPLETE)
            state = needs_state(item, &culprit);
        if (state == ASTRA_STATE_PENDING) {
            for (uint32_t i = 0; i < item->need_count; i++)
                if (item->needs[i].object->state == ASTRA_STATE_PENDING)
                    watch_begin(&item->needs[i], stream);
            return;
        }
        stream->object.state = state;
        stream->object.culprit = culprit;
        stream->first = item->next;
        stream->finished++;
        item_finish(runtime, stream, item);
    }
    stream->last = NULL;
}

static void advance(struct runtime *runtime)
{
    while (runtime->first_ready != NULL) {
        struct stream *stream = runtime->first_ready;
        runtime->first_ready = stream->next_ready;
        stream->is_ready = false;
        stream_advance(runtime, stream);
    }
    pthread_cond_broadcast(&runtime->changed);
}

void stream_enqueue(struct runtime *runtime, struct stream *stream, struct item *item)
{
    bool is_first = stream->first == NULL;
    if (is_first)
        stream->first = item;
    else
        stream->last->next = item;
    stream->last = item;
    stream->enqueued++;
    if (is_first) { /* otherwise it is behind a pending item */
        make_ready(runtime, stream);
        advance(runtime);
    }
}

void event_decide(struct runtime *runtime, struct event *event, astra_event_state state)
{
    decide(runtime, &event->object, state, state == ASTRA_STATE_FAILED ? "host_event" : NULL);
    advance(runtime);
}
