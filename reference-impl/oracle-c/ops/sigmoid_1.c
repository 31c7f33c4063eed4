/*
 * sigmoid@1: y[i] = 1 / (1 + e^-x[i]), rounded once.
 *
 * Of an x other than zero it is irrational. Near zero it is 1/2 + x / 4 - ...; far above 1 is not
 * reached.
 */

#include "elementwise.h"
#include "functions.h"

static struct real value_of(struct real x)
{
    struct real half = real_power_of_two(x.limbs, -1);
    if (x.kind == REAL_NAN)
        return x;
    if (x.kind == REAL_INFINITE)
        return x.negative ? real_special(REAL_ZERO, false) : real_integer(1, 1);
    if (x.kind == REAL_ZERO)
        return real_power_of_two(1, -1);
    if (real_is_below(x, -42)) /* less than 2^-43 away from 1/2 */
        return x.negative ? real_inside(half) : real_outside(half);
    if (!x.negative && !real_is_below(x, 6)) /* e^-64 < 2^-92 */
        return real_inside(real_integer(x.limbs, 1));
    return function_logistic(x);
}

astra_status oracle_sigmoid_1_shape(const struct shape *in, const uint64_t *attributes,
                                    struct shape *out)
{
    (void)attributes;
    return shape_same(in, 1, out);
}

void oracle_sigmoid_1_run(const struct operand *in, const uint64_t *attributes,
                          const struct operand *out)
{
    (void)attributes;
    map_unary_function(in, out, value_of);
}
