/*
 * sin@1: y[i] = sin x[i], rounded once.
 *
 * Of an x other than zero it is irrational. Near zero it is x - x^3 / 6 + ....
 */

#include "elementwise.h"
#include "functions.h"

static struct real value_of(struct real x)
{
    if (x.kind == REAL_INFINITE)
        return real_special(REAL_NAN, false);
    if (x.kind != REAL_FINITE)
        return x;
    if (real_is_below(x, -21)) /* less than 2^-42 of x away from it */
        return real_inside(x);
    return function_sin(x, 0);
}

astra_status oracle_sin_1_shape(const struct shape *in, const uint64_t *attributes,
                                struct shape *out)
{
    (void)attributes;
    return shape_same(in, 1, out);
}

void oracle_sin_1_run(const struct operand *in, const uint64_t *attributes,
                      const struct operand *out)
{
    (void)attributes;
    map_unary_function(in, out, value_of);
}
