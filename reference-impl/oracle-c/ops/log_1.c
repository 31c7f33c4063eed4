/*
 * log@1: y[i] = ln x[i], rounded once.
 *
 * ln x of an x other than 1 is irrational.
 */

#include "elementwise.h"
#include "functions.h"

static struct real value_of(struct real x)
{
    if (x.kind == REAL_ZERO)
        return real_special(REAL_INFINITE, true);
    if (x.kind == REAL_NAN || x.negative)
        return real_special(REAL_NAN, false);
    if (x.kind == REAL_INFINITE)
        return x;
    return function_log(x);
}

astra_status oracle_log_1_shape(const struct shape *in, const uint64_t *attributes,
                                struct shape *out)
{
    (void)attributes;
    return shape_same(in, 1, out);
}

void oracle_log_1_run(const struct operand *in, const uint64_t *attributes,
                      const struct operand *out)
{
    (void)attributes;
    map_unary_function(in, out, value_of);
}
