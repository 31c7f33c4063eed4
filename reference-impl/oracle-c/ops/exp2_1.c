/*
 * exp2@1: y[i] = 2^x[i], rounded once.
 *
 * 2^x of an integer x is exact, and may be a tie: half of the smallest number. Of every other
 * rational number it is irrational.
 */

#include "elementwise.h"
#include "functions.h"

static struct real value_of(struct real x)
{
    struct real one = real_integer(x.limbs, 1);
    if (x.kind == REAL_INFINITE && x.negative)
        return real_special(REAL_ZERO, false);
    if (x.kind == REAL_ZERO)
        return real_integer(1, 1);
    if (x.kind != REAL_FINITE)
        return x;
    if (real_is_below(x, -42)) /* |2^x - 1| < 2^-41 */
        return x.negative ? real_inside(one) : real_outside(one);
    if (!real_is_below(x, 12))
        return real_power_of_two(x.limbs, x.negative ? -8192 : 8192);
    int64_t whole = real_nearest(x);
    if (real_subtract(x, real_integer(x.limbs, whole)).kind == REAL_ZERO)
        return real_power_of_two(x.limbs, whole);
    return function_exp(real_multiply(x, real_ln2(x.limbs)));
}

astra_status oracle_exp2_1_shape(const struct shape *in, const uint64_t *attributes,
                                 struct shape *out)
{
    (void)attributes;
    return shape_same(in, 1, out);
}

void oracle_exp2_1_run(const struct operand *in, const uint64_t *attributes,
                       const struct operand *out)
{
    (void)attributes;
    map_unary_function(in, out, value_of);
}
