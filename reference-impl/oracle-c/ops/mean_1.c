/* mean@1: the sum by the number of elements, rounded once. */

#include "reduce.h"

static double plus(double a, double b)
{
    return a + b;
}

/*
 * The quotient of a sum and a whole number, exact or rounded to odd, but for f64 rounded to nearest: by
 * long division of the significand, which leaves a rest if anything was lost.
 */
static double quotient(astra_dtype dtype, double total, uint64_t count)
{
    double scale = 1;
    if (dtype == ASTRA_DTYPE_F64 || count == 0 || total == 0 || total - total != 0)
        return total / (double)count;
    bool negative = total < 0;
    if (negative)
        total = -total;
    for (; total < 0x1p110; scale /= 2)
        total *= 2;
    for (; total >= 0x1p111; scale *= 2)
        total /= 2;
    unsigned __int128 whole = (unsigned __int128)total;
    unsigned __int128 parts = whole / count;
    bool lost = parts * count != whole;
    for (; parts >> 53 != 0; parts >>= 1, scale *= 2)
        lost |= (parts & 1) != 0;
    double result = (double)((uint64_t)parts | lost) * scale;
    return negative ? -result : result;
}

static void one(const struct sequence *e, const struct operand *out, uint64_t i)
{
    float_set(out, i, quotient(e->x->dtype, reduce_in_order(e, 0.0, plus), e->count));
}

astra_status oracle_mean_1_shape(const struct shape *in, const uint64_t *attributes,
                                 struct shape *out)
{
    return reduce_shape(in, attributes[ATTRIBUTE_mean_1_axes], attributes[ATTRIBUTE_mean_1_keep_axes], out);
}

void oracle_mean_1_run(const struct operand *in, const uint64_t *attributes,
                       const struct operand *out)
{
    reduce_each(in, attributes[ATTRIBUTE_mean_1_axes], out, one);
}
