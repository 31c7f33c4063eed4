/* add@1: y[i] = a[i] + b[i], rounded once; integers wrap. */

#include "number.h"
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
    astra_dtype dtype = out[0].dtype;
    uint64_t count = shape_elements(&out[0].shape);
    (void)attributes;
    for (uint64_t i = 0; i < count; i++) {
        if (dtype_is_float(dtype))
            float_set(out, i, float_add(dtype, float_get(&in[0], i), float_get(&in[1], i)));
        else
            integer_set(out, i, integer_get(&in[0], i) + integer_get(&in[1], i));
    }
}
