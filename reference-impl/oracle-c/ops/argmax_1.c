/* argmax@1: the lowest index of the largest element; a NaN counts as largest. */

#include "reduce.h"

/* Whether the element at `at` comes before what was found so far. */
static bool precedes(const struct sequence *e, uint64_t at, uint64_t found)
{
    astra_dtype dtype = e->x->dtype;
    if (!dtype_is_float(dtype))
        return integer_less(dtype, integer_get(e->x, found), integer_get(e->x, at));
    double a = float_get(e->x, at), b = float_get(e->x, found);
    return b == b && (a != a || a > b);
}

static void one(const struct sequence *e, const struct operand *out, uint64_t i)
{
    uint64_t found = 0;
    for (uint64_t k = 1; k < e->count; k++)
        if (precedes(e, sequence_at(e, k), sequence_at(e, found)))
            found = k;
    integer_set(out, i, e->count == 0 ? UINT64_MAX : found);
}

astra_status oracle_argmax_1_shape(const struct shape *in, const uint64_t *attributes,
                                   struct shape *out)
{
    return reduce_shape(in, attributes[ATTRIBUTE_argmax_1_axes], attributes[ATTRIBUTE_argmax_1_keep_axes], out);
}

void oracle_argmax_1_run(const struct operand *in, const uint64_t *attributes,
                         const struct operand *out)
{
    reduce_each(in, attributes[ATTRIBUTE_argmax_1_axes], out, one);
}
