/* Operators that make each element of the output from a sequence of elements along axes. */
#ifndef ORACLE_REDUCE_H
#define ORACLE_REDUCE_H

#include "number.h"
#include "operators.h"

/* `keep` is 0 where the attribute is not given. */
astra_status reduce_shape(const struct shape *in, uint64_t axes, uint64_t keep, struct shape *out);

/* The elements of x that one element of y is made from. */
struct sequence {
    const struct operand *x;
    uint64_t axes;
    uint64_t fixed; /* the element of y, counted along the axes that are not reduced */
    uint64_t count;
};

/* Calls `one` for each element of y with its sequence. */
typedef void reduce_one(const struct sequence *e, const struct operand *out, uint64_t i);
void reduce_each(const struct operand *in, uint64_t axes, const struct operand *out, reduce_one *one);

/* Where element i of the sequence lies in x. */
uint64_t sequence_at(const struct sequence *e, uint64_t i);

/*
 * All elements in the order of sums: 64 lanes, blocks of 1,024, a binary tree over the blocks, then the
 * lanes are folded. Lanes start with `start`, which is also what a block has that does not exist. The
 * arithmetic is f64 for f64, else f32.
 */
typedef double combine(double a, double b);
double reduce_in_order(const struct sequence *e, double start, combine *combine);

/* All elements of an integer type modulo 2^64; of truth values how many are true. */
typedef uint64_t combine_integers(uint64_t a, uint64_t b);
uint64_t reduce_integers(const struct sequence *e, uint64_t start, combine_integers *combine);

#endif
