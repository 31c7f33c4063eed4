/* The fused multiply-add of f32. */

#include "f32.h"

#include <stdint.h>
#include <string.h>

/*
 * The product of two f32 is exact in f64: 48 bits of 53, and an exponent far from both ends. The
 * sum s of it and c is rounded to f64; what that lost is exactly `lost` (Knuth's two-sum). Where
 * something was lost, the exact sum lies strictly between s and its neighbour in the direction of
 * `lost`, and of these two the one with an odd last bit is taken. Such a "rounding to odd" with at
 * least two bits more than the final format never turns a value into a tie or away from one, so
 * that the conversion to f32 rounds the exact sum, also where the result is subnormal or overflows.
 */
float f32_fma(float a, float b, float c)
{
    double product = (double)a * (double)b;
    double addend = (double)c;
    double s = product + addend;
    if (!(s - s == 0)) /* an infinity or a NaN among the operands: there is nothing to round */
        return (float)s;
    double part = s - product;
    double lost = (product - (s - part)) + (addend - part);
    if (lost != 0) {
        uint64_t bits;
        memcpy(&bits, &s, sizeof bits);
        if (bits % 2 == 0)
            bits = (lost > 0) == (s > 0) ? bits + 1 : bits - 1;
        memcpy(&s, &bits, sizeof s);
    }
    return (float)s;
}
