/* Indices along axes, and shapes that attributes give. */

#include "axes.h"

struct place place_of(const struct shape *shape, uint64_t i)
{
    struct place place = { { 0 } };
    for (uint32_t axis = shape->rank; axis-- > 0;) {
        place.at[axis] = i % shape->dims[axis];
        i /= shape->dims[axis];
    }
    return place;
}

uint64_t place_number(const struct shape *shape, const struct place *place)
{
    uint64_t number = 0;
    for (uint32_t axis = 0; axis < shape->rank; axis++)
        number = number * shape->dims[axis] + place->at[axis];
    return number;
}

bool is_given_beyond(const uint64_t *attributes, uint32_t first, uint32_t rank)
{
    for (uint32_t axis = rank; axis < ASTRA_MAX_RANK; axis++)
        if (attribute_is_given(attributes, first + axis))
            return true;
    return false;
}

astra_status dims_given(const uint64_t *attributes, uint32_t rank, uint32_t dim_0,
                        struct shape *out)
{
    if (attributes[rank] > ASTRA_MAX_RANK)
        return ASTRA_ERROR_INVALID_ATTRIBUTE;
    *out = (struct shape){ .rank = (uint32_t)attributes[rank] };
    for (uint32_t axis = 0; axis < out->rank; axis++) {
        if (!attribute_is_given(attributes, dim_0 + axis))
            return ASTRA_ERROR_INVALID_ATTRIBUTE;
        out->dims[axis] = attributes[dim_0 + axis];
    }
    return is_given_beyond(attributes, dim_0, out->rank) ? ASTRA_ERROR_INVALID_ATTRIBUTE : ASTRA_OK;
}

bool slices_shape(const struct shape *x, const struct shape *indices, uint64_t axis,
                  struct shape *out)
{
    *out = (struct shape){ 0 };
    if (x->rank - 1 + indices->rank > ASTRA_MAX_RANK)
        return false;
    for (uint32_t i = 0; i < axis; i++)
        out->dims[out->rank++] = x->dims[i];
    for (uint32_t i = 0; i < indices->rank; i++)
        out->dims[out->rank++] = indices->dims[i];
    for (uint32_t i = (uint32_t)axis + 1; i < x->rank; i++)
        out->dims[out->rank++] = x->dims[i];
    return true;
}

bool slices_place(const struct operand *x, const struct operand *indices, uint64_t axis,
                  const struct place *place, uint64_t *number)
{
    struct place of_x = { { 0 } };
    struct place of_indices = { { 0 } };
    for (uint32_t i = 0; i < indices->shape.rank; i++)
        of_indices.at[i] = place->at[axis + i];
    /* A negative index is larger than every dimension, once it has no sign. */
    uint64_t k = integer_get(indices, place_number(&indices->shape, &of_indices));
    if (k >= x->shape.dims[axis])
        return false;
    for (uint32_t i = 0; i < x->shape.rank; i++)
        of_x.at[i] = i < axis ? place->at[i] : i == axis ? k : place->at[i - 1 + indices->shape.rank];
    *number = place_number(&x->shape, &of_x);
    return true;
}
