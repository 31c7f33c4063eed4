/* xor@1: bit by bit; of truth values the truth. */

#include "elementwise.h"

static uint64_t integers(astra_dtype dtype, uint64_t a, uint64_t b)
{
    (void)dtype;
    return a ^ b;
}

astra_status oracle_xor_1_shape(const struct shape *in, const uint64_t *attributes,
                                struct shape *out)
{
    (void)attributes;
    return shape_same(in, 2, out);
}

void oracle_xor_1_run(const struct operand *in, const uint64_t *attributes,
                      const struct operand *out)
{
    (void)attributes;
    map_binary(in, out, NULL, integers);
}
