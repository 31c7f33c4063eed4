/* matmul@1: blocks of 256 along k, each an ascending chain of fused multiply-adds from +0; of integers the
 * exact sum. */

#include "f32.h"
#include "fused.h"
#include "number.h"
#include "operators.h"

enum { BLOCK = 256 };

/* The dimension of the batch axis that stands `back` places before the last one; 1 if missing. */
static uint64_t batch_dim(const struct shape *shape, uint32_t back)
{
    return back + 2 < shape->rank ? shape->dims[shape->rank - 3 - back] : 1;
}

astra_status oracle_matmul_1_shape(const struct shape *in, const uint64_t *attributes,
                                   struct shape *out)
{
    const struct shape *a = &in[0];
    const struct shape *b = &in[1];
    (void)attributes;
    if (a->rank < 2 || b->rank < 2 || a->dims[a->rank - 1] != b->dims[b->rank - 2])
        return ASTRA_ERROR_OPERAND_SHAPE;
    uint32_t rank = a->rank > b->rank ? a->rank : b->rank;
    *out = (struct shape){ .rank = rank };
    out->dims[rank - 2] = a->dims[a->rank - 2];
    out->dims[rank - 1] = b->dims[b->rank - 1];
    for (uint32_t back = 0; back < rank - 2; back++) {
        uint64_t of_a = batch_dim(a, back);
        uint64_t of_b = batch_dim(b, back);
        if (of_a != of_b && of_a != 1 && of_b != 1)
            return ASTRA_ERROR_OPERAND_SHAPE;
        out->dims[rank - 3 - back] = of_a == 1 ? of_b : of_a;
    }
    return ASTRA_OK;
}

/* Which matrix of an operand belongs to matrix number `matrix` of the result. */
static uint64_t operand_matrix(const struct shape *shape, const struct shape *result,
                               uint64_t matrix)
{
    uint64_t index = 0;
    uint64_t stride = 1;
    for (uint32_t back = 0; back < result->rank - 2; back++) {
        uint64_t at = matrix % batch_dim(result, back);
        matrix /= batch_dim(result, back);
        if (batch_dim(shape, back) != 1)
            index += at * stride;
        stride *= batch_dim(shape, back);
    }
    return index;
}

/* The products that one element of the result is made from: a's row and b's column. */
struct products {
    const struct operand *a, *b;
    uint64_t a_start, b_start;
    uint64_t count;
    uint64_t b_stride;
};

static double step(astra_dtype dtype, double a, double b, double s)
{
    return dtype == ASTRA_DTYPE_F64 ? fused(a, b, s) : (double)f32_fma((float)a, (float)b, (float)s);
}

static double sum(astra_dtype dtype, double total, double s)
{
    return dtype == ASTRA_DTYPE_F64 ? total + s : (double)((float)total + (float)s);
}

/* f16 and bf16 are f32 exactly; every f32 is an f64 exactly. */
static double total_in_order(const struct products *of)
{
    astra_dtype dtype = of->a->dtype;
    double total = 0;
    for (uint64_t start = 0; start < of->count; start += BLOCK) {
        uint64_t end = of->count - start < BLOCK ? of->count : start + BLOCK;
        double s = 0;
        for (uint64_t k = start; k < end; k++)
            s = step(dtype, float_get(of->a, of->a_start + k),
                     float_get(of->b, of->b_start + k * of->b_stride), s);
        total = start == 0 ? s : sum(dtype, total, s);
    }
    return total;
}

static uint64_t total_of_integers(const struct products *of)
{
    uint64_t total = 0;
    for (uint64_t k = 0; k < of->count; k++)
        total += integer_get(of->a, of->a_start + k) *
                 integer_get(of->b, of->b_start + k * of->b_stride);
    return total;
}

void oracle_matmul_1_run(const struct operand *in, const uint64_t *attributes,
                         const struct operand *out)
{
    const struct shape *result = &out[0].shape;
    uint64_t m_count = result->dims[result->rank - 2];
    uint64_t n_count = result->dims[result->rank - 1];
    uint64_t k_count = in[0].shape.dims[in[0].shape.rank - 1];
    uint64_t count = shape_elements(result);
    (void)attributes;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t n = i % n_count;
        uint64_t m = i / n_count % m_count;
        uint64_t matrix = i / n_count / m_count;
        struct products of = { &in[0], &in[1], 0, 0, k_count, n_count };
        of.a_start = (operand_matrix(&in[0].shape, result, matrix) * m_count + m) * k_count;
        of.b_start = operand_matrix(&in[1].shape, result, matrix) * k_count * n_count + n;
        if (dtype_is_float(out[0].dtype))
            float_set(out, i, total_in_order(&of));
        else
            integer_set(out, i, total_of_integers(&of));
    }
}
