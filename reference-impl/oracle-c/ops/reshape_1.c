/* reshape@1: the same elements in the same row-major order, in another shape. */

#include "axes.h"

/* Whether both have the same number of elements. x's number is known to fit in 64 bits; a product
 * that is larger than it is no further looked at. */
static bool has_elements_of(const struct shape *x, const struct shape *y)
{
    uint64_t count = shape_elements(x);
    uint64_t product = 1;
    for (uint32_t axis = 0; axis < y->rank; axis++)
        if (y->dims[axis] == 0)
            return count == 0;
    for (uint32_t axis = 0; axis < y->rank; axis++) {
        if (product > count / y->dims[axis])
            return false;
        product *= y->dims[axis];
    }
    return product == count;
}

astra_status oracle_reshape_1_shape(const struct shape *in, const uint64_t *attributes,
                                    struct shape *out)
{
    astra_status status = dims_given(attributes, ATTRIBUTE_reshape_1_rank,
                                     ATTRIBUTE_reshape_1_dim_0, out);
    if (status == ASTRA_OK && !has_elements_of(in, out))
        return ASTRA_ERROR_OPERAND_SHAPE;
    return status;
}

void oracle_reshape_1_run(const struct operand *in, const uint64_t *attributes,
                          const struct operand *out)
{
    (void)attributes;
    for (uint64_t i = 0; i < shape_elements(&out[0].shape); i++)
        bits_set(out, i, bits_get(in, i));
}
