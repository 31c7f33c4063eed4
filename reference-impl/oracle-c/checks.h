/*
 * One call of an exported function. It keeps the first failure; after that every check below does
 * nothing and returns NULL or 0, so that a function reads as the list of its checks in the order
 * of the contract. `parameter` is the zero-based index in the C signature.
 */
#ifndef ORACLE_CHECKS_H
#define ORACLE_CHECKS_H

#include <time.h>

#include "model.h"

struct call {
    astra_error *error;
    astra_status status;
    uint32_t parameter;
    const char *message;
    struct runtime *runtime;   /* of the first handle; its lock is held until call_end */
    char op[32];
    char expected[64];
    char actual[64];
};

struct call call_begin(astra_error *error);

/* Fills the error record, lets go of the runtime and returns the status. */
astra_status call_end(struct call *call);

bool call_ok(const struct call *call);
void call_fail(struct call *call, astra_status status, uint32_t parameter, const char *message);

/* Writes the whole error record, if there is one: zeros if the call is ok. */
void error_fill(const struct call *call);

/* Details of the failure; to be called right after call_fail. */
void call_op(struct call *call, const char *op);
void call_expected(struct call *call, const char *text);
void call_expected_number(struct call *call, uint64_t number);
void call_actual_number(struct call *call, uint64_t number);

/* The roles of spec/abi/roles.toml. */
void *call_handle(struct call *call, uint32_t parameter, uint64_t handle, enum kind kind);
void *call_consumed_handle(struct call *call, uint32_t parameter, uint64_t handle, enum kind kind);
void call_pointer(struct call *call, uint32_t parameter, const void *pointer);
void call_buffer(struct call *call, uint32_t parameter, const void *pointer, uint64_t length);

/* Copies what the caller knows of a struct into `to`, and zero into the rest of it. */
void call_growable_in(struct call *call, uint32_t parameter, const void *from, uint32_t first_size,
                      void *to, uint32_t known_size);

void call_growable_out(struct call *call, uint32_t parameter, const void *out, uint32_t first_size);

/* The last step of a call with an out struct: `from` on success, zeros on failure. */
void call_fill(const struct call *call, void *out, uint32_t first_size, const void *from,
               uint32_t known_size);

/* What the role `creates` needs: zeroed memory for an object, and a handle to one. */
void *call_new_object(struct call *call, size_t size, enum kind kind);
uint64_t call_new_handle(struct call *call, void *object);

/* Releases the reference that call_new_object gave to its caller. */
void call_let_go(struct call *call, void *object);

/* Zeroed memory for an item of a stream. */
struct item *call_new_item(struct call *call);

/*
 * Waits until an event or a tensor is decided. Fails with PRODUCER_FAILED or TIMEOUT. Other calls
 * come in meanwhile, so afterwards only what the caller keeps a reference to is sure to exist.
 */
void call_wait_object(struct call *call, void *object, uint64_t timeout_ns);
void call_fail_producer(struct call *call, const struct object *failed);
void call_fail_timeout(struct call *call);

/* A point in time by the monotonic clock; taken once, at the start of a wait. */
struct deadline {
    bool is_never;
    struct timespec at;
};
struct deadline deadline_after(uint64_t timeout_ns);

/* Waits for a change in the runtime, without its lock. False if the time is up. */
bool call_wait(struct call *call, const struct deadline *deadline);

#endif
