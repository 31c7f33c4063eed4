/* fma@1: y[i] = a[i] * b[i] + c[i], rounded once. */

#include "elementwise.h"
#include "fused.h"

static double reals(astra_dtype dtype, double a, double b, double c)
{
    if (dtype == ASTRA_DTYPE_F64)
        return fused(a, b, c);
    return float_add(dtype, float_mul(dtype, a, b), c);
}

astra_status oracle_fma_1_shape(const struct shape *in, const uint64_t *attributes,
                                struct shape *out)
{
    (void)attributes;
    return shape_same(in, 3, out);
}

void oracle_fma_1_run(const struct operand *in, const uint64_t *attributes,
                      const struct operand *out)
{
    (void)attributes;
    map_ternary(in, out, reals, NULL);
}
