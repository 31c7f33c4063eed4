/*
 * Real numbers of as many bits as are wanted, for functions whose result is the exact one rounded
 * once: a sign, an exponent and a fraction of whole limbs of 64 bits, in integer arithmetic on the
 * stack.
 *
 * Error. The fraction of a result has n limbs, the most that an operand has, and the highest bit
 * set; what does not fit is cut off. One unit u is 2^(1 - 64 n) of the value. Addition, subtraction
 * and multiplication are wrong by less than 1 u, division by an integer by less than 1 u, and
 * division and the reciprocal square root by less than 16 u. Functions made of these are wrong by
 * less than 2^23 u, which real_round allows for: each says why.
 */
#ifndef ORACLE_REAL_H
#define ORACLE_REAL_H

#include <stdbool.h>
#include <stdint.h>

#include "operators.h"

enum { REAL_LIMBS = 12, REAL_CONSTANT_LIMBS = 14, REAL_LOST_BITS = 24 };

enum real_kind { REAL_ZERO, REAL_FINITE, REAL_INFINITE, REAL_NAN };

/* A finite one is 2^exponent times a fraction of at least 1/2, whose highest limb is the first. */
struct real {
    enum real_kind kind;
    bool negative;
    bool exact; /* whether this is what it stands for, without any error */
    int limbs;
    int64_t exponent;
    uint64_t limb[REAL_LIMBS];
};

struct real real_integer(int limbs, int64_t value); /* exact */
struct real real_special(enum real_kind kind, bool negative);

/* 2^exponent, exact; for exponents beyond every type it stands for what overflows or vanishes. */
struct real real_power_of_two(int limbs, int64_t exponent);

/* An element's value, exact, and the number of limbs to compute with. */
struct real real_of_element(const struct operand *from, uint64_t i, int limbs);

/*
 * Rounds to nearest, ties to even, to the bits of an element. False if the bits around a tie do not
 * tell on which side of it the number is that `x` stands for, known to less than 2^23 u.
 */
bool real_round(struct real x, astra_dtype dtype, uint64_t *bits);

struct real real_with_limbs(struct real x, int limbs);
struct real real_negated(struct real x);
struct real real_magnitude(struct real x);
struct real real_scaled(struct real x, int64_t exponent); /* x * 2^exponent, without an error */

struct real real_add(struct real a, struct real b);
struct real real_subtract(struct real a, struct real b);
struct real real_multiply(struct real a, struct real b);
struct real real_divide(struct real a, struct real b);
struct real real_divide_by(struct real x, uint32_t divisor);
struct real real_reciprocal_root(struct real x);

bool real_less(struct real a, struct real b); /* of magnitudes */
bool real_is_below(struct real x, int64_t exponent); /* |x| < 2^exponent, also if x is zero */

/* Whether a term is below a quarter of a unit of a sum: what follows it can be left out. */
bool real_is_lost_in(struct real term, struct real sum);

/* The nearest integer, if |x| < 2^62; of two either one. */
int64_t real_nearest(struct real x);

/*
 * A number between x and what is away from it by 2^-40 of x, outwards or towards zero: for a
 * function that is known to lie strictly between these two. No float of the types of at most 32
 * bits, and no tie between them, lies there if x is one of these itself.
 */
struct real real_outside(struct real x);
struct real real_inside(struct real x);

struct real real_ln2(int limbs);
struct real real_half_pi(int limbs);
struct real real_root_two_over_pi(int limbs);
struct real real_two_over_root_pi(int limbs);

/* 2 / pi without its first `skipped` bits, below 256. */
struct real real_two_over_pi(int limbs, int skipped);

#endif
