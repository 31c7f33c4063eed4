/*
 * The fused multiply-add of f64 as its definition says it: every number, and every product of two, is
 * a whole number of the smallest products there are, so that they are added as integers.
 */

#include "fused.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* The smallest product is 2^-2148, and 2^2049 is above every sum: 4198 bits with a sign's. */
enum { LOWEST = -2148, WORDS = 132 };

/* A whole number of 2^LOWEST in two's complement, the lowest words first. */
struct wide {
    uint32_t word[WORDS];
};

static void wide_negate(struct wide *number)
{
    uint64_t carry = 1;
    for (int i = 0; i < WORDS; i++) {
        carry += (uint32_t)~number->word[i];
        number->word[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

static void wide_add(struct wide *to, const struct wide *number)
{
    uint64_t carry = 0;
    for (int i = 0; i < WORDS; i++) {
        carry += (uint64_t)to->word[i] + number->word[i];
        to->word[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

/* Adds value * 2^exponent: its two words, and the carry as far as it goes. */
static void wide_add_at(struct wide *to, uint32_t value, int exponent)
{
    int at = exponent - LOWEST;
    uint64_t rest = (uint64_t)value << (at % 32);
    for (int i = at / 32; rest != 0 && i < WORDS; i++) {
        uint64_t sum = (uint64_t)to->word[i] + (uint32_t)rest;
        to->word[i] = (uint32_t)sum;
        rest = (rest >> 32) + (sum >> 32);
    }
}

static bool wide_bit(const struct wide *number, int exponent)
{
    int at = exponent - LOWEST;
    return at >= 0 && (number->word[at / 32] >> (at % 32) & 1) != 0;
}

/* A finite number: its significand is a whole number of 2^exponent. */
struct parts {
    uint64_t significand;
    int exponent;
    bool negative;
};

static struct parts parts_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    int field = (int)(bits >> 52 & 0x7FF);
    uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
    return (struct parts){
        .significand = field == 0 ? fraction : fraction | UINT64_C(1) << 52,
        .exponent = field == 0 ? -1074 : field - 1075,
        .negative = bits >> 63 != 0,
    };
}

/* A positive number rounded to f64. */
static double wide_rounded(const struct wide *number)
{
    int top = WORDS - 1;
    while (number->word[top] == 0)
        top--;
    int highest = LOWEST + 32 * top + 31;
    while (!wide_bit(number, highest))
        highest--;
    int last = highest - 52 > -1074 ? highest - 52 : -1074;
    uint64_t steps = 0;
    for (int exponent = highest; exponent >= last; exponent--)
        steps = steps << 1 | wide_bit(number, exponent);
    bool rest = false;
    for (int exponent = last - 2; exponent >= LOWEST && !rest; exponent--)
        rest = wide_bit(number, exponent);
    if (wide_bit(number, last - 1) && (rest || steps % 2 == 1))
        steps++;
    /* The highest bit of a significand is one of the exponent field, and a carry goes there too. */
    uint64_t bits = ((uint64_t)(last + 1074) << 52) + steps;
    uint64_t infinity = UINT64_C(0x7FF) << 52;
    bits = bits < infinity ? bits : infinity;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

double fused(double a, double b, double c)
{
    if (a - a != 0 || b - b != 0)
        return a * b + c; /* infinities and NaN: nothing is rounded */
    if (c - c != 0)
        return c;
    if (a == 0 || b == 0)
        return a * b + c;
    struct parts x = parts_of(a), y = parts_of(b), z = parts_of(c);
    struct wide sum = {{0}}, addend = {{0}};
    uint32_t low = (uint32_t)x.significand, high = (uint32_t)(x.significand >> 32);
    for (int half = 0; half < 2; half++) {
        uint64_t factor = half == 0 ? (uint32_t)y.significand : y.significand >> 32;
        int exponent = x.exponent + y.exponent + 32 * half;
        uint64_t first = low * factor, second = high * factor;
        wide_add_at(&sum, (uint32_t)first, exponent);
        wide_add_at(&sum, (uint32_t)(first >> 32), exponent + 32);
        wide_add_at(&sum, (uint32_t)second, exponent + 32);
        wide_add_at(&sum, (uint32_t)(second >> 32), exponent + 64);
    }
    if (x.negative != y.negative)
        wide_negate(&sum);
    wide_add_at(&addend, (uint32_t)z.significand, z.exponent);
    wide_add_at(&addend, (uint32_t)(z.significand >> 32), z.exponent + 32);
    if (z.negative)
        wide_negate(&addend);
    wide_add(&sum, &addend);
    bool negative = sum.word[WORDS - 1] >> 31 != 0;
    if (negative)
        wide_negate(&sum);
    bool zero = true;
    for (int i = 0; i < WORDS; i++)
        zero = zero && sum.word[i] == 0;
    if (zero)
        return 0;
    return negative ? -wide_rounded(&sum) : wide_rounded(&sum);
}
