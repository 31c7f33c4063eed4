/* concat@1: b behind a along one axis. */

#include "axes.h"

astra_status oracle_concat_1_shape(const struct shape *in, const uint64_t *attributes,
                                   struct shape *out)
{
    uint64_t axis = attributes[ATTRIBUTE_concat_1_axis];
    struct shape b = in[1];
    if (axis >= in[0].rank)
        return ASTRA_ERROR_INVALID_ATTRIBUTE;
    if (b.rank != in[0].rank)
        return ASTRA_ERROR_OPERAND_SHAPE;
    *out = in[0];
    out->dims[axis] += b.dims[axis]; /* each is below 2^63 */
    b.dims[axis] = in[0].dims[axis];
    return shape_equal(&in[0], &b) ? ASTRA_OK : ASTRA_ERROR_OPERAND_SHAPE;
}

void oracle_concat_1_run(const struct operand *in, const uint64_t *attributes,
                         const struct operand *out)
{
    uint64_t axis = attributes[ATTRIBUTE_concat_1_axis];
    uint64_t length = in[0].shape.dims[axis];
    for (uint64_t i = 0; i < shape_elements(&out[0].shape); i++) {
        struct place place = place_of(&out[0].shape, i);
        bool is_b = place.at[axis] >= length;
        const struct operand *from = is_b ? &in[1] : &in[0];
        place.at[axis] -= is_b ? length : 0;
        bits_set(out, i, bits_get(from, place_number(&from->shape, &place)));
    }
}
