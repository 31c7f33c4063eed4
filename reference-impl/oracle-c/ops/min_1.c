/* min@1: the smaller of a[i] and b[i]; a NaN wins. */

#include "elementwise.h"

static double reals(astra_dtype dtype, double a, double b)
{
    (void)dtype;
    return float_min(a, b);
}

static uint64_t integers(astra_dtype dtype, uint64_t a, uint64_t b)
{
    return integer_less(dtype, a, b) ? a : b;
}

astra_status oracle_min_1_shape(const struct shape *in, const uint64_t *attributes,
                                struct shape *out)
{
    (void)attributes;
    return shape_same(in, 2, out);
}

void oracle_min_1_run(const struct operand *in, const uint64_t *attributes,
                      const struct operand *out)
{
    (void)attributes;
    map_binary(in, out, reals, integers);
}
