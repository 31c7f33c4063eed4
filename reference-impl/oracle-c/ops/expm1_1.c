/*
 * expm1@1: y[i] = e^x[i] - 1, rounded once.
 *
 * Of an x other than zero it is irrational. Near zero it is x + x^2 / 2 + ..., which is larger
 * than x; far below, it is -1 and a little.
 */

#include "elementwise.h"
#include "functions.h"

static struct real value_of(struct real x)
{
    if (x.kind == REAL_INFINITE && x.negative)
        return real_integer(1, -1);
    if (x.kind != REAL_FINITE)
        return x;
    if (real_is_below(x, -42)) /* less than 2^-42 of x away from it */
        return x.negative ? real_inside(x) : real_outside(x);
    if (x.negative && !real_is_below(x, 6)) /* e^-64 < 2^-92 */
        return real_inside(real_integer(x.limbs, -1));
    return function_expm1(x);
}

astra_status oracle_expm1_1_shape(const struct shape *in, const uint64_t *attributes,
                                  struct shape *out)
{
    (void)attributes;
    return shape_same(in, 1, out);
}

void oracle_expm1_1_run(const struct operand *in, const uint64_t *attributes,
                        const struct operand *out)
{
    (void)attributes;
    map_unary_function(in, out, value_of);
}
