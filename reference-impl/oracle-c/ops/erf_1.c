/*
 * erf@1: y[i] = erf x[i], rounded once: 2 / sqrt(pi) * e^-x^2 times the sum of x (2 x^2)^k / (2k +
 * 1)!!.
 *
 * Of a rational x other than zero it is transcendental (Siegel). Near zero it is 2 / sqrt(pi) * (x
 * - x^3 / 3 + ...), which the formula gives; far from it 1 and -1 are not reached.
 */

#include "elementwise.h"
#include "functions.h"

static struct real value_of(struct real x)
{
    struct real one = real_integer(1, x.negative ? -1 : 1);
    if (x.kind == REAL_INFINITE)
        return one;
    if (x.kind != REAL_FINITE)
        return x;
    if (!real_is_below(x, 3)) /* 1 - erf 8 < 2^-95 */
        return real_inside(real_with_limbs(one, x.limbs));
    struct real square = real_multiply(x, x);
    struct real sum = function_odd_sum(x, real_scaled(square, 1));
    struct real density = function_exp(real_negated(square));
    return real_multiply(real_multiply(real_two_over_root_pi(x.limbs), density), sum);
}

astra_status oracle_erf_1_shape(const struct shape *in, const uint64_t *attributes,
                                struct shape *out)
{
    (void)attributes;
    return shape_same(in, 1, out);
}

void oracle_erf_1_run(const struct operand *in, const uint64_t *attributes,
                      const struct operand *out)
{
    (void)attributes;
    map_unary_function(in, out, value_of);
}
