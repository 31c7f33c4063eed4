/*
 * tanh@1: y[i] = tanh x[i], rounded once: (e^(2x) - 1) / (e^(2x) - 1 + 2).
 *
 * Of an x other than zero it is irrational. Near zero it is x - x^3 / 3 + ...; far from it 1 and
 * -1 are not reached.
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
    if (real_is_below(x, -21)) /* less than 2^-43 of x away from it */
        return real_inside(x);
    if (!real_is_below(x, 5)) /* 2 e^-64 < 2^-91 */
        return real_inside(real_with_limbs(one, x.limbs));
    struct real power = function_expm1(real_scaled(x, 1));
    return real_divide(power, real_add(power, real_integer(x.limbs, 2)));
}

astra_status oracle_tanh_1_shape(const struct shape *in, const uint64_t *attributes,
                                 struct shape *out)
{
    (void)attributes;
    return shape_same(in, 1, out);
}

void oracle_tanh_1_run(const struct operand *in, const uint64_t *attributes,
                       const struct operand *out)
{
    (void)attributes;
    map_unary_function(in, out, value_of);
}
