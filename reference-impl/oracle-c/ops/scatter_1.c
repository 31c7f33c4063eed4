/* scatter@1: x with slices put at indices along one axis, in their order, so that the last one stays. */

#include "axes.h"

astra_status oracle_scatter_1_shape(const struct shape *in, const uint64_t *attributes,
                                    struct shape *out)
{
    uint64_t axis = attributes[ATTRIBUTE_scatter_1_axis];
    struct shape slices;
    if (axis >= in[0].rank)
        return ASTRA_ERROR_INVALID_ATTRIBUTE;
    if (!slices_shape(&in[0], &in[1], axis, &slices) || !shape_equal(&slices, &in[2]))
        return ASTRA_ERROR_OPERAND_SHAPE;
    *out = in[0];
    return ASTRA_OK;
}

void oracle_scatter_1_run(const struct operand *in, const uint64_t *attributes,
                          const struct operand *out)
{
    uint64_t axis = attributes[ATTRIBUTE_scatter_1_axis];
    for (uint64_t i = 0; i < shape_elements(&in[0].shape); i++)
        bits_set(out, i, bits_get(&in[0], i));
    for (uint64_t i = 0; i < shape_elements(&in[2].shape); i++) {
        struct place place = place_of(&in[2].shape, i);
        uint64_t to;
        if (slices_place(&in[0], &in[1], axis, &place, &to))
            bits_set(out, to, bits_get(&in[2], i));
    }
}
