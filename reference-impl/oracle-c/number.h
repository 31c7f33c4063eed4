/*
 * Elements as numbers, whatever their type. f16, bf16 and f32 are computed in f64: an exact value
 * goes in, and what comes out is exact or rounded to odd, so that the one rounding to the element's
 * type is the definition's. f64 is computed by the machine, which rounds each operation once.
 */
#ifndef ORACLE_NUMBER_H
#define ORACLE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "operators.h"

/* A binary floating-point format: fraction bits, and the exponent field of 1. */
struct format {
    int fraction;
    int bias;
};

struct format format_of(astra_dtype dtype); /* of a float */

bool dtype_is_float(astra_dtype dtype);
bool dtype_is_signed(astra_dtype dtype);

/* The element's bits as a number, and back. */
uint64_t bits_get(const struct operand *from, uint64_t i);
void bits_set(const struct operand *to, uint64_t i, uint64_t bits);

/* The highest bit of an element, which is a float's sign. */
uint64_t sign_bit(astra_dtype dtype);

/* The exact value of a float element. */
double float_get(const struct operand *from, uint64_t i);

/* Rounds to nearest even, once, to the element's type; every NaN becomes the type's quiet NaN. */
void float_set(const struct operand *to, uint64_t i, double value);

/* An integer element modulo 2^64: signed ones extended by their sign. A bool is 0 or 1. */
uint64_t integer_get(const struct operand *from, uint64_t i);

/* Modulo 2^w, for an element of w bits; of a bool whether the value is not zero. */
void integer_set(const struct operand *to, uint64_t i, uint64_t value);

/* Whether one integer is smaller, as integer_get gives them. */
bool integer_less(astra_dtype dtype, uint64_t a, uint64_t b);

/* Bits of an element. */
uint64_t integer_width(astra_dtype dtype);

bool float_is_negative(double value); /* -0 is */

/* The smaller and the larger one: -0 is smaller than +0, and a NaN wins. */
double float_min(double a, double b);
double float_max(double a, double b);

/* The largest integer that is not larger; of -0 and of everything without a fraction itself. */
double float_floor(double value);

/* The nearest integer, of two the even one; zeros have the sign of the value. */
double float_nearest(double value);

/* The square root, rounded to nearest, ties to even; NaN of what is below zero. */
double float_sqrt(double value);

/* For float_set: a + b, rounded to odd unless the element's type is f64. */
double float_add(astra_dtype dtype, double a, double b);

/* For float_set: a * b, exact unless the element's type is f64. */
double float_mul(astra_dtype dtype, double a, double b);

#endif
