/*
 * exp@1: y[i] = e^x[i], the exact value rounded once.
 *
 * Write |x| = n ln 2 -+ r with 0 <= r < ln 2, so that e^x = 2^k e^r with k = n or -n and e^r in
 * [1, 2). e^r is the sum of r^j / j!, in fixed-point numbers of 128 fraction bits. One unit u is
 * 2^-128.
 *
 * Precision. |x| is exact: from 2^-26 on, its last bit is at least 2^-49. The constant ln 2 is too
 * small by less than u and n is at most 151, so r is wrong by less than 151 u, and e^r by less than
 * 302 u. A term is truncated twice (product, quotient), and what it inherits from the term before
 * shrinks by r / j: no term is wrong by more than 4 u. The terms reach zero within 40 steps, and
 * what follows them is worth less than 2 u. So the sum is wrong by less than 512 u = 2^-119.
 *
 * That suffices. For x other than zero e^x is irrational, so never a tie, and the error can change
 * the rounding only where more than 90 equal bits follow the round bit. Over all f32 inputs the
 * longest such run, found by looking at each of them, has 46 bits (x = 2^-23 - 2^-47).
 */

#include "f32.h"
#include "operators.h"

#include <stdbool.h>

/* Limb 4 is the integer part; below it the fraction, least significant limb first. */
enum { LIMBS = 5, FRACTION_BITS = 128 };
struct fixed {
    uint32_t limb[LIMBS];
};

static const struct fixed ln2 = { { 0x03F2F6AF, 0xC9E3B398, 0xD1CF79AB, 0xB17217F7, 0 } };

static bool is_zero(const struct fixed *a)
{
    return (a->limb[0] | a->limb[1] | a->limb[2] | a->limb[3] | a->limb[4]) == 0;
}

static bool is_less(const struct fixed *a, const struct fixed *b)
{
    for (int i = LIMBS - 1; i >= 0; i--)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i];
    return false;
}

static void add(struct fixed *a, const struct fixed *b)
{
    uint64_t carry = 0;
    for (int i = 0; i < LIMBS; i++) {
        carry += (uint64_t)a->limb[i] + b->limb[i];
        a->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

static void subtract(struct fixed *a, const struct fixed *b)
{
    uint64_t borrow = 0;
    for (int i = 0; i < LIMBS; i++) {
        uint64_t difference = (uint64_t)a->limb[i] - b->limb[i] - borrow;
        a->limb[i] = (uint32_t)difference;
        borrow = difference >> 63;
    }
}

/* a * b, cut off after the last fraction bit. */
static void multiply(struct fixed *a, const struct fixed *b)
{
    uint32_t product[2 * LIMBS] = { 0 };
    for (int i = 0; i < LIMBS; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < LIMBS; j++) {
            carry += (uint64_t)a->limb[i] * b->limb[j] + product[i + j];
            product[i + j] = (uint32_t)carry;
            carry >>= 32;
        }
        product[i + LIMBS] = (uint32_t)carry;
    }
    for (int i = 0; i < LIMBS; i++)
        a->limb[i] = product[i + LIMBS - 1];
}

static void divide(struct fixed *a, uint32_t divisor)
{
    uint64_t rest = 0;
    for (int i = LIMBS - 1; i >= 0; i--) {
        rest = rest << 32 | a->limb[i];
        a->limb[i] = (uint32_t)(rest / divisor);
        rest %= divisor;
    }
}

/* |x| for 2^-26 <= |x| < 128: the significand, moved to its place. */
static struct fixed magnitude(uint32_t bits)
{
    struct fixed a = { { 0 } };
    uint32_t significand = (bits & 0x7FFFFF) | 0x800000;
    uint32_t last_bit = FRACTION_BITS - 23 + (bits >> 23 & 0xFF) - 127;
    uint64_t placed = (uint64_t)significand << last_bit % 32;
    a.limb[last_bit / 32] = (uint32_t)placed;
    if (last_bit / 32 + 1 < LIMBS)
        a.limb[last_bit / 32 + 1] = (uint32_t)(placed >> 32);
    return a;
}

/* Turns |x| into r and returns k. */
static int reduce(struct fixed *a, bool is_negative)
{
    struct fixed multiple = { { 0 } };
    int n = 0;
    if (!is_negative) {
        for (; !is_less(a, &ln2); n++)
            subtract(a, &ln2);
        return n;
    }
    for (; is_less(&multiple, a); n++)
        add(&multiple, &ln2);
    subtract(&multiple, a);
    *a = multiple;
    return -n;
}

static struct fixed exp_series(const struct fixed *r)
{
    struct fixed term = { { 0, 0, 0, 0, 1 } };
    struct fixed sum = term;
    for (uint32_t j = 1; !is_zero(&term); j++) {
        multiply(&term, r);
        divide(&term, j);
        add(&sum, &term);
    }
    return sum;
}

/* The integer part of a * 2^shift, for results below 2^32 and shift from -2 to 24. */
static uint32_t scaled(const struct fixed *a, int shift)
{
    if (shift < 0)
        return 0; /* a is smaller than 2 */
    int from = FRACTION_BITS - shift;
    uint64_t low = a->limb[from / 32];
    uint64_t high = from / 32 + 1 < LIMBS ? a->limb[from / 32 + 1] : 0;
    return (uint32_t)((high << 32 | low) >> from % 32);
}

/* 2^k * y for y in [1, 2) and k from -151 to 127, rounded: the bits of an f32, counted up from +0. */
static uint32_t round_to_f32(const struct fixed *y, int k)
{
    bool is_normal = k >= -126;
    int precision = is_normal ? 23 : 149 + k; /* bits behind the point that the f32 keeps */
    uint32_t kept = scaled(y, precision);
    uint32_t round_bit = scaled(y, precision + 1) & 1;
    uint32_t below = is_normal ? (uint32_t)(k + 126) << 23 : 0;
    return below + kept + round_bit; /* a carry into the exponent is what it should be */
}

static float exp_f32(float x)
{
    uint32_t bits = f32_bits(x);
    uint32_t absolute = bits & 0x7FFFFFFF;
    bool is_negative = bits >> 31 != 0;
    if (absolute > 0x7F800000)
        return f32_result(x);
    if (absolute < 0x32800000) /* |x| < 2^-26: nearer to 1 than half of any distance between f32 */
        return 1.0f;
    if (absolute >= 0x42D00000) /* 104 or more: beyond 2^150, or below 2^-150, half the smallest */
        return f32_from_bits(is_negative ? 0 : 0x7F800000);
    struct fixed r = magnitude(absolute);
    int k = reduce(&r, is_negative);
    if (k > 127)
        return f32_from_bits(0x7F800000);
    struct fixed y = exp_series(&r);
    return f32_from_bits(round_to_f32(&y, k));
}

astra_status oracle_exp_1_shape(const struct shape *in, const uint64_t *attributes,
                                struct shape *out)
{
    (void)attributes;
    out[0] = in[0];
    return ASTRA_OK;
}

void oracle_exp_1_run(const struct operand *in, const uint64_t *attributes,
                      const struct operand *out)
{
    const float *x = in[0].data;
    float *y = out[0].data;
    uint64_t count = shape_elements(&out[0].shape);
    (void)attributes;
    for (uint64_t i = 0; i < count; i++)
        y[i] = exp_f32(x[i]);
}
