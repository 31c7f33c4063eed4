/*
 * rsqrt@1: y[i] = 1 / sqrt(x[i]), rounded once.
 *
 * It is rational with a power of two as the denominator only for powers of four, where it is a
 * power of two. For every other x = m * 2^(2 e) with an integer m of at most 54 bits, and for
 * every tie t = s * 2^f of f64 with 54 bits, m s^2 and the power of two that it would be if they
 * were equal differ by at least 1, so that the result and t differ by more than 2^-164 of
 * themselves: 256 bits decide all.
 */

#include "elementwise.h"
#include "functions.h"

static struct real value_of(struct real x)
{
    struct real power = real_power_of_two(x.limbs, x.exponent - 1);
    if (x.kind == REAL_ZERO)
        return real_special(REAL_INFINITE, x.negative);
    if (x.kind == REAL_NAN || x.negative)
        return real_special(REAL_NAN, false);
    if (x.kind == REAL_INFINITE)
        return real_special(REAL_ZERO, false);
    if (power.exponent % 2 != 0 && real_subtract(x, power).kind == REAL_ZERO)
        return real_power_of_two(x.limbs, -(x.exponent - 1) / 2);
    return real_reciprocal_root(x);
}

astra_status oracle_rsqrt_1_shape(const struct shape *in, const uint64_t *attributes,
                                  struct shape *out)
{
    (void)attributes;
    return shape_same(in, 1, out);
}

void oracle_rsqrt_1_run(const struct operand *in, const uint64_t *attributes,
                        const struct operand *out)
{
    (void)attributes;
    map_unary_function(in, out, value_of);
}
