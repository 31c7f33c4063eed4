/* clip@1: the smaller of high and of the larger of x[i] and low; a NaN wins. */

#include "elementwise.h"

astra_status oracle_clip_1_shape(const struct shape *in, const uint64_t *attributes,
                                 struct shape *out)
{
    (void)attributes;
    if (in[1].rank != 0 || in[2].rank != 0)
        return ASTRA_ERROR_OPERAND_SHAPE;
    out[0] = in[0];
    return ASTRA_OK;
}

void oracle_clip_1_run(const struct operand *in, const uint64_t *attributes,
                       const struct operand *out)
{
    astra_dtype dtype = in[0].dtype;
    uint64_t count = shape_elements(&out[0].shape);
    (void)attributes;
    for (uint64_t i = 0; i < count; i++) {
        if (dtype_is_float(dtype)) {
            double low = float_get(&in[1], 0), high = float_get(&in[2], 0);
            float_set(out, i, float_min(float_max(float_get(&in[0], i), low), high));
        } else {
            uint64_t x = integer_get(&in[0], i);
            uint64_t low = integer_get(&in[1], 0), high = integer_get(&in[2], 0);
            uint64_t raised = integer_less(dtype, x, low) ? low : x;
            integer_set(out, i, integer_less(dtype, high, raised) ? high : raised);
        }
    }
}
