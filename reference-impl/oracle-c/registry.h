/* The one process-wide state: which runtimes exist, and which process made them. */
#ifndef ORACLE_REGISTRY_H
#define ORACLE_REGISTRY_H

#include "model.h"

/* Where the tag stands in a handle; the bits below it belong to handles.c. */
enum { TAG_SHIFT = 40 };

/*
 * Finds the runtime that made a handle and keeps it from being freed until registry_leave.
 * Returns ASTRA_ERROR_FORKED_PROCESS, ASTRA_ERROR_UNKNOWN_RUNTIME, or `stale` for a dead one.
 */
astra_status registry_enter(uint64_t handle, astra_status stale, struct runtime **out);
void registry_leave(struct runtime *runtime);

/* Must succeed before the first runtime is added; false when memory ends. */
bool registry_prepare(void);

/* Gives a new runtime its tag. False when no tag is left. */
bool registry_has_room(void);
bool registry_add(struct runtime *runtime);

/* The runtime is dead: nobody new comes in. Its caller is inside and leaves as always. */
void registry_remove(struct runtime *runtime);

/* Bits that differ between runtimes, processes and copies of the library. */
uint64_t registry_random(void);

#endif
