/* mod@1: a[i] - b[i] * floor(a[i] / b[i]); it has the sign of b[i]. */

#include <math.h>

#include "elementwise.h"

/* Long division: twice the divisor as often as it goes, and back. No step rounds. */
static double left_over(double x, double y)
{
    double part = y;
    while (part <= x / 2)
        part *= 2;
    for (; part >= y; part /= 2)
        if (x >= part)
            x -= part;
    return x;
}

static double magnitude(double x)
{
    return float_is_negative(x) ? -x : x;
}

static double reals(astra_dtype dtype, double a, double b)
{
    if (a != a || b != b || a - a != 0 || b == 0)
        return (double)NAN;
    double rest = b - b != 0 ? magnitude(a) : left_over(magnitude(a), magnitude(b));
    if (rest == 0)
        return float_is_negative(b) ? -0.0 : 0.0;
    if (float_is_negative(a))
        rest = -rest;
    return float_is_negative(a) == float_is_negative(b) ? rest : float_add(dtype, rest, b);
}

static uint64_t integers(astra_dtype dtype, uint64_t a, uint64_t b)
{
    if (b == 0)
        return a;
    if (!dtype_is_signed(dtype))
        return a % b;
    bool a_negative = integer_less(dtype, a, 0), b_negative = integer_less(dtype, b, 0);
    uint64_t rest = (a_negative ? 0 - a : a) % (b_negative ? 0 - b : b);
    if (rest == 0)
        return 0;
    if (a_negative)
        rest = 0 - rest;
    return a_negative == b_negative ? rest : rest + b;
}

astra_status oracle_mod_1_shape(const struct shape *in, const uint64_t *attributes,
                                struct shape *out)
{
    (void)attributes;
    return shape_same(in, 2, out);
}

void oracle_mod_1_run(const struct operand *in, const uint64_t *attributes,
                      const struct operand *out)
{
    (void)attributes;
    map_binary(in, out, reals, integers);
}
