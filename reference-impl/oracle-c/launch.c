/* Launches: everything is checked, then everything is reserved, then one item is enqueued. */

#include "checks.h"
#include "handles.h"
#include "queue.h"
#include "tensor.h"

#include <stdlib.h>

/* The parameters of astra_launch that a failure can be about. */
enum { STREAM, KERNEL, OPTIONS, INPUTS, INPUT_COUNT, OUTPUTS, OUTPUT_COUNT };

/* A launch on its way: from the second function on, every step relies on the ones before it. */
struct launch {
    struct stream *stream;
    struct kernel *kernel;
    const struct dtype_row *row;
    const struct operator *op;
    astra_launch_options options;
    uint64_t attributes[ATTRIBUTE_WORDS];
    struct tensor *in[MAX_INPUTS];
    struct shape out_shapes[MAX_OUTPUTS];
    uint64_t out_bytes[MAX_OUTPUTS];
    struct tensor *out[MAX_OUTPUTS];
    uint64_t out_handles[MAX_OUTPUTS];
};

static void check_options(struct call *call, const astra_launch_options *options)
{
    if (options->reserved != 0)
        call_fail(call, ASTRA_ERROR_NONZERO_RESERVED, OPTIONS, "A reserved field is not zero.");
    call_buffer(call, OPTIONS, options->attributes, options->attribute_count);
}

static void check_count(struct call *call, uint32_t parameter, uint32_t count, uint32_t expected)
{
    if (!call_ok(call) || count == expected)
        return;
    call_fail(call, ASTRA_ERROR_OPERAND_COUNT, parameter,
              "The operator has another number of operands.");
    call_expected_number(call, expected);
    call_actual_number(call, count);
}

static void check_inputs(struct call *call, struct launch *launch, const astra_tensor *inputs)
{
    if (!call_ok(call))
        return;
    for (uint32_t i = 0; i < launch->op->input_count; i++)
        launch->in[i] = call_handle(call, INPUTS, inputs[i].bits, KIND_TENSOR);
    for (uint32_t i = 0; i < launch->op->input_count && call_ok(call); i++) {
        if (launch->in[i]->operand.dtype == launch->row->dtypes[i])
            continue;
        call_fail(call, ASTRA_ERROR_OPERAND_DTYPE, INPUTS,
                  "An input has another element type than the kernel's.");
        call_actual_number(call, i);
    }
}

/* The attribute's place in the lists of all attributes; ATTRIBUTE_COUNT if there is none. */
static uint32_t find_attribute(struct call *call, const struct launch *launch, uint32_t id)
{
    for (uint32_t at = 0; at < ATTRIBUTE_COUNT; at++)
        if (attributes_declared[at].operator == launch->row->operator
            && attributes_declared[at].id == id)
            return at;
    call_fail(call, ASTRA_ERROR_UNKNOWN_ATTRIBUTE, OPTIONS, "The operator has no such attribute.");
    call_actual_number(call, id);
    return ATTRIBUTE_COUNT;
}

static void fail_attribute(struct call *call, uint32_t id, const char *message)
{
    call_fail(call, ASTRA_ERROR_INVALID_ATTRIBUTE, OPTIONS, message);
    call_actual_number(call, id);
}

/* Takes the values that are given; `find_attribute` has accepted every id. */
static void take_attributes(struct call *call, struct launch *launch)
{
    const astra_launch_options *options = &launch->options;
    for (uint32_t i = 0; i < options->attribute_count && call_ok(call); i++) {
        astra_attribute attribute = options->attributes[i];
        uint32_t at = find_attribute(call, launch, attribute.id);
        if (at == ATTRIBUTE_COUNT)
            return;
        if (attribute_is_given(launch->attributes, at))
            fail_attribute(call, attribute.id, "An attribute is given twice.");
        else if (attribute.kind != attributes_declared[at].kind)
            fail_attribute(call, attribute.id, "An attribute has another kind than declared.");
        launch->attributes[at] = attribute.bits;
        launch->attributes[ATTRIBUTE_SLOTS + at] = true;
    }
}

static void check_attributes(struct call *call, struct launch *launch)
{
    for (uint32_t i = 0; i < launch->options.attribute_count && call_ok(call); i++)
        find_attribute(call, launch, launch->options.attributes[i].id);
    take_attributes(call, launch);
    for (uint32_t at = 0; at < ATTRIBUTE_COUNT && call_ok(call); at++)
        if (attributes_declared[at].operator == launch->row->operator
            && attributes_declared[at].required
            && !attribute_is_given(launch->attributes, at))
            fail_attribute(call, attributes_declared[at].id, "A required attribute is missing.");
}

