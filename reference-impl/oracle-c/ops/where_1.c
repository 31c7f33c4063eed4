/* where@1: a[i] where the condition is true, else b[i]; the same bits. */

#include "elementwise.h"

astra_status oracle_where_1_shape(const struct shape *in, const uint64_t *attributes,
                                  struct shape *out)
{
    (void)attributes;
    return shape_same(in, 3, out);
}

void oracle_where_1_run(const struct operand *in, const uint64_t *attributes,
                        const struct operand *out)
{
    (void)attributes;
    for (uint64_t i = 0; i < shape_elements(&out[0].shape); i++)
        bits_set(out, i, bits_get(bits_get(&in[0], i) != 0 ? &in[1] : &in[2], i));
}
