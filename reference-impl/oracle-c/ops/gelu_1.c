/*
 * gelu@1: y[i] = x[i] / 2 * (1 + erf(x[i] / sqrt(2))), rounded once: x times the distribution
 * function of the normal distribution, which is 1/2 plus e^(-x^2 / 2) / sqrt(2 pi) times the sum
 * of x^(2k + 1) / (2k + 1)!!.
 *
 * Of a rational x other than zero erf(x / sqrt(2)) is transcendental (Siegel), and so is the
 * result. Near zero it is x / 2 + x^2 / sqrt(2 pi) + ..., so that x / 2, which may be a tie, is
 * not reached; and neither are x far above and zero far below.
 *
 * Below zero the sum cancels against 1/2: what remains is more than 2^(-0.75 x^2 - 8), for which
 * there are as many bits more.
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
    if (!real_is_below(x, 4)) /* one minus the distribution function is less than 2^-180 */
        return x.negative ? real_negated(real_power_of_two(x.limbs, -8192)) : real_inside(x);
    int limbs = x.limbs;
    struct real square = real_multiply(x, x);
    if (x.negative) {
        int more = 1 + (int)(3 * real_nearest(square) / 4 / 64);
        square = real_with_limbs(square, limbs + more);
        x = real_with_limbs(x, limbs + more);
    }
    struct real half = real_power_of_two(x.limbs, -1);
    struct real density = real_multiply(real_scaled(real_root_two_over_pi(x.limbs), -1),
                                        function_exp(real_negated(real_scaled(square, -1))));
    struct real distribution = real_add(half, real_multiply(density, function_odd_sum(x, square)));
    return real_with_limbs(real_multiply(x, distribution), limbs);
}

astra_status oracle_gelu_1_shape(const struct shape *in, const uint64_t *attributes,
                                 struct shape *out)
{
    (void)attributes;
    return shape_same(in, 1, out);
}

void oracle_gelu_1_run(const struct operand *in, const uint64_t *attributes,
                       const struct operand *out)
{
    (void)attributes;
    map_unary_function(in, out, value_of);
}
