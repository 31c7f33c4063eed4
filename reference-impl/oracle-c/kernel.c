/* Kernels: one for each declared combination of element types of each operator version. */

#include "checks.h"
#include "handles.h"

#include <string.h>

/* name@number with nothing around it; false for any other text. `op` is as long as it says. */
static bool parse_op(const astra_string *op, uint64_t *name_length, uint32_t *version)
{
    uint64_t at = 0;
    uint64_t number = 0;
    while (at < op->len && op->ptr[at] != '@')
        at++;
    *name_length = at++;
    if (at >= op->len || op->ptr[at] == '0')
        return false;
    for (; at < op->len; at++) {
        if (op->ptr[at] < '0' || op->ptr[at] > '9')
            return false;
        number = number * 10 + (uint64_t)(op->ptr[at] - '0');
        if (number > UINT32_MAX)
            return false;
    }
    *version = (uint32_t)number;
    return true;
}

/* The operator's index, or OPERATOR_COUNT and the status that says why. */
static uint32_t find_operator(const astra_string *op, astra_status *status)
{
    uint64_t length = 0;
    uint32_t version = 0;
    uint32_t found = OPERATOR_COUNT;
    *status = ASTRA_ERROR_UNKNOWN_OPERATOR;
    /* A longer text than any name@number is no operator, and need not be read to know that. */
    if (op->len >= sizeof operators[0].name + sizeof "@4294967295"
        || !parse_op(op, &length, &version))
        return found;
    for (uint32_t i = 0; i < OPERATOR_COUNT; i++) {
        if (strlen(operators[i].name) != length || memcmp(operators[i].name, op->ptr, length) != 0)
            continue;
        *status = ASTRA_ERROR_UNSUPPORTED_OPERATOR_VERSION;
        if (operators[i].version == version)
            found = i;
    }
    return found;
}

static bool is_zero(const astra_dtype *dtypes, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        if (dtypes[i] != 0)
            return false;
    return true;
}

static bool has_row(uint32_t row, uint32_t operator, const astra_kernel_query *query)
{
    uint32_t inputs = operators[operator].input_count, outputs = operators[operator].output_count;
    const astra_dtype *declared = dtype_rows[row].dtypes, *wanted = query->output_dtypes;
    bool fits = dtype_rows[row].operator == operator;
    for (uint32_t i = 0; i < inputs && fits; i++)
        fits = declared[i] == query->dtypes[i];
    for (uint32_t i = 0; i < outputs && fits && !is_zero(wanted, 0, 8); i++)
        fits = declared[inputs + i] == wanted[i];
    return fits && is_zero(wanted, outputs, 8);
}

/* The only row of the operator with these types, or KERNEL_COUNT. */
static uint32_t find_row(uint32_t operator, const astra_kernel_query *query)
{
    uint32_t found = KERNEL_COUNT;
    if (query->dtype_count != operators[operator].input_count)
        return KERNEL_COUNT;
    for (uint32_t row = 0; row < KERNEL_COUNT; row++) {
        if (!has_row(row, operator, query))
            continue;
        if (found != KERNEL_COUNT)
            return KERNEL_COUNT;
        found = row;
    }
    return found;
}

static bool has_zero_rest(const astra_kernel_query *query)
{
    uint32_t count = sizeof query->dtypes / sizeof query->dtypes[0];
    for (uint32_t i = query->dtype_count; i < count; i++)
        if (query->dtypes[i] != 0)
            return false;
    return query->reserved == 0;
}

/* The conditions of a query whose roles have been checked. */
static uint32_t check_query(struct call *call, const astra_kernel_query *query)
{
    astra_status status;
    if (!call_ok(call))
        return KERNEL_COUNT;
    call_pointer(call, 1, query->op.ptr);
    if (!has_zero_rest(query))
        call_fail(call, ASTRA_ERROR_NONZERO_RESERVED, 1,
                  "A reserved field or an unused dtype is not zero.");
    if (!call_ok(call))
        return KERNEL_COUNT;
    uint32_t operator = find_operator(&query->op, &status);
    if (operator == OPERATOR_COUNT) {
        call_fail(call, status, 1, status == ASTRA_ERROR_UNKNOWN_OPERATOR
                  ? "No operator has this name." : "The operator has no such version here.");
        return KERNEL_COUNT;
    }
    uint32_t row = find_row(operator, query);
    if (row == KERNEL_COUNT) {
        call_fail(call, ASTRA_ERROR_UNSUPPORTED_DTYPES, 1,
                  "The operator is not declared for these element types.");
        call_op(call, operators[operator].full_name);
    }
    return row;
}

astra_status astra_kernel_get(astra_device device, const astra_kernel_query *query,
                              astra_kernel *out_kernel, astra_error *error)
{
    struct call call = call_begin(error);
    astra_kernel_query known;
    call_handle(&call, 0, device.bits, KIND_DEVICE);
    call_pointer(&call, 1, query);
    call_growable_in(&call, 1, query, ASTRA_KERNEL_QUERY_FIRST_SIZE, &known, sizeof known);
    call_pointer(&call, 2, out_kernel);
    uint32_t row = check_query(&call, &known);
    if (call_ok(&call))
        handle_show(call.runtime, call.runtime->kernels[row].handle);
    if (out_kernel != NULL)
        out_kernel->bits = call_ok(&call) ? call.runtime->kernels[row].handle : 0;
    return call_end(&call);
}

astra_status astra_kernel_describe(astra_kernel kernel, astra_kernel_info *out_info,
                                   astra_error *error)
{
    static const char implementation[] = "oracle";
    struct call call = call_begin(error);
    astra_kernel_info info = ASTRA_KERNEL_INFO_INIT;
    const struct kernel *known = call_handle(&call, 0, kernel.bits, KIND_KERNEL);
    call_growable_out(&call, 1, out_info, ASTRA_KERNEL_INFO_FIRST_SIZE);
    if (call_ok(&call)) {
        const struct operator *op = &operators[dtype_rows[known->row].operator];
        memcpy(info.op, op->full_name, sizeof info.op);
        memcpy(info.implementation, implementation, sizeof implementation);
        info.input_count = op->input_count;
        info.output_count = op->output_count;
    }
    call_fill(&call, out_info, ASTRA_KERNEL_INFO_FIRST_SIZE, &info, sizeof info);
    return call_end(&call);
}
