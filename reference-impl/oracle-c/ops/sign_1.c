/* sign@1: 1, -1, or the zero itself. */

#include "elementwise.h"

static double reals(astra_dtype dtype, double x)
{
    (void)dtype;
    return x > 0 ? 1 : x < 0 ? -1 : x;
}

static uint64_t integers(astra_dtype dtype, uint64_t x)
{
    return integer_less(dtype, x, 0) ? UINT64_MAX : x != 0;
}

astra_status oracle_sign_1_shape(const struct shape *in, const uint64_t *attributes,
                                 struct shape *out)
{
    (void)attributes;
    return shape_same(in, 1, out);
}

void oracle_sign_1_run(const struct operand *in, const uint64_t *attributes,
                       const struct operand *out)
{
    (void)attributes;
    map_unary(in, out, reals, integers);
}
