/*
 * log1p@1: y[i] = ln(1 + x[i]), rounded once.
 *
 * Of an x other than zero it is irrational. Near zero it is x - x^2 / 2 + ..., which is smaller
 * than x. From 2^-42 on 1 + x has at most 128 bits for the x of every type, so it is exact.
 */

#include "elementwise.h"
#include "functions.h"

static struct real value_of(struct real x)
{
    struct real sum;
    if (x.kind == REAL_ZERO || x.kind == REAL_NAN)
        return x;
    if (x.kind == REAL_INFINITE)
        return x.negative ? real_special(REAL_NAN, false) : x;
    if (real_is_below(x, -42)) /* less than 2^-42 of x away from it */
        return x.negative ? real_outside(x) : real_inside(x);
    sum = real_add(real_integer(x.limbs, 1), x);
    if (sum.kind == REAL_ZERO)
        return real_special(REAL_INFINITE, true);
    if (sum.negative)
        return real_special(REAL_NAN, false);
    return function_log(sum);
}

astra_status oracle_log1p_1_shape(const struct shape *in, const uint64_t *attributes,
                                  struct shape *out)
{
    (void)attributes;
    return shape_same(in, 1, out);
}

void oracle_log1p_1_run(const struct operand *in, const uint64_t *attributes,
                        const struct operand *out)
{
    (void)attributes;
    map_unary_function(in, out, value_of);
}
