/* How items of streams take effect. */
#ifndef ORACLE_QUEUE_H
#define ORACLE_QUEUE_H

#include "model.h"

/* Adds what an item needs or decides. The item keeps a reference. */
void item_needs(struct item *item, struct object *object);
void item_decides(struct item *item, struct object *object);

/* Appends an item, which is the stream's from then on, and lets everything ready take effect. */
void stream_enqueue(struct runtime *runtime, struct stream *stream, struct item *item);

/* Decides a host event and lets everything that becomes ready take effect. */
void event_decide(struct runtime *runtime, struct event *event, astra_event_state state);

#endif
