/* shl@1: bits shifted left, and 0 from w bits on. */

#include "elementwise.h"

static uint64_t integers(astra_dtype dtype, uint64_t x, uint64_t s)
{
    return s < integer_width(dtype) ? x << s : 0;
}

astra_status oracle_shl_1_shape(const struct shape *in, const uint64_t *attributes,
                                struct shape *out)
{
    (void)attributes;
    return shape_same(in, 2, out);
}

void oracle_shl_1_run(const struct operand *in, const uint64_t *attributes,
                      const struct operand *out)
{
    (void)attributes;
    map_binary(in, out, NULL, integers);
}
