/* sum@1: 64 lanes, blocks of 1,024, a binary tree over the blocks, then the lanes are folded. */

#include "f32.h"
#include "operators.h"

enum { LANES = 64, BLOCK = 1024 };

static uint64_t axes_of(const uint64_t *attributes)
{
    return attributes[ATTRIBUTE_sum_1_axes];
}

static bool is_summed(uint64_t axes, uint32_t axis)
{
    return axes >> axis & 1;
}

astra_status oracle_sum_1_shape(const struct shape *in, const uint64_t *attributes,
                                struct shape *out)
{
    uint64_t keep = attributes[ATTRIBUTE_sum_1_keep_axes];
    uint64_t axes = axes_of(attributes);
    if (axes >> in->rank != 0 || keep > 1)
        return ASTRA_ERROR_INVALID_ATTRIBUTE;
    *out = (struct shape){ 0 };
    for (uint32_t axis = 0; axis < in->rank; axis++) {
        if (!is_summed(axes, axis))
            out->dims[out->rank++] = in->dims[axis];
        else if (keep == 1)
            out->dims[out->rank++] = 1;
    }
    return ASTRA_OK;
}

/* The elements of x that one element of y is the sum of. */
struct sequence {
    const float *x;
    const struct shape *shape;
    uint64_t axes;
    uint64_t fixed;            /* the element of y, counted along the axes that are not summed */
    uint64_t count;
};

/* Element i, counted along the summed axes: both counts together are an index into x. */
static float element(const struct sequence *e, uint64_t i)
{
    uint64_t fixed = e->fixed;
    uint64_t offset = 0;
    uint64_t stride = 1;
    for (uint32_t axis = e->shape->rank; axis-- > 0;) {
        uint64_t dim = e->shape->dims[axis];
        uint64_t *counter = is_summed(e->axes, axis) ? &i : &fixed;
        offset += *counter % dim * stride;
        *counter /= dim;
        stride *= dim;
    }
    return e->x[offset];
}

/* Step 2: one lane of one block. */
static float sum_rows(const struct sequence *e, uint64_t block, uint64_t lane)
{
    float s = 0.0f;
    for (uint64_t row = 0; row < BLOCK / LANES; row++) {
        uint64_t i = block * BLOCK + row * LANES + lane;
        if (i < e->count)
            s = s + element(e, i);
    }
    return s;
}

/* Step 3: one lane of `count` blocks, a power of two; the tree is at most 64 deep. */
static float sum_blocks(const struct sequence *e, uint64_t first, uint64_t count, uint64_t lane)
{
    if (first * BLOCK >= e->count)
        return 0.0f; /* none of them exists, and +0 + +0 is +0 */
    if (count == 1)
        return sum_rows(e, first, lane);
    float left = sum_blocks(e, first, count / 2, lane);
    float right = sum_blocks(e, first + count / 2, count / 2, lane);
    return left + right;
}

/* Steps 1 and 4. */
static float sum_sequence(const struct sequence *e)
{
    float lanes[LANES];
    uint64_t blocks = e->count / BLOCK + (e->count % BLOCK != 0);
    uint64_t leaves = 1;
    while (leaves < blocks)
        leaves *= 2;
    for (uint64_t lane = 0; lane < LANES; lane++)
        lanes[lane] = sum_blocks(e, 0, leaves, lane);
    for (uint64_t width = LANES / 2; width > 0; width /= 2)
        for (uint64_t lane = 0; lane < width; lane++)
            lanes[lane] = lanes[lane] + lanes[lane + width];
    return f32_result(lanes[0]);
}

void oracle_sum_1_run(const struct operand *in, const uint64_t *attributes,
                      const struct operand *out)
{
    struct sequence e = { in[0].data, &in[0].shape, axes_of(attributes), 0, 1 };
    float *y = out[0].data;
    uint64_t count = shape_elements(&out[0].shape);
    for (uint32_t axis = 0; axis < e.shape->rank; axis++)
        if (is_summed(e.axes, axis))
            e.count *= e.shape->dims[axis];
    for (e.fixed = 0; e.fixed < count; e.fixed++)
        y[e.fixed] = sum_sequence(&e);
}
