/* permute@1: axis i of y is axis axis_i of x. */

#include "axes.h"

astra_status oracle_permute_1_shape(const struct shape *in, const uint64_t *attributes,
                                    struct shape *out)
{
    const uint64_t *axes = &attributes[ATTRIBUTE_permute_1_axis_0];
    bool is_used[ASTRA_MAX_RANK] = { false };
    *out = (struct shape){ .rank = in->rank };
    for (uint32_t i = 0; i < in->rank; i++) {
        if (!attribute_is_given(attributes, ATTRIBUTE_permute_1_axis_0 + i) || axes[i] >= in->rank
            || is_used[axes[i]])
            return ASTRA_ERROR_INVALID_ATTRIBUTE;
        is_used[axes[i]] = true;
        out->dims[i] = in->dims[axes[i]];
    }
    if (is_given_beyond(attributes, ATTRIBUTE_permute_1_axis_0, in->rank))
        return ASTRA_ERROR_INVALID_ATTRIBUTE;
    return ASTRA_OK;
}

void oracle_permute_1_run(const struct operand *in, const uint64_t *attributes,
                          const struct operand *out)
{
    const uint64_t *axes = &attributes[ATTRIBUTE_permute_1_axis_0];
    for (uint64_t i = 0; i < shape_elements(&out[0].shape); i++) {
        struct place place = place_of(&out[0].shape, i);
        struct place from = { { 0 } };
        for (uint32_t axis = 0; axis < out[0].shape.rank; axis++)
            from.at[axes[axis]] = place.at[axis];
        bits_set(out, i, bits_get(in, place_number(&in[0].shape, &from)));
    }
}
