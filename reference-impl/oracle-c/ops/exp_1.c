/*
 * exp@1: y[i] = e^x[i], rounded once.
 *
 * e^x of an x other than zero is irrational, so never a float nor a tie.
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
    if (real_is_below(x, -42)) /* |e^x - 1| < 2^-41 */
        return x.negative ? real_inside(one) : real_outside(one);
    return function_exp(x);
}

astra_status oracle_exp_1_shape(const struct shape *in, const uint64_t *attributes,
                                struct shape *out)
{
    (void)attributes;
    return shape_same(in, 1, out);
}

void oracle_exp_1_run(const struct operand *in, const uint64_t *attributes,
                      const struct operand *out)
{
    (void)attributes;
    map_unary_function(in, out, value_of);
}
