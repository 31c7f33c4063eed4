/* cast@1: the number as one of another type, rounded at most once. */

#include "elementwise.h"

/* The highest integer of a type plus one, which f64 has exactly. */
static double end_of(astra_dtype dtype)
{
    double end = 1;
    for (uint64_t bits = integer_width(dtype) - dtype_is_signed(dtype); bits > 0; bits--)
        end *= 2;
    return end;
}

/* Without the fraction, and no further than the ends of the type; NaN is 0. */
static uint64_t integer_of(astra_dtype dtype, double x)
{
    double end = end_of(dtype), start = dtype_is_signed(dtype) ? -end : 0;
    if (x != x)
        return 0;
    if (x >= end)
        return dtype_is_signed(dtype) ? sign_bit(dtype) - 1 : UINT64_MAX;
    if (x <= start)
        return dtype_is_signed(dtype) ? UINT64_MAX - (sign_bit(dtype) - 1) : 0;
    return x < 0 ? 0 - (uint64_t)-x : (uint64_t)x;
}

/* For float_set: exact or rounded to odd, but for f64 rounded to nearest. */
static double float_of(astra_dtype to, uint64_t magnitude)
{
    uint64_t kept = magnitude, lost = 0;
    double scale = 1;
    if (to == ASTRA_DTYPE_F64)
        return (double)magnitude;
    for (; kept >= UINT64_C(1) << 53; kept >>= 1, scale *= 2)
        lost |= kept & 1;
    return (double)(kept | lost) * scale;
}

static void cast_one(const struct operand *in, const struct operand *out, uint64_t i)
{
    if (dtype_is_float(in->dtype)) {
        double x = float_get(in, i);
        if (dtype_is_float(out->dtype))
            float_set(out, i, x);
        else
            integer_set(out, i, out->dtype == ASTRA_DTYPE_BOOL ? x != 0 : integer_of(out->dtype, x));
        return;
    }
    uint64_t x = integer_get(in, i);
    if (!dtype_is_float(out->dtype))
        integer_set(out, i, x);
    else if (integer_less(in->dtype, x, 0))
        float_set(out, i, -float_of(out->dtype, 0 - x));
    else
        float_set(out, i, float_of(out->dtype, x));
}

astra_status oracle_cast_1_shape(const struct shape *in, const uint64_t *attributes,
                                 struct shape *out)
{
    (void)attributes;
    return shape_same(in, 1, out);
}

void oracle_cast_1_run(const struct operand *in, const uint64_t *attributes,
                       const struct operand *out)
{
    (void)attributes;
    for (uint64_t i = 0; i < shape_elements(&out[0].shape); i++)
        cast_one(&in[0], &out[0], i);
}
