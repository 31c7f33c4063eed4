/* Tensors, made by a call from host memory or as the output of a launch. */
#ifndef ORACLE_TENSOR_H
#define ORACLE_TENSOR_H

#include "checks.h"

/* Fails the call with MEMORY_LIMIT if these further bytes do not fit; they are whole units. */
void call_memory_limit(struct call *call, uint64_t storage_length);

/* Bytes of storage of a tensor: its length in whole units of 64 bytes. */
uint64_t storage_length(uint64_t byte_length);

/* A complete tensor with undefined elements, within the memory limit; the caller lets it go. */
struct tensor *call_new_tensor(struct call *call, astra_dtype dtype, const struct shape *shape,
                               uint64_t byte_length);

#endif
