/* add@1: y[i] = a[i] + b[i], rounded once. */

#include "f32.h"
#include "operators.h"

astra_status oracle_add_1_shape(const struct shape *in, const uint64_t *attributes,
                                struct shape *out)
{
    (void)attributes;
    if (!shape_equal(&in[0], &in[1]))
        return ASTRA_ERROR_OPERAND_SHAPE;
    out[0] = in[0];
    return ASTRA_OK;
}

void oracle_add_1_run(const struct operand *in, const uint64_t *attributes,
                      const struct operand *out)
{
    const float *a = in[0].data;
    const float *b = in[1].data;
    float *y = out[0].data;
    uint64_t count = shape_elements(&out[0].shape);
    (void)attributes;
    for (uint64_t i = 0; i < count; i++)
        y[i] = f32_result(a[i] + b[i]);
}
