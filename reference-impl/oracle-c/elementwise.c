/* The loops of elementwise operators. */

#include "elementwise.h"

astra_status shape_same(const struct shape *in, uint32_t inputs, struct shape *out)
{
    for (uint32_t i = 1; i < inputs; i++)
        if (!shape_equal(&in[0], &in[i]))
            return ASTRA_ERROR_OPERAND_SHAPE;
    out[0] = in[0];
    return ASTRA_OK;
}

void map_unary(const struct operand *in, const struct operand *out, unary_reals *reals,
               unary_integers *integers)
{
    astra_dtype dtype = in[0].dtype;
    uint64_t count = shape_elements(&out[0].shape);
    for (uint64_t i = 0; i < count; i++) {
        if (dtype_is_float(dtype))
            float_set(out, i, reals(dtype, float_get(&in[0], i)));
        else
            integer_set(out, i, integers(dtype, integer_get(&in[0], i)));
    }
}

void map_binary(const struct operand *in, const struct operand *out, binary_reals *reals,
                binary_integers *integers)
{
    astra_dtype dtype = in[0].dtype;
    uint64_t count = shape_elements(&out[0].shape);
    for (uint64_t i = 0; i < count; i++) {
        if (dtype_is_float(dtype))
            float_set(out, i, reals(dtype, float_get(&in[0], i), float_get(&in[1], i)));
        else
            integer_set(out, i, integers(dtype, integer_get(&in[0], i), integer_get(&in[1], i)));
    }
}

void map_ternary(const struct operand *in, const struct operand *out, ternary_reals *reals,
                 ternary_integers *integers)
{
    astra_dtype dtype = in[0].dtype;
    uint64_t count = shape_elements(&out[0].shape);
    for (uint64_t i = 0; i < count; i++) {
        if (dtype_is_float(dtype))
            float_set(out, i, reals(dtype, float_get(&in[0], i), float_get(&in[1], i),
                                    float_get(&in[2], i)));
        else
            integer_set(out, i, integers(dtype, integer_get(&in[0], i), integer_get(&in[1], i),
                                         integer_get(&in[2], i)));
    }
}

void map_compare(const struct operand *in, const struct operand *out, compare_reals *reals,
                 compare_integers *integers)
{
    astra_dtype dtype = in[0].dtype;
    uint64_t count = shape_elements(&out[0].shape);
    for (uint64_t i = 0; i < count; i++) {
        if (dtype_is_float(dtype))
            integer_set(out, i, reals(dtype, float_get(&in[0], i), float_get(&in[1], i)));
        else
            integer_set(out, i, integers(dtype, integer_get(&in[0], i), integer_get(&in[1], i)));
    }
}

void map_bits(const struct operand *in, const struct operand *out, unary_integers *bits)
{
    uint64_t count = shape_elements(&out[0].shape);
    for (uint64_t i = 0; i < count; i++)
        bits_set(out, i, bits(in[0].dtype, bits_get(&in[0], i)));
}
