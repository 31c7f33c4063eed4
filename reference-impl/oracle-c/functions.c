/* The functions that operators are made of: series of real numbers. */

#include "functions.h"

/*
 * The sum of r^k / k! from k = 1 on, for |r| < 1/2: with terms that are halved at least, so that
 * those left out are less than the last. Each is wrong by less than 3 u times k, and the first one
 * outweighs all the others, so the sum is wrong by less than 16 u.
 */
static struct real exp_series(struct real r)
{
    struct real term = r, sum = r;
    for (uint32_t k = 2; !real_is_lost_in(term, sum); k++) {
        term = real_divide_by(real_multiply(term, r), k);
        sum = real_add(sum, term);
    }
    return sum;
}

/*
 * e^y = 2^k e^r with k the integer nearest to y / ln 2, and e^r = (1 + s)^(2^h), where 1 + s is e
 * to the power of r / 2^h. k ln 2 is below 2^12 and wrong by 2 u of itself; 1 + s is wrong by less
 * than 4 u, which grows by 2^h, and the squarings add less than that: in all less than
 * 2^13 u + 2^h * 8 u, where h is at most 16.
 */
static struct real exp_in_range(struct real y)
{
    struct real one = real_integer(y.limbs, 1), ln2 = real_ln2(y.limbs);
    int64_t k = real_nearest(real_divide(y, ln2));
    struct real r = real_subtract(y, real_multiply(real_integer(y.limbs, k), ln2));
    int halvings = 4 + y.limbs;
    if (r.kind == REAL_ZERO)
        return real_power_of_two(y.limbs, k);
    struct real power = real_add(one, exp_series(real_scaled(r, -halvings)));
    for (int i = 0; i < halvings; i++)
        power = real_multiply(power, power);
    return real_scaled(power, k);
}

struct real function_exp(struct real y)
{
    if (y.kind == REAL_ZERO)
        return real_integer(y.limbs, 1);
    if (!real_is_below(y, 12))
        return real_power_of_two(y.limbs, y.negative ? -8192 : 8192);
    return exp_in_range(y);
}

/* From 1/2 on, and below -1/2, e^y is away from 1 by more than 0.39 and at most twice as large. */
struct real function_expm1(struct real y)
{
    if (real_is_below(y, -1))
        return y.kind == REAL_ZERO ? y : exp_series(y);
    return real_subtract(function_exp(y), real_integer(y.limbs, 1));
}

struct real function_logistic(struct real y)
{
    struct real one = real_integer(y.limbs, 1);
    return real_divide(one, real_add(one, function_exp(real_negated(y))));
}

/*
 * ln x = k ln 2 + ln m with m from 0.75 to 1.5, and ln m is the sum of 2 z^j / j for odd j, with z
 * = (m - 1) / (m + 1), so that |z| is at most 0.2: terms shrink by 25 or more. z is wrong by less
 * than 20 u and the sum by less than 64 u; where k is not zero, |ln m| is at most 0.6 of |k ln 2|,
 * so that what cancels makes no more than 2^8 u of it.
 */
struct real function_log(struct real x)
{
    struct real one = real_integer(x.limbs, 1);
    int64_t k = x.limb[0] < UINT64_C(3) << 62 ? x.exponent - 1 : x.exponent;
    struct real m = real_scaled(x, -k);
    struct real z = real_divide(real_subtract(m, one), real_add(m, one));
    struct real square = real_multiply(z, z);
    struct real power = z, sum = z, term = z;
    for (uint32_t j = 3; !real_is_lost_in(term, sum); j += 2) {
        power = real_multiply(power, square);
        term = real_divide_by(power, j);
        sum = real_add(sum, term);
    }
    struct real whole = real_multiply(real_integer(x.limbs, k), real_ln2(x.limbs));
    return real_add(real_scaled(sum, 1), whole);
}

/* All terms are positive, and term k inherits less than 3 k u: the sum has less than 2^11 terms. */
struct real function_odd_sum(struct real x, struct real square)
{
    struct real term = x, sum = x;
    uint32_t limit = 2 * (uint32_t)(real_nearest(square) + 1); /* from here on terms are halved */
    for (uint32_t divisor = 3; divisor <= limit || !real_is_lost_in(term, sum); divisor += 2) {
        term = real_divide_by(real_multiply(term, square), divisor);
        sum = real_add(sum, term);
    }
    return sum;
}
