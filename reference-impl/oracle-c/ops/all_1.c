/* all@1: whether all elements are true. */

#include "reduce.h"

static uint64_t truths(uint64_t a, uint64_t b)
{
    return a && b;
}

static void one(const struct sequence *e, const struct operand *out, uint64_t i)
{
    integer_set(out, i, reduce_integers(e, 1, truths));
}

astra_status oracle_all_1_shape(const struct shape *in, const uint64_t *attributes,
                                struct shape *out)
{
    return reduce_shape(in, attributes[ATTRIBUTE_all_1_axes], attributes[ATTRIBUTE_all_1_keep_axes], out);
}

void oracle_all_1_run(const struct operand *in, const uint64_t *attributes,
                      const struct operand *out)
{
    reduce_each(in, attributes[ATTRIBUTE_all_1_axes], out, one);
}
