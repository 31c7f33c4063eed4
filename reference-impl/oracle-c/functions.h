/*
 * The functions that operators are made of, on real numbers of many bits. Each is wrong by less
 * than 2^20 u, as real.h counts, and says why; an argument's error adds what the function makes of
 * it. Arguments are finite; none of these functions rounds to a type.
 */
#ifndef ORACLE_FUNCTIONS_H
#define ORACLE_FUNCTIONS_H

#include "real.h"

/* e^y; for |y| of 2^12 and more a number that overflows or vanishes in every type. */
struct real function_exp(struct real y);

/* e^y - 1 for |y| < 2^12; y may be zero. */
struct real function_expm1(struct real y);

/* ln x for positive x; zero for 1. */
struct real function_log(struct real x);

/* 1 / (1 + e^-y) */
struct real function_logistic(struct real y);

/* sin(x + turns * pi / 2) for an element's value x. */
struct real function_sin(struct real x, int quarter_turns);

/* The sum of x * square^k / (1 * 3 * 5 * ... * (2k + 1)) from k = 0 on, for a square below 2^9. */
struct real function_odd_sum(struct real x, struct real square);

/* Results of elements: of each the one that a function of real numbers gives, rounded once. */
typedef struct real unary_function(struct real x);
typedef struct real binary_function(struct real a, struct real b);
void map_unary_function(const struct operand *in, const struct operand *out, unary_function *f);
void map_binary_function(const struct operand *in, const struct operand *out, binary_function *f);

#endif
