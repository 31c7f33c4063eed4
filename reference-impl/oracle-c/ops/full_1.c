/* full@1: one value everywhere. */

#include "axes.h"

astra_status oracle_full_1_shape(const struct shape *in, const uint64_t *attributes,
                                 struct shape *out)
{
    astra_status status = dims_given(attributes, ATTRIBUTE_full_1_rank, ATTRIBUTE_full_1_dim_0, out);
    if (status == ASTRA_OK && in->rank != 0)
        return ASTRA_ERROR_OPERAND_SHAPE;
    return status;
}

void oracle_full_1_run(const struct operand *in, const uint64_t *attributes,
                       const struct operand *out)
{
    (void)attributes;
    for (uint64_t i = 0; i < shape_elements(&out[0].shape); i++)
        bits_set(out, i, bits_get(in, 0));
}
