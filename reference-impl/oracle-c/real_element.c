/* Elements as real numbers, and back with one rounding. */

#include "real.h"

#include "number.h"

struct real real_of_element(const struct operand *from, uint64_t i, int limbs)
{
    struct format format = format_of(from->dtype);
    uint64_t bits = bits_get(from, i);
    bool negative = (bits & sign_bit(from->dtype)) != 0;
    int largest = 2 * format.bias + 1;
    int field = (int)(bits >> format.fraction) & largest;
    uint64_t significand = bits & ((UINT64_C(1) << format.fraction) - 1);
    if (field == largest)
        return real_special(significand == 0 ? REAL_INFINITE : REAL_NAN, negative);
    if (field == 0 && significand == 0)
        return real_special(REAL_ZERO, negative);
    if (field != 0)
        significand |= UINT64_C(1) << format.fraction;
    struct real x = real_integer(limbs, (int64_t)significand);
    x.negative = negative;
    return real_scaled(x, (field == 0 ? 1 : field) - format.bias - format.fraction);
}

/* Bit 0 is the highest one of the fraction; everything before it and behind the last is zero. */
static int bit_of(const struct real *x, int i)
{
    if (i < 0 || i >= 64 * x->limbs)
        return 0;
    return (int)(x->limb[i / 64] >> (63 - i % 64) & 1);
}

/* Whether the bits from one place to before another are all like the given one. */
static bool all_bits_are(const struct real *x, int from, int to, int bit)
{
    while (from < to && bit_of(x, from) == bit)
        from++;
    return from >= to;
}

/*
 * What the type keeps are the first `kept` bits; the one after them, the round bit, decides, if it
 * is right. It and those kept can be wrong only if an error smaller than 2^24 units of the last bit
 * carries into them, through bits that are all ones or all zeros: and only in the neighbourhood of
 * a tie does it matter.
 */
static uint64_t rounded(const struct real *x, struct format format, bool *decided)
{
    int64_t exponent = x->exponent - 1;
    int lowest = 1 - format.bias;
    int64_t kept = format.fraction + 1 - (exponent < lowest ? lowest - exponent : 0);
    uint64_t field = exponent < lowest ? 0 : (uint64_t)(exponent - lowest);
    *decided = true;
    if (exponent > format.bias)
        return UINT64_MAX; /* beyond the largest number */
    if (kept < -1)
        return 0; /* below a quarter of the smallest number */
    uint64_t steps = kept > 0 ? x->limb[0] >> (64 - kept) : 0;
    int round_bit = bit_of(x, (int)kept), end = 64 * x->limbs;
    if (x->exact) {
        bool tie = all_bits_are(x, (int)kept + 1, end, 0);
        steps += round_bit == 1 && (!tie || steps % 2 == 1);
    } else {
        *decided = !all_bits_are(x, (int)kept + 1, end - REAL_LOST_BITS, 1 - round_bit);
        steps += (uint64_t)round_bit;
    }
    return (field << format.fraction) + steps; /* a carry goes into the exponent field */
}

bool real_round(struct real x, astra_dtype dtype, uint64_t *bits)
{
    struct format format = format_of(dtype);
    uint64_t infinity = (uint64_t)(2 * format.bias + 1) << format.fraction;
    uint64_t magnitude = 0;
    bool decided = true;
    if (x.kind == REAL_NAN) {
        *bits = infinity | UINT64_C(1) << (format.fraction - 1);
        return true;
    }
    if (x.kind == REAL_FINITE)
        magnitude = rounded(&x, format, &decided);
    if (x.kind == REAL_INFINITE || magnitude > infinity)
        magnitude = infinity;
    *bits = magnitude | (x.negative ? sign_bit(dtype) : 0);
    return decided;
}
