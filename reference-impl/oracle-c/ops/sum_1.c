/* sum@1: all elements in the order of the definition; integers exactly modulo 2^64. */

#include "reduce.h"

static double reals(double a, double b)
{
    return a + b;
}

static uint64_t integers(uint64_t a, uint64_t b)
{
    return a + b;
}

static void one(const struct sequence *e, const struct operand *out, uint64_t i)
{
    if (dtype_is_float(e->x->dtype))
        float_set(out, i, reduce_in_order(e, 0.0, reals));
    else
        integer_set(out, i, reduce_integers(e, 0, integers));
}

astra_status oracle_sum_1_shape(const struct shape *in, const uint64_t *attributes,
                                struct shape *out)
{
    return reduce_shape(in, attributes[ATTRIBUTE_sum_1_axes], attributes[ATTRIBUTE_sum_1_keep_axes], out);
}

void oracle_sum_1_run(const struct operand *in, const uint64_t *attributes,
                      const struct operand *out)
{
    reduce_each(in, attributes[ATTRIBUTE_sum_1_axes], out, one);
}
