/* sqrt@1: the square root, rounded once. */

#include "elementwise.h"

static double reals(astra_dtype dtype, double x)
{
    (void)dtype;
    return float_sqrt(x);
}

astra_status oracle_sqrt_1_shape(const struct shape *in, const uint64_t *attributes,
                                 struct shape *out)
{
    (void)attributes;
    return shape_same(in, 1, out);
}

void oracle_sqrt_1_run(const struct operand *in, const uint64_t *attributes,
                       const struct operand *out)
{
    (void)attributes;
    map_unary(in, out, reals, NULL);
}
