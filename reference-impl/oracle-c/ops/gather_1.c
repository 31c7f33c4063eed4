/* gather@1: the slices of x at indices along one axis; bits that are 0 where an index is out of range. */

#include "axes.h"

astra_status oracle_gather_1_shape(const struct shape *in, const uint64_t *attributes,
                                   struct shape *out)
{
    uint64_t axis = attributes[ATTRIBUTE_gather_1_axis];
    if (axis >= in[0].rank)
        return ASTRA_ERROR_INVALID_ATTRIBUTE;
    return slices_shape(&in[0], &in[1], axis, out) ? ASTRA_OK : ASTRA_ERROR_OPERAND_SHAPE;
}

void oracle_gather_1_run(const struct operand *in, const uint64_t *attributes,
                         const struct operand *out)
{
    uint64_t axis = attributes[ATTRIBUTE_gather_1_axis];
    for (uint64_t i = 0; i < shape_elements(&out[0].shape); i++) {
        struct place place = place_of(&out[0].shape, i);
        uint64_t from;
        bool is_there = slices_place(&in[0], &in[1], axis, &place, &from);
        bits_set(out, i, is_there ? bits_get(&in[0], from) : 0);
    }
}
