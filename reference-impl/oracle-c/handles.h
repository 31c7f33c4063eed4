/* Handles of one runtime: made, found and dropped under the runtime's lock. */
#ifndef ORACLE_HANDLES_H
#define ORACLE_HANDLES_H

#include "model.h"

/* Memory for the handles that every runtime has from the start; false when memory ends. */
bool handles_begin(struct runtime *runtime);

/* A new handle, which is a reference to the object; 0 when memory or slots end. */
uint64_t handle_make(struct runtime *runtime, struct object *object);

/*
 * A hidden handle is refused like one that was never made, until it is shown, which cannot fail.
 */
void handle_hide(struct runtime *runtime, uint64_t handle);
void handle_show(struct runtime *runtime, uint64_t handle);

/*
 * The object of a handle with this runtime's tag. Returns ASTRA_ERROR_UNKNOWN_RUNTIME for a handle
 * that was never made, `stale` for one that was released, or ASTRA_ERROR_WRONG_KIND.
 */
astra_status handle_find(struct runtime *runtime, uint64_t handle, enum kind kind,
                         astra_status stale, struct object **out);

/* Releases a handle that handle_find has just found, and its reference. */
void handle_drop(struct runtime *runtime, uint64_t handle);

#endif
