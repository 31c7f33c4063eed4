/*
 * sin(x + turns * pi / 2) for the value x of an element.
 *
 * x * 2 / pi is a number of quarter turns, of which only the fraction and the last two bits of the
 * integer matter. x is s * 2^e with an integer s of at most 24 bits, so bits of 2 / pi worth more
 * than 2^-e count whole turns and are left out. What remains is multiplied with two limbs more than
 * wanted: the product is below 2^27 and wrong by less than 2^-100 u. Its distance to the nearest
 * integer is for no f32, bf16 or f16 smaller than 2^-31 (the nearest is 16367173 * 2^72, which is
 * 1.6e-9 away from a multiple of pi / 2), so the fraction is wrong by less than 1 u.
 *
 * The series have terms that shrink from the second on, and a sum of at least 0.6 of the first:
 * less than 64 u.
 */

#include "functions.h"

enum { SIGNIFICAND_BITS = 24, MORE_LIMBS = 2 };

/* The nearest number of quarter turns; x becomes what remains, from -pi / 4 to pi / 4. */
static int64_t reduce(struct real *x)
{
    int limbs = x->limbs;
    int64_t last_bit = x->exponent - SIGNIFICAND_BITS;
    int skipped = last_bit > 2 ? (int)last_bit - 2 : 0;
    struct real turn = real_two_over_pi(limbs + MORE_LIMBS, skipped);
    struct real quarters = real_multiply(real_with_limbs(*x, limbs + MORE_LIMBS), turn);
    int64_t count = real_nearest(quarters);
    struct real fraction = real_subtract(quarters, real_integer(limbs + MORE_LIMBS, count));
    *x = real_multiply(real_with_limbs(fraction, limbs), real_half_pi(limbs));
    return count;
}

/* 1 - x^2 / 2! + ... times the first term, or x - x^3 / 3! + ...: by where the factorials start. */
static struct real series(struct real first, struct real x, uint32_t start)
{
    struct real square = real_negated(real_multiply(x, x));
    struct real term = first, sum = first;
    for (uint32_t k = start; !real_is_lost_in(term, sum); k += 2) {
        term = real_divide_by(real_multiply(term, square), k * (k + 1));
        sum = real_add(sum, term);
    }
    return sum;
}

struct real function_sin(struct real x, int quarter_turns)
{
    int64_t turns = quarter_turns;
    if (!real_is_below(x, -1))
        turns += reduce(&x);
    struct real y = turns % 2 == 0 ? series(x, x, 2) : series(real_integer(x.limbs, 1), x, 1);
    y.exact = false;
    return turns & 2 ? real_negated(y) : y;
}
