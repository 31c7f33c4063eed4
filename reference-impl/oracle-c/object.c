/* The end of an object: when nothing refers to it, what it holds goes back. */

#include "model.h"

#include <stdlib.h>

static void tensor_free(struct runtime *runtime, struct tensor *tensor)
{
    runtime->memory_in_use -= tensor->storage_length;
    free(tensor->operand.data);
    free(tensor);
}

void object_release(struct runtime *runtime, struct object *object)
{
    if (object == NULL || --object->references > 0)
        return;
    switch (object->kind) {
    case KIND_TENSOR:
        tensor_free(runtime, (struct tensor *)object);
        break;
    case KIND_MAP:
        object_release(runtime, &((struct map *)object)->tensor->object);
        free(object);
        break;
    case KIND_STREAM:
    case KIND_EVENT:
        free(object);
        break;
    case KIND_RUNTIME:
    case KIND_DEVICE:
    case KIND_KERNEL:
        break; /* they are the runtime's memory, which the last call inside it frees */
    }
}
