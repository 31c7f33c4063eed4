/* sub@1: y[i] = a[i] - b[i], rounded once; integers wrap. */

#include "elementwise.h"

static double reals(astra_dtype dtype, double a, double b)
{
    return float_add(dtype, a, -b);
}

static uint64_t integers(astra_dtype dtype, uint64_t a, uint64_t b)
{
    (void)dtype;
    return a - b;
}

astra_status oracle_sub_1_shape(const struct shape *in, const uint64_t *attributes,
                                struct shape *out)
{
    (void)attributes;
    return shape_same(in, 2, out);
}

void oracle_sub_1_run(const struct operand *in, const uint64_t *attributes,
                      const struct operand *out)
{
    (void)attributes;
    map_binary(in, out, reals, integers);
}
