/*
 * Every operator of the contract, and what an operator's own file has to define. The lists come
 * from the contract: a new operator is one new file in ops/ and nothing else.
 */
#ifndef ORACLE_OPERATORS_H
#define ORACLE_OPERATORS_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"

struct shape {
    uint32_t rank;
    uint64_t dims[ASTRA_MAX_RANK];
};

/* A tensor as an operator sees it: row-major elements without gaps. */
struct operand {
    astra_dtype dtype;
    struct shape shape;
    void *data;
};

/*
 * For an operator `id` its file defines
 *   id_shape: from the inputs' shapes and the attributes to the outputs' shapes. Returns ASTRA_OK,
 *             ASTRA_ERROR_INVALID_ATTRIBUTE (looked for first), ASTRA_ERROR_OPERAND_SHAPE, or
 *             ASTRA_ERROR_SHAPE_OVERFLOW where a dimension does not even fit in 64 bits;
 *   id_run:   from the inputs' elements to the outputs'. It cannot fail and takes no memory. It
 *             runs with the default floating-point environment.
 * `attributes` has the values at the ATTRIBUTE_ names below; one that was not given is zero, and
 * `attribute_is_given` tells it from a zero.
 */
#define X(id, name, version, inputs, outputs) \
    astra_status oracle_##id##_shape(const struct shape *in, const uint64_t *attributes, \
                                     struct shape *out); \
    void oracle_##id##_run(const struct operand *in, const uint64_t *attributes, \
                           const struct operand *out);
ASTRA_OPERATORS(X)
#undef X

enum {
#define X(id, name, version, inputs, outputs) OPERATOR_##id,
    ASTRA_OPERATORS(X)
#undef X
    OPERATOR_COUNT
};

enum {
#define X(id, name, number, kind, required) ATTRIBUTE_##id##_##name,
    ASTRA_ATTRIBUTES(X)
#undef X
    ATTRIBUTE_COUNT,
    ATTRIBUTE_SLOTS = ATTRIBUTE_COUNT + 1, /* so that an array of them is never empty */
    ATTRIBUTE_WORDS = 2 * ATTRIBUTE_SLOTS  /* the values, and behind them which were given */
};

/* The size of a union is the size of its largest member, here the largest number of operands. */
enum {
#define X(id, name, version, inputs, outputs) char id[inputs];
    MAX_INPUTS = sizeof(union { ASTRA_OPERATORS(X) }),
#undef X
#define X(id, name, version, inputs, outputs) char id[outputs];
    MAX_OUTPUTS = sizeof(union { ASTRA_OPERATORS(X) }),
#undef X
#define X(...) +1
    KERNEL_COUNT = 0 ASTRA_DTYPES(X)
#undef X
};

struct operator {
    char name[32];
    char full_name[32];        /* with its version: add@1 */
    uint32_t version;
    uint32_t input_count;
    uint32_t output_count;
};

/* One declared combination of element types: the inputs', then the outputs'. */
struct dtype_row {
    uint32_t operator;
    astra_dtype dtypes[MAX_INPUTS + MAX_OUTPUTS];
};

struct attribute {
    uint32_t operator;
    uint32_t id;
    astra_attribute_kind kind;
    bool required;
};

extern const struct operator operators[OPERATOR_COUNT];
extern const struct dtype_row dtype_rows[KERNEL_COUNT];
extern const struct attribute attributes_declared[ATTRIBUTE_SLOTS];

astra_status operator_shape(uint32_t operator, const struct shape *in, const uint64_t *attributes,
                            struct shape *out);
void operator_run(uint32_t operator, const struct operand *in, const uint64_t *attributes,
                  const struct operand *out);

bool attribute_is_given(const uint64_t *attributes, uint32_t at);

/* Bytes of one element; 0 for a dtype that the contract does not declare. */
uint64_t dtype_size(astra_dtype dtype);

/*
 * Bytes of a tensor. False if the product of the dimensions other than zeros, times the element
 * size, does not fit in 63 bits.
 */
bool shape_bytes(const struct shape *shape, astra_dtype dtype, uint64_t *bytes);

/* Number of elements of a shape whose bytes are known to fit. */
uint64_t shape_elements(const struct shape *shape);

bool shape_equal(const struct shape *a, const struct shape *b);

#endif
