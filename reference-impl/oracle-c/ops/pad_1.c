/* pad@1: x with a value before and behind it along each axis. */

#include "axes.h"

static astra_status padded(const struct shape *x, const uint64_t *before, const uint64_t *after,
                           struct shape *out)
{
    *out = *x;
    for (uint32_t axis = 0; axis < x->rank; axis++) {
        if (before[axis] > UINT64_MAX - x->dims[axis]
            || after[axis] > UINT64_MAX - x->dims[axis] - before[axis])
            return ASTRA_ERROR_SHAPE_OVERFLOW;
        out->dims[axis] = before[axis] + x->dims[axis] + after[axis];
    }
    return ASTRA_OK;
}

astra_status oracle_pad_1_shape(const struct shape *in, const uint64_t *attributes,
                                struct shape *out)
{
    if (is_given_beyond(attributes, ATTRIBUTE_pad_1_before_0, in[0].rank)
        || is_given_beyond(attributes, ATTRIBUTE_pad_1_after_0, in[0].rank))
        return ASTRA_ERROR_INVALID_ATTRIBUTE;
    if (in[1].rank != 0)
        return ASTRA_ERROR_OPERAND_SHAPE;
    return padded(in, &attributes[ATTRIBUTE_pad_1_before_0], &attributes[ATTRIBUTE_pad_1_after_0],
                  out);
}

void oracle_pad_1_run(const struct operand *in, const uint64_t *attributes,
                      const struct operand *out)
{
    const uint64_t *before = &attributes[ATTRIBUTE_pad_1_before_0];
    for (uint64_t i = 0; i < shape_elements(&out[0].shape); i++) {
        struct place place = place_of(&out[0].shape, i);
        bool is_inside = true;
        for (uint32_t axis = 0; axis < in[0].shape.rank; axis++) {
            place.at[axis] -= before[axis]; /* a negative one is larger than every dimension */
            is_inside = is_inside && place.at[axis] < in[0].shape.dims[axis];
        }
        bits_set(out, i, is_inside ? bits_get(&in[0], place_number(&in[0].shape, &place))
                                   : bits_get(&in[1], 0));
    }
}
