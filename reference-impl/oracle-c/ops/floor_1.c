/* floor@1: the largest integer that is not larger. */

#include "elementwise.h"

static double reals(astra_dtype dtype, double x)
{
    (void)dtype;
    return float_floor(x);
}

astra_status oracle_floor_1_shape(const struct shape *in, const uint64_t *attributes,
                                  struct shape *out)
{
    (void)attributes;
    return shape_same(in, 1, out);
}

void oracle_floor_1_run(const struct operand *in, const uint64_t *attributes,
                        const struct operand *out)
{
    (void)attributes;
    map_unary(in, out, reals, NULL);
}
