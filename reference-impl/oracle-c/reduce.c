/* Sequences along axes, and the order of sums. */

#include "reduce.h"

enum { LANES = 64, BLOCK = 1024 };

static bool is_reduced(uint64_t axes, uint32_t axis)
{
    return axes >> axis & 1;
}

astra_status reduce_shape(const struct shape *in, uint64_t axes, uint64_t keep, struct shape *out)
{
    if (axes >> in->rank != 0 || keep > 1)
        return ASTRA_ERROR_INVALID_ATTRIBUTE;
    *out = (struct shape){ 0 };
    for (uint32_t axis = 0; axis < in->rank; axis++) {
        if (!is_reduced(axes, axis))
            out->dims[out->rank++] = in->dims[axis];
        else if (keep == 1)
            out->dims[out->rank++] = 1;
    }
    return ASTRA_OK;
}

void reduce_each(const struct operand *in, uint64_t axes, const struct operand *out, reduce_one *one)
{
    struct sequence e = { in, axes, 0, 1 };
    uint64_t count = shape_elements(&out->shape);
    for (uint32_t axis = 0; axis < in->shape.rank; axis++)
        if (is_reduced(axes, axis))
            e.count *= in->shape.dims[axis];
    for (e.fixed = 0; e.fixed < count; e.fixed++)
        one(&e, out, e.fixed);
}

/* `i` counts along the reduced axes: with `fixed` it is an index into x. */
uint64_t sequence_at(const struct sequence *e, uint64_t i)
{
    uint64_t fixed = e->fixed;
    uint64_t offset = 0;
    uint64_t stride = 1;
    for (uint32_t axis = e->x->shape.rank; axis-- > 0;) {
        uint64_t dim = e->x->shape.dims[axis];
        uint64_t *counter = is_reduced(e->axes, axis) ? &i : &fixed;
        offset += *counter % dim * stride;
        *counter /= dim;
        stride *= dim;
    }
    return offset;
}

/* What lanes of one sequence are made with. f64 holds sums and products of two f32 well enough that
 * rounding them twice is rounding once. */
struct order {
    const struct sequence *e;
    double start;
    combine *combine;
};

static double joined(const struct order *order, double a, double b)
{
    double result = order->combine(a, b);
    return order->e->x->dtype == ASTRA_DTYPE_F64 ? result : (double)(float)result;
}

/* Step 2: one lane of one block. */
static double lane_of_block(const struct order *order, uint64_t block, uint64_t lane)
{
    double s = order->start;
    for (uint64_t row = 0; row < BLOCK / LANES; row++) {
        uint64_t i = block * BLOCK + row * LANES + lane;
        if (i < order->e->count)
            s = joined(order, s, float_get(order->e->x, sequence_at(order->e, i)));
    }
    return s;
}

/* Step 3: one lane of `count` blocks, a power of two; the tree is at most 64 deep. */
static double lane_of_blocks(const struct order *order, uint64_t first, uint64_t count, uint64_t lane)
{
    if (first * BLOCK >= order->e->count)
        return order->start; /* none of them exists */
    if (count == 1)
        return lane_of_block(order, first, lane);
    double left = lane_of_blocks(order, first, count / 2, lane);
    double right = lane_of_blocks(order, first + count / 2, count / 2, lane);
    return joined(order, left, right);
}

/* Steps 1 and 4. */
double reduce_in_order(const struct sequence *e, double start, combine *combine)
{
    struct order order = { e, start, combine };
    double lanes[LANES];
    uint64_t blocks = e->count / BLOCK + (e->count % BLOCK != 0);
    uint64_t leaves = 1;
    while (leaves < blocks)
        leaves *= 2;
    for (uint64_t lane = 0; lane < LANES; lane++)
        lanes[lane] = lane_of_blocks(&order, 0, leaves, lane);
    for (uint64_t width = LANES / 2; width > 0; width /= 2)
        for (uint64_t lane = 0; lane < width; lane++)
            lanes[lane] = joined(&order, lanes[lane], lanes[lane + width]);
    return lanes[0];
}

uint64_t reduce_integers(const struct sequence *e, uint64_t start, combine_integers *combine)
{
    uint64_t result = start;
    for (uint64_t i = 0; i < e->count; i++)
        result = combine(result, integer_get(e->x, sequence_at(e, i)));
    return result;
}
