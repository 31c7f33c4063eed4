/*
 * silu@1: y[i] = x[i] / (1 + e^-x[i]), rounded once.
 *
 * Of an x other than zero it is irrational. Near zero it is x / 2 + x^2 / 4 - ..., so that x / 2,
 * which may be a tie, is not reached; and neither is x far above.
 */

#include "elementwise.h"
#include "functions.h"

static struct real value_of(struct real x)
{
    if (x.kind == REAL_INFINITE && x.negative)
        return real_special(REAL_ZERO, true);
    if (x.kind != REAL_FINITE)
        return x;
    if (real_is_below(x, -42)) /* less than 2^-42 of x / 2 away from it */
        return x.negative ? real_inside(real_scaled(x, -1)) : real_outside(real_scaled(x, -1));
    if (!x.negative && !real_is_below(x, 6)) /* e^-64 < 2^-92 */
        return real_inside(x);
    return real_multiply(x, function_logistic(x));
}

astra_status oracle_silu_1_shape(const struct shape *in, const uint64_t *attributes,
                                 struct shape *out)
{
    (void)attributes;
    return shape_same(in, 1, out);
}

void oracle_silu_1_run(const struct operand *in, const uint64_t *attributes,
                       const struct operand *out)
{
    (void)attributes;
    map_unary_function(in, out, value_of);
}
