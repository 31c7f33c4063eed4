/* Outcomes: the first failure of a call, and the error record that tells the caller of it. */

#include "checks.h"

#include <string.h>

static const char *status_name(astra_status status)
{
    switch (status) {
#define X(name) case name: return #name;
    ASTRA_STATUSES(X)
#undef X
    default: return "";
    }
}

/* Copies a text and ends it by NUL, whatever its length. */
static void put_text(char *to, size_t size, const char *text)
{
    size_t length = strlen(text);
    if (length > size - 1)
        length = size - 1;
    memcpy(to, text, length);
    memset(to + length, 0, size - length);
}

static void put_number(char *to, size_t size, uint64_t number)
{
    char digits[21] = { 0 };
    char *first = digits + sizeof digits - 1;
    do {
        *--first = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    put_text(to, size, first);
}

bool call_ok(const struct call *call)
{
    return call->status == ASTRA_OK;
}

void call_fail(struct call *call, astra_status status, uint32_t parameter, const char *message)
{
    if (!call_ok(call))
        return;
    call->status = status;
    call->parameter = parameter;
    call->message = message;
}

void call_op(struct call *call, const char *op)
{
    put_text(call->op, sizeof call->op, op);
}

void call_expected(struct call *call, const char *text)
{
    put_text(call->expected, sizeof call->expected, text);
}

void call_expected_number(struct call *call, uint64_t number)
{
    put_number(call->expected, sizeof call->expected, number);
}

void call_actual_number(struct call *call, uint64_t number)
{
    put_number(call->actual, sizeof call->actual, number);
}

void error_fill(const struct call *call)
{
    astra_error *error = call->error;
    if (error == NULL)
        return;
    memset(error, 0, sizeof *error);
    if (call_ok(call))
        return;
    error->code = call->status;
    error->operand = call->parameter;
    put_text(error->symbol, sizeof error->symbol, status_name(call->status));
    put_text(error->op, sizeof error->op, call->op);
    put_text(error->expected, sizeof error->expected, call->expected);
    put_text(error->actual, sizeof error->actual, call->actual);
    put_text(error->message, sizeof error->message, call->message);
}