static void check_shapes(struct call *call, struct launch *launch)
{
    struct shape in[MAX_INPUTS];
    if (!call_ok(call))
        return;
    for (uint32_t i = 0; i < launch->op->input_count; i++)
        in[i] = launch->in[i]->operand.shape;
    astra_status status =
        operator_shape(launch->row->operator, in, launch->attributes, launch->out_shapes);
    if (status == ASTRA_ERROR_INVALID_ATTRIBUTE)
        call_fail(call, status, OPTIONS, "The operator refuses the value of an attribute.");
    else if (status == ASTRA_ERROR_SHAPE_OVERFLOW)
        call_fail(call, status, INPUTS, "A dimension of an output does not fit in 64 bits.");
    else if (status != ASTRA_OK)
        call_fail(call, status, INPUTS, "The shapes of the inputs do not fit the operator.");
    for (uint32_t i = 0; i < launch->op->output_count && call_ok(call); i++)
        if (!shape_bytes(&launch->out_shapes[i], launch->row->dtypes[launch->op->input_count + i],
                         &launch->out_bytes[i]))
            call_fail(call, ASTRA_ERROR_SHAPE_OVERFLOW, INPUTS,
                      "The bytes of an output do not fit in 63 bits.");
}

/* The outputs, pending, with their handles. A failure leaves what there is to `give_back`. */
static void make_outputs(struct call *call, struct launch *launch)
{
    uint64_t storage = 0;
    for (uint32_t i = 0; i < launch->op->output_count && call_ok(call); i++) {
        uint64_t length = storage_length(launch->out_bytes[i]);
        storage = length > UINT64_MAX - storage ? UINT64_MAX : storage + length;
    }
    call_memory_limit(call, storage);
    for (uint32_t i = 0; i < launch->op->output_count && call_ok(call); i++) {
        launch->out[i] = call_new_tensor(call, launch->row->dtypes[launch->op->input_count + i],
                                         &launch->out_shapes[i], launch->out_bytes[i]);
        launch->out_handles[i] = call_new_handle(call, launch->out[i]);
    }
}

static void enqueue(struct call *call, struct launch *launch, struct item *item)
{
    item->kernel = launch->kernel;
    for (uint32_t i = 0; i < ATTRIBUTE_WORDS; i++)
        item->attributes[i] = launch->attributes[i];
    for (uint32_t i = 0; i < launch->op->input_count; i++)
        item_needs(item, &launch->in[i]->object);
    for (uint32_t i = 0; i < launch->op->output_count; i++) {
        launch->out[i]->object.state = ASTRA_STATE_PENDING;
        item_decides(item, &launch->out[i]->object);
    }
    stream_enqueue(call->runtime, launch->stream, item);
}

/* Reserves all that the launch will ever need and enqueues it, or leaves nothing behind. */
static void reserve_and_enqueue(struct call *call, struct launch *launch)
{
    make_outputs(call, launch);
    struct item *item = call_new_item(call);
    if (call_ok(call))
        enqueue(call, launch, item);
    for (uint32_t i = 0; i < launch->op->output_count; i++) {
        if (!call_ok(call) && launch->out_handles[i] != 0)
            handle_drop(call->runtime, launch->out_handles[i]);
        call_let_go(call, launch->out[i]);
    }
}

astra_status astra_launch(astra_stream stream, astra_kernel kernel,
                          const astra_launch_options *options, const astra_tensor *inputs,
                          uint32_t input_count, astra_tensor *outputs, uint32_t output_count,
                          astra_error *error)
{
    struct call call = call_begin(error);
    struct launch launch = { 0 };
    launch.stream = call_handle(&call, STREAM, stream.bits, KIND_STREAM);
    launch.kernel = call_handle(&call, KERNEL, kernel.bits, KIND_KERNEL);
    if (options != NULL)
        call_growable_in(&call, OPTIONS, options, ASTRA_LAUNCH_OPTIONS_FIRST_SIZE,
                         &launch.options, sizeof launch.options);
    call_buffer(&call, INPUTS, inputs, input_count);
    call_buffer(&call, OUTPUTS, outputs, output_count);
    check_options(&call, &launch.options);
    if (call_ok(&call)) {
        launch.row = &dtype_rows[launch.kernel->row];
        launch.op = &operators[launch.row->operator];
        call_op(&call, launch.op->full_name);
        check_count(&call, INPUT_COUNT, input_count, launch.op->input_count);
        check_count(&call, OUTPUT_COUNT, output_count, launch.op->output_count);
        check_inputs(&call, &launch, inputs);
        check_attributes(&call, &launch);
        check_shapes(&call, &launch);
        reserve_and_enqueue(&call, &launch);
    }
    for (uint32_t i = 0; i < output_count && outputs != NULL; i++)
        outputs[i].bits = call_ok(&call) ? launch.out_handles[i] : 0;
    return call_end(&call);
}
