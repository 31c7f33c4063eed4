/* The contract's operators as constant tables, and the way from one to its file in ops/. */

#include "operators.h"

const struct operator operators[OPERATOR_COUNT] = {
#define X(id, name, version, inputs, outputs) \
    { name, name "@" #version, version, inputs, outputs },
    ASTRA_OPERATORS(X)
#undef X
};

const struct dtype_row dtype_rows[KERNEL_COUNT] = {
#define X(id, ...) { OPERATOR_##id, { __VA_ARGS__ } },
    ASTRA_DTYPES(X)
#undef X
};

const struct attribute attributes_declared[ATTRIBUTE_SLOTS] = {
#define X(id, name, number, kind, required) { OPERATOR_##id, number, kind, required },
    ASTRA_ATTRIBUTES(X)
#undef X
    { OPERATOR_COUNT, 0, 0, false } /* belongs to no operator */
};

astra_status operator_shape(uint32_t operator, const struct shape *in, const uint64_t *attributes,
                            struct shape *out)
{
    switch (operator) {
#define X(id, name, version, inputs, outputs) \
    case OPERATOR_##id: return oracle_##id##_shape(in, attributes, out);
    ASTRA_OPERATORS(X)
#undef X
    default: return ASTRA_ERROR_INTERNAL;
    }
}

void operator_run(uint32_t operator, const struct operand *in, const uint64_t *attributes,
                  const struct operand *out)
{
    switch (operator) {
#define X(id, name, version, inputs, outputs) \
    case OPERATOR_##id: oracle_##id##_run(in, attributes, out); break;
    ASTRA_OPERATORS(X)
#undef X
    default: break;
    }
}

bool attribute_is_given(const uint64_t *attributes, uint32_t at)
{
    return attributes[ATTRIBUTE_SLOTS + at] != 0;
}

uint64_t dtype_size(astra_dtype dtype)
{
    switch (dtype) {
#define X(constant, bytes) case constant: return bytes;
    ASTRA_ELEMENTS(X)
#undef X
    default: return 0;
    }
}

bool shape_bytes(const struct shape *shape, astra_dtype dtype, uint64_t *bytes)
{
    uint64_t product = dtype_size(dtype);
    bool is_empty = false;
    for (uint32_t axis = 0; axis < shape->rank; axis++) {
        uint64_t dim = shape->dims[axis];
        if (dim == 0)
            is_empty = true;
        else if (product > INT64_MAX / dim)
            return false;
        else
            product *= dim;
    }
    *bytes = is_empty ? 0 : product;
    return true;
}

uint64_t shape_elements(const struct shape *shape)
{
    uint64_t product = 1;
    for (uint32_t axis = 0; axis < shape->rank; axis++)
        if (shape->dims[axis] == 0)
            return 0;
    for (uint32_t axis = 0; axis < shape->rank; axis++)
        product *= shape->dims[axis];
    return product;
}

bool shape_equal(const struct shape *a, const struct shape *b)
{
    if (a->rank != b->rank)
        return false;
    for (uint32_t axis = 0; axis < a->rank; axis++)
        if (a->dims[axis] != b->dims[axis])
            return false;
    return true;
}
