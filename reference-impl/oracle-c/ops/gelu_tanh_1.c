/*
 * gelu_tanh@1: y[i] = x[i] / 2 * (1 + tanh(sqrt(2 / pi) * (x[i] + 0.044715 * x[i]^3))), rounded
 * once.
 *
 * (1 + tanh v) / 2 is 1 / (1 + e^(-2 v)), and 2 v = sqrt(2 / pi) * x * (2 + 0.08943 * x^2).
 * Near zero the result is x / 2 + x^2 / sqrt(2 pi) + ..., so that x / 2, which may be a tie, is not
 * reached; and neither are x far above and zero far below.
 *
 * No theorem says that it is irrational otherwise. A tie would be a result that no number of bits
 * decides; `make exhaustive` finds none among all inputs.
 */

#include "elementwise.h"
#include "functions.h"

static struct real value_of(struct real x)
{
    if (x.kind == REAL_INFINITE && x.negative)
        return real_special(REAL_ZERO, true);
    if (x.kind != REAL_FINITE)
        return x;
    if (real_is_below(x, -42)) /* less than 2^-41 of x / 2 away from it */
        return x.negative ? real_inside(real_scaled(x, -1)) : real_outside(real_scaled(x, -1));
    if (!real_is_below(x, 4)) /* 2 v is beyond 300, and e^-300 < 2^-400 */
        return x.negative ? real_negated(real_power_of_two(x.limbs, -8192)) : real_inside(x);
    struct real two = real_integer(x.limbs, 2);
    struct real cubic = real_divide_by(real_integer(x.limbs, 8943), 100000);
    struct real inner = real_add(two, real_multiply(cubic, real_multiply(x, x)));
    struct real twice_v = real_multiply(real_multiply(real_root_two_over_pi(x.limbs), x), inner);
    return real_multiply(x, function_logistic(twice_v));
}

astra_status oracle_gelu_tanh_1_shape(const struct shape *in, const uint64_t *attributes,
                                      struct shape *out)
{
    (void)attributes;
    return shape_same(in, 1, out);
}

void oracle_gelu_tanh_1_run(const struct operand *in, const uint64_t *attributes,
                            const struct operand *out)
{
    (void)attributes;
    map_unary_function(in, out, value_of);
}
