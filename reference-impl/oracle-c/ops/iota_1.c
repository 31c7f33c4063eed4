/* iota@1: start + i * step, where i is the index along one axis. */

#include "axes.h"
#include "fused.h"

astra_status oracle_iota_1_shape(const struct shape *in, const uint64_t *attributes,
                                 struct shape *out)
{
    astra_status status = dims_given(attributes, ATTRIBUTE_iota_1_rank, ATTRIBUTE_iota_1_dim_0, out);
    if (status == ASTRA_OK && attributes[ATTRIBUTE_iota_1_axis] >= out->rank)
        return ASTRA_ERROR_INVALID_ATTRIBUTE;
    if (status == ASTRA_OK && (in[0].rank != 0 || in[1].rank != 0))
        return ASTRA_ERROR_OPERAND_SHAPE;
    return status;
}

static double number(astra_dtype dtype, double start, double step, double i)
{
    if (dtype == ASTRA_DTYPE_F64)
        return fused(i, step, start);
    return float_add(dtype, i * step, start);
}

void oracle_iota_1_run(const struct operand *in, const uint64_t *attributes,
                       const struct operand *out)
{
    for (uint64_t at = 0; at < shape_elements(&out[0].shape); at++) {
        struct place place = place_of(&out[0].shape, at);
        uint64_t i = place.at[attributes[ATTRIBUTE_iota_1_axis]];
        if (dtype_is_float(out[0].dtype))
            float_set(out, at, number(out[0].dtype, float_get(&in[0], 0), float_get(&in[1], 0), (double)i));
        else
            integer_set(out, at, integer_get(&in[0], 0) + i * integer_get(&in[1], 0));
    }
}
