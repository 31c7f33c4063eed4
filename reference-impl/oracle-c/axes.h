/* Operators that move elements: where these lie along the axes of a tensor. */
#ifndef ORACLE_AXES_H
#define ORACLE_AXES_H

#include "number.h"
#include "operators.h"

/* The indices of one element, one for each axis. */
struct place {
    uint64_t at[ASTRA_MAX_RANK];
};

/* Of element number i in row-major order; and back. */
struct place place_of(const struct shape *shape, uint64_t i);
uint64_t place_number(const struct shape *shape, const struct place *place);

/*
 * The shape that the attributes `rank` and `dim_0` (the first of eight in a row) give, or
 * ASTRA_ERROR_INVALID_ATTRIBUTE.
 */
astra_status dims_given(const uint64_t *attributes, uint32_t rank, uint32_t dim_0,
                        struct shape *out);

/* Whether one of the eight attributes from `first` on is given for an axis from `rank` on. */
bool is_given_beyond(const uint64_t *attributes, uint32_t first, uint32_t rank);

/*
 * gather@1 and scatter@1: x's shape with the dimensions of `indices` in place of dimension `axis`.
 * False if there are more than eight.
 */
bool slices_shape(const struct shape *x, const struct shape *indices, uint64_t axis,
                  struct shape *out);

/*
 * Where the element at `place` of such slices lies in x; false where its index is out of range.
 */
bool slices_place(const struct operand *x, const struct operand *indices, uint64_t axis,
                  const struct place *place, uint64_t *number);

#endif
