/* Real numbers of many bits: the arithmetic. */

#include "real.h"

enum { DOUBLE_LIMBS = 2 * REAL_LIMBS };

/*
 * From `count` limbs, whose highest bit is worth 2^(exponent - 1): the leading zeros go, and what
 * does not fit into the wanted number of limbs.
 */
static struct real normalized(const uint64_t *from, int count, int64_t exponent, bool negative,
                              int limbs)
{
    int first = 0;
    while (first < count && from[first] == 0)
        first++;
    if (first == count)
        return real_special(REAL_ZERO, false);
    int shift = __builtin_clzll(from[first]);
    struct real x;
    x.kind = REAL_FINITE;
    x.negative = negative;
    x.exact = false;
    x.limbs = limbs;
    x.exponent = exponent - 64 * (int64_t)first - shift;
    for (int i = 0; i < limbs; i++) {
        uint64_t high = first + i < count ? from[first + i] : 0;
        uint64_t low = first + i + 1 < count ? from[first + i + 1] : 0;
        x.limb[i] = shift == 0 ? high : high << shift | low >> (64 - shift);
    }
    return x;
}

struct real real_special(enum real_kind kind, bool negative)
{
    return (struct real){ .kind = kind, .negative = negative, .exact = true };
}

struct real real_integer(int limbs, int64_t value)
{
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    struct real x = normalized(&magnitude, 1, 64, value < 0, limbs);
    x.exact = true;
    return x;
}

struct real real_power_of_two(int limbs, int64_t exponent)
{
    return real_scaled(real_integer(limbs, 1), exponent);
}

struct real real_with_limbs(struct real x, int limbs)
{
    for (int i = x.limbs; i < limbs; i++)
        x.limb[i] = 0;
    x.limbs = limbs;
    return x;
}

struct real real_negated(struct real x)
{
    x.negative = !x.negative;
    return x;
}

struct real real_magnitude(struct real x)
{
    x.negative = false;
    return x;
}

struct real real_scaled(struct real x, int64_t exponent)
{
    x.exponent += exponent;
    return x;
}

static int most_limbs(const struct real *a, const struct real *b)
{
    return a->limbs > b->limbs ? a->limbs : b->limbs;
}

static uint64_t limb_at(const struct real *x, int i)
{
    return i >= 0 && i < x->limbs ? x->limb[i] : 0;
}

bool real_less(struct real a, struct real b)
{
    if (a.kind == REAL_ZERO || b.kind == REAL_ZERO)
        return a.kind == REAL_ZERO && b.kind != REAL_ZERO;
    if (a.exponent != b.exponent)
        return a.exponent < b.exponent;
    int limbs = most_limbs(&a, &b);
    for (int i = 0; i < limbs; i++)
        if (limb_at(&a, i) != limb_at(&b, i))
            return limb_at(&a, i) < limb_at(&b, i);
    return false;
}

bool real_is_below(struct real x, int64_t exponent)
{
    return x.kind == REAL_ZERO || x.exponent <= exponent;
}

bool real_is_lost_in(struct real term, struct real sum)
{
    return term.kind == REAL_ZERO || term.exponent < sum.exponent - 64 * sum.limbs - 3;
}

/*
 * The larger magnitude plus or minus the smaller one, with a limb for the carry before and one for
 * what is shifted out behind. Where much cancels, the smaller one is shifted by at most one bit, so
 * that nothing was lost before; else at most one bit cancels and the limb behind has it.
 */
struct real real_add(struct real a, struct real b)
{
    if (b.kind == REAL_ZERO || a.kind == REAL_ZERO) {
        struct real only = b.kind == REAL_ZERO ? a : b;
        only.exact = false;
        return only;
    }
    struct real large = real_less(a, b) ? b : a;
    struct real small = real_less(a, b) ? a : b;
    int limbs = most_limbs(&a, &b);
    int64_t apart = large.exponent - small.exponent;
    int whole = (int)(apart / 64 < limbs + 1 ? apart / 64 : limbs + 1);
    int part = (int)(apart % 64);
    uint64_t sum[REAL_LIMBS + 2];
    uint64_t carry = 0;
    for (int i = limbs; i >= 0; i--) {
        uint64_t here = limb_at(&small, i - whole), before = limb_at(&small, i - whole - 1);
        uint64_t moved = part == 0 ? here : here >> part | before << (64 - part);
        uint64_t other = limb_at(&large, i);
        unsigned __int128 wide = (unsigned __int128)moved + carry;
        wide = large.negative == small.negative ? other + wide : other - wide;
        sum[i + 1] = (uint64_t)wide;
        carry = (wide >> 64) != 0;
    }
    sum[0] = carry;
    return normalized(sum, limbs + 2, large.exponent + 64, large.negative, limbs);
}

