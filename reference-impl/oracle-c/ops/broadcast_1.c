/* broadcast@1: axes aligned at the right; one of dimension 1 is repeated. */

#include "axes.h"

astra_status oracle_broadcast_1_shape(const struct shape *in, const uint64_t *attributes,
                                      struct shape *out)
{
    astra_status status = dims_given(attributes, ATTRIBUTE_broadcast_1_rank,
                                     ATTRIBUTE_broadcast_1_dim_0, out);
    if (status != ASTRA_OK)
        return status;
    if (in->rank > out->rank)
        return ASTRA_ERROR_OPERAND_SHAPE;
    for (uint32_t i = 0; i < in->rank; i++)
        if (in->dims[i] != 1 && in->dims[i] != out->dims[i + out->rank - in->rank])
            return ASTRA_ERROR_OPERAND_SHAPE;
    return ASTRA_OK;
}

void oracle_broadcast_1_run(const struct operand *in, const uint64_t *attributes,
                            const struct operand *out)
{
    (void)attributes;
    for (uint64_t i = 0; i < shape_elements(&out[0].shape); i++) {
        struct place place = place_of(&out[0].shape, i);
        struct place from = { { 0 } };
        for (uint32_t axis = 0; axis < in[0].shape.rank; axis++)
            if (in[0].shape.dims[axis] != 1)
                from.at[axis] = place.at[axis + out[0].shape.rank - in[0].shape.rank];
        bits_set(out, i, bits_get(in, place_number(&in[0].shape, &from)));
    }
}
