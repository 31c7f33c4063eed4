/* Operators that compute each element of the output from the elements at the same place. */
#ifndef ORACLE_ELEMENTWISE_H
#define ORACLE_ELEMENTWISE_H

#include <stddef.h>

#include "number.h"
#include "operators.h"

/* All inputs and the output have one shape. */
astra_status shape_same(const struct shape *in, uint32_t inputs, struct shape *out);

typedef double unary_reals(astra_dtype dtype, double x);
typedef uint64_t unary_integers(astra_dtype dtype, uint64_t x);
typedef double binary_reals(astra_dtype dtype, double a, double b);
typedef uint64_t binary_integers(astra_dtype dtype, uint64_t a, uint64_t b);
typedef double ternary_reals(astra_dtype dtype, double a, double b, double c);
typedef uint64_t ternary_integers(astra_dtype dtype, uint64_t a, uint64_t b, uint64_t c);
typedef bool compare_reals(astra_dtype dtype, double a, double b);
typedef bool compare_integers(astra_dtype dtype, uint64_t a, uint64_t b);

/*
 * Elements of inputs of one type through one of two functions: for floats (what float_get gives to
 * what float_set takes), or for integers and truth values (integer_get and integer_set). A function
 * is NULL where the operator has no such types. `dtype` is the inputs' type.
 */
void map_unary(const struct operand *in, const struct operand *out, unary_reals *reals,
               unary_integers *integers);
void map_binary(const struct operand *in, const struct operand *out, binary_reals *reals,
                binary_integers *integers);
void map_ternary(const struct operand *in, const struct operand *out, ternary_reals *reals,
                 ternary_integers *integers);

/* The same to truth values. */
void map_compare(const struct operand *in, const struct operand *out, compare_reals *reals,
                 compare_integers *integers);

/* Elements as their bits, which nothing rounds or quietens. */
void map_bits(const struct operand *in, const struct operand *out, unary_integers *bits);

#endif
