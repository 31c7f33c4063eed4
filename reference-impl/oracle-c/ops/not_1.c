/* not@1: every bit inverted; of truth values the other one. */

#include "elementwise.h"

static uint64_t integers(astra_dtype dtype, uint64_t x)
{
    return dtype == ASTRA_DTYPE_BOOL ? x == 0 : ~x;
}

astra_status oracle_not_1_shape(const struct shape *in, const uint64_t *attributes,
                                struct shape *out)
{
    (void)attributes;
    return shape_same(in, 1, out);
}

void oracle_not_1_run(const struct operand *in, const uint64_t *attributes,
                      const struct operand *out)
{
    (void)attributes;
    map_unary(in, out, NULL, integers);
}
