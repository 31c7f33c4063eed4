/*
 * log2@1: y[i] = log2 x[i], rounded once.
 *
 * It is the exponent of a power of two, and irrational of every other number.
 */

#include "elementwise.h"
#include "functions.h"

static struct real value_of(struct real x)
{
    if (x.kind == REAL_ZERO)
        return real_special(REAL_INFINITE, true);
    if (x.kind == REAL_NAN || x.negative)
        return real_special(REAL_NAN, false);
    if (x.kind == REAL_INFINITE)
        return x;
    if (real_subtract(x, real_power_of_two(x.limbs, x.exponent - 1)).kind == REAL_ZERO)
        return real_integer(x.limbs, x.exponent - 1);
    return real_divide(function_log(x), real_ln2(x.limbs));
}

astra_status oracle_log2_1_shape(const struct shape *in, const uint64_t *attributes,
                                 struct shape *out)
{
    (void)attributes;
    return shape_same(in, 1, out);
}

void oracle_log2_1_run(const struct operand *in, const uint64_t *attributes,
                       const struct operand *out)
{
    (void)attributes;
    map_unary_function(in, out, value_of);
}
