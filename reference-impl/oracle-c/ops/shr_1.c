/* shr@1: bits shifted right; the sign fills. */

#include "elementwise.h"

static uint64_t integers(astra_dtype dtype, uint64_t x, uint64_t s)
{
    uint64_t fill = integer_less(dtype, x, 0) ? UINT64_MAX : 0;
    if (s >= integer_width(dtype))
        return fill;
    return s == 0 ? x : x >> s | fill << (64 - s);
}

astra_status oracle_shr_1_shape(const struct shape *in, const uint64_t *attributes,
                                struct shape *out)
{
    (void)attributes;
    return shape_same(in, 2, out);
}

void oracle_shr_1_run(const struct operand *in, const uint64_t *attributes,
                      const struct operand *out)
{
    (void)attributes;
    map_binary(in, out, NULL, integers);
}
