/* neg@1: the sign bit inverted; integers are subtracted from 0. */

#include "elementwise.h"

static uint64_t bits(astra_dtype dtype, uint64_t x)
{
    return x ^ sign_bit(dtype);
}

static uint64_t integers(astra_dtype dtype, uint64_t x)
{
    (void)dtype;
    return 0 - x;
}

astra_status oracle_neg_1_shape(const struct shape *in, const uint64_t *attributes,
                                struct shape *out)
{
    (void)attributes;
    return shape_same(in, 1, out);
}

void oracle_neg_1_run(const struct operand *in, const uint64_t *attributes,
                      const struct operand *out)
{
    (void)attributes;
    if (dtype_is_float(in[0].dtype))
        map_bits(in, out, bits);
    else
        map_unary(in, out, NULL, integers);
}