struct real real_subtract(struct real a, struct real b)
{
    return real_add(a, real_negated(b));
}

struct real real_multiply(struct real a, struct real b)
{
    if (a.kind == REAL_ZERO || b.kind == REAL_ZERO)
        return real_special(REAL_ZERO, false);
    uint64_t product[DOUBLE_LIMBS] = { 0 };
    for (int i = a.limbs - 1; i >= 0; i--) {
        uint64_t carry = 0;
        for (int j = b.limbs - 1; j >= 0; j--) {
            unsigned __int128 sum = (unsigned __int128)a.limb[i] * b.limb[j];
            sum += product[i + j + 1];
            sum += carry;
            product[i + j + 1] = (uint64_t)sum;
            carry = (uint64_t)(sum >> 64);
        }
        product[i] = carry;
    }
    return normalized(product, a.limbs + b.limbs, a.exponent + b.exponent,
                      a.negative != b.negative, most_limbs(&a, &b));
}

struct real real_divide_by(struct real x, uint32_t divisor)
{
    uint64_t quotient[REAL_LIMBS + 1];
    uint64_t rest = 0;
    if (x.kind == REAL_ZERO)
        return x;
    for (int i = 0; i <= x.limbs; i++) {
        uint64_t limb = limb_at(&x, i);
        uint64_t high = rest << 32 | limb >> 32;
        uint64_t low = high % divisor << 32 | (limb & UINT32_MAX);
        quotient[i] = high / divisor << 32 | low / divisor;
        rest = low % divisor;
    }
    return normalized(quotient, x.limbs + 1, x.exponent, x.negative, x.limbs);
}

/*
 * Newton's iteration for 1 / b: a relative error of e becomes one of e^2, plus the 3 u of its three
 * operations. It starts from the highest limb alone, right to 2^-61 at least.
 */
static struct real reciprocal(struct real b)
{
    uint64_t first = (uint64_t)(((unsigned __int128)1 << 126) / b.limb[0]);
    struct real one = real_integer(b.limbs, 1);
    struct real y = normalized(&first, 1, 2 - b.exponent, b.negative, b.limbs);
    for (int right = 61; right < 64 * b.limbs; right *= 2)
        y = real_add(y, real_multiply(y, real_subtract(one, real_multiply(b, y))));
    return y;
}

struct real real_divide(struct real a, struct real b)
{
    return real_multiply(a, reciprocal(b));
}

/* The largest integer whose square is not larger. */
static uint64_t root(unsigned __int128 square)
{
    uint64_t root = 0;
    for (int bit = 63; bit >= 0; bit--) {
        unsigned __int128 next = root | UINT64_C(1) << bit;
        if (next * next <= square)
            root = (uint64_t)next;
    }
    return root;
}

/*
 * Newton's iteration for 1 / sqrt(x): a relative error of e becomes one of less than 2 e^2, plus a
 * few u. The exponent is made even, and the start is right to 2^-60 at least.
 */
struct real real_reciprocal_root(struct real x)
{
    bool odd = x.exponent % 2 != 0;
    int64_t half = (x.exponent + odd) / 2;
    uint64_t square_root = root((unsigned __int128)x.limb[0] << (64 - odd));
    uint64_t first = (uint64_t)(((unsigned __int128)1 << 126) / square_root);
    struct real one = real_integer(x.limbs, 1);
    struct real y = normalized(&first, 1, 2 - half, false, x.limbs);
    for (int right = 59; right < 64 * x.limbs; right = 2 * right - 1) {
        struct real missing = real_subtract(one, real_multiply(x, real_multiply(y, y)));
        y = real_add(y, real_scaled(real_multiply(y, missing), -1));
    }
    return y;
}

int64_t real_nearest(struct real x)
{
    if (x.kind == REAL_ZERO || x.exponent < 0)
        return 0;
    uint64_t twice = x.limb[0] >> (63 - x.exponent);
    int64_t magnitude = (int64_t)((twice + 1) / 2);
    return x.negative ? -magnitude : magnitude;
}

struct real real_outside(struct real x)
{
    return real_add(x, real_scaled(x, -70));
}

struct real real_inside(struct real x)
{
    return real_subtract(x, real_scaled(x, -70));
}
