/* reduce_max@1: the largest element; a NaN wins. */

#include <math.h>

#include "reduce.h"

static void one(const struct sequence *e, const struct operand *out, uint64_t i)
{
    astra_dtype dtype = e->x->dtype;
    if (dtype_is_float(dtype)) {
        double found = -INFINITY;
        for (uint64_t k = 0; k < e->count; k++)
            found = float_max(found, float_get(e->x, sequence_at(e, k)));
        float_set(out, i, found);
        return;
    }
    uint64_t found = dtype_is_signed(dtype) ? 0 - sign_bit(dtype) : 0;
    for (uint64_t k = 0; k < e->count; k++) {
        uint64_t x = integer_get(e->x, sequence_at(e, k));
        found = integer_less(dtype, found, x) ? x : found;
    }
    integer_set(out, i, found);
}

astra_status oracle_reduce_max_1_shape(const struct shape *in, const uint64_t *attributes,
                                       struct shape *out)
{
    return reduce_shape(in, attributes[ATTRIBUTE_reduce_max_1_axes], attributes[ATTRIBUTE_reduce_max_1_keep_axes], out);
}

void oracle_reduce_max_1_run(const struct operand *in, const uint64_t *attributes,
                             const struct operand *out)
{
    reduce_each(in, attributes[ATTRIBUTE_reduce_max_1_axes], out, one);
}
