/* slice@1: indices begin, begin + step, begin + 2 step, ... along each axis. */

#include "axes.h"

static uint64_t step_of(const uint64_t *attributes, uint32_t axis)
{
    uint32_t at = ATTRIBUTE_slice_1_step_0 + axis;
    return attribute_is_given(attributes, at) ? attributes[at] : 1;
}

astra_status oracle_slice_1_shape(const struct shape *in, const uint64_t *attributes,
                                  struct shape *out)
{
    *out = (struct shape){ .rank = in->rank };
    for (uint32_t axis = 0; axis < in->rank; axis++) {
        uint64_t begin = attributes[ATTRIBUTE_slice_1_begin_0 + axis];
        uint64_t step = step_of(attributes, axis);
        if (begin > in->dims[axis] || step == 0)
            return ASTRA_ERROR_INVALID_ATTRIBUTE;
        uint64_t rest = in->dims[axis] - begin;
        uint64_t most = rest / step + (rest % step != 0);
        uint32_t size = ATTRIBUTE_slice_1_size_0 + axis;
        out->dims[axis] = attribute_is_given(attributes, size) ? attributes[size] : most;
        if (out->dims[axis] > most)
            return ASTRA_ERROR_INVALID_ATTRIBUTE;
    }
    if (is_given_beyond(attributes, ATTRIBUTE_slice_1_begin_0, in->rank)
        || is_given_beyond(attributes, ATTRIBUTE_slice_1_size_0, in->rank)
        || is_given_beyond(attributes, ATTRIBUTE_slice_1_step_0, in->rank))
        return ASTRA_ERROR_INVALID_ATTRIBUTE;
    return ASTRA_OK;
}

void oracle_slice_1_run(const struct operand *in, const uint64_t *attributes,
                        const struct operand *out)
{
    for (uint64_t i = 0; i < shape_elements(&out[0].shape); i++) {
        struct place place = place_of(&out[0].shape, i);
        for (uint32_t axis = 0; axis < out[0].shape.rank; axis++)
            place.at[axis] = attributes[ATTRIBUTE_slice_1_begin_0 + axis]
                             + place.at[axis] * step_of(attributes, axis);
        bits_set(out, i, bits_get(in, place_number(&in[0].shape, &place)));
    }
}
