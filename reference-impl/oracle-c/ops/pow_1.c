/*
 * pow@1: y[i] = a[i]^b[i], rounded once: e^(b ln |a|), with the sign of a where b is odd.
 *
 * Which results are floats or ties, that is integers of at most 54 bits times powers of two? Let
 * |a| = m * 2^e with an odd m.
 *
 * If b = k / 2^j with an odd k and j > 0, the result is rational only if |a| is a 2^j-th power, since
 * k and 2^j have no common factor. So roots are taken, of m and of 2^e, as long as b has a fraction.
 *
 * If b is an integer, m^b is an odd integer; or, if m is not 1 and b is negative, a fraction whose
 * denominator is not a power of two. If m^b has less than 63 bits the result is given exactly;
 * otherwise it has too many bits for a float or a tie.
 *
 * Everything else is decided by enough bits.
 */

#include "elementwise.h"
#include "functions.h"

/* m * 2^e */
struct odd {
    uint64_t m;
    int64_t e;
};

/* Significands have at most 24 bits: they are in the highest limb. */
static struct odd odd_of(struct real x)
{
    int zeros = __builtin_ctzll(x.limb[0]);
    return (struct odd){ x.limb[0] >> zeros, x.exponent - 64 + zeros };
}

static bool is_integer(struct real x)
{
    return x.kind == REAL_ZERO || odd_of(x).e >= 0;
}

static bool is_odd(struct real x)
{
    return x.kind == REAL_FINITE && odd_of(x).e == 0;
}

/* Replaces a number by its square root, if that is rational. */
static bool take_root(struct odd *x)
{
    uint64_t root = 1;
    while (root * root < x->m)
        root += 2;
    if (root * root != x->m || x->e % 2 != 0)
        return false;
    *x = (struct odd){ root, x->e / 2 };
    return true;
}

/* The exact power of a magnitude, if it may be a float or a tie. */
static bool exact_power(struct real a, struct real b, struct real *power)
{
    struct odd base = odd_of(a), exponent = odd_of(b);
    for (; exponent.e < 0; exponent.e++)
        if (!take_root(&base))
            return false;
    if (!real_is_below(real_scaled(b, exponent.e - odd_of(b).e), 12) || (base.m != 1 && b.negative))
        return false;
    int64_t count = (int64_t)(exponent.m << exponent.e);
    uint64_t product = 1;
    for (int64_t i = 0; i < count && base.m != 1; i++) {
        if (product >> 62 != 0 || product > (UINT64_MAX >> 1) / base.m)
            return false;
        product *= base.m;
    }
    *power = real_scaled(real_integer(a.limbs, (int64_t)product),
                         b.negative ? -count * base.e : count * base.e);
    return true;
}

/*
 * Of a finite a > 0 other than 1 and a finite b other than 0. The logarithm is wrong by less than
 * 2^9 u of it; times b, which is below 2^12 where it matters, by 2^21 u, and so is the result.
 */
static struct real power_of_magnitude(struct real a, struct real b)
{
    struct real one = real_integer(a.limbs, 1), power;
    if (exact_power(a, b, &power))
        return power;
    struct real logarithm = real_multiply(b, function_log(a));
    if (real_is_below(logarithm, -42)) /* less than 2^-41 away from 1 */
        return logarithm.negative ? real_inside(one) : real_outside(one);
    return function_exp(logarithm);
}

/* Where a is a zero or an infinity, or b is an infinity. */
static struct real power_at_an_end(struct real a, struct real b)
{
    struct real one = real_integer(1, 1);
    bool large = a.kind == REAL_INFINITE || (a.kind == REAL_FINITE && real_less(one, a));
    bool grows = large != b.negative;
    if (a.kind == REAL_FINITE && !real_less(one, a) && !real_less(a, one))
        return one; /* -1 */
    bool negative = a.negative && is_odd(b);
    return real_special(grows ? REAL_INFINITE : REAL_ZERO, negative);
}

static struct real value_of(struct real a, struct real b)
{
    struct real one = real_integer(1, 1);
    bool is_one = a.kind == REAL_FINITE && !a.negative && !real_less(a, one) && !real_less(one, a);
    if (b.kind == REAL_ZERO || is_one)
        return one;
    if (a.kind == REAL_NAN || b.kind == REAL_NAN)
        return real_special(REAL_NAN, false);
    if (a.kind != REAL_FINITE || b.kind != REAL_FINITE)
        return power_at_an_end(a, b);
    if (a.negative && !is_integer(b))
        return real_special(REAL_NAN, false);
    struct real power = power_of_magnitude(real_magnitude(a), b);
    power.negative = a.negative && is_odd(b);
    return power;
}

astra_status oracle_pow_1_shape(const struct shape *in, const uint64_t *attributes,
                                struct shape *out)
{
    (void)attributes;
    return shape_same(in, 2, out);
}

void oracle_pow_1_run(const struct operand *in, const uint64_t *attributes,
                      const struct operand *out)
{
    (void)attributes;
    map_binary_function(in, out, value_of);
}
