/* lt@1: whether a[i] < b[i]. */

#include "elementwise.h"

static bool reals(astra_dtype dtype, double a, double b)
{
    (void)dtype;
    return a < b;
}

static bool integers(astra_dtype dtype, uint64_t a, uint64_t b)
{
    return integer_less(dtype, a, b);
}

astra_status oracle_lt_1_shape(const struct shape *in, const uint64_t *attributes,
                               struct shape *out)
{
    (void)attributes;
    return shape_same(in, 2, out);
}

void oracle_lt_1_run(const struct operand *in, const uint64_t *attributes,
                     const struct operand *out)
{
    (void)attributes;
    map_compare(in, out, reals, integers);
}
