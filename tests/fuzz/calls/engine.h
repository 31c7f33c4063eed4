/* Draws arguments, keeps what calls gave, and compares two libraries. What the contract declares is generated (calls.c). */
#ifndef ENGINE_H
#define ENGINE_H

#include <astra/astra.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIDES 2
#define ROOM 66048u /* a claimed struct_size is memory that the caller has */
#define MOST 8
#define NO_AXIS (-1)
#define RANK (-2)
#define LARGEST 512u /* elements of an input: what makes tensors larger is not done again and again */

/* One handle, as each library knows it. `home` is the runtime that it hangs from; `what` is a dtype or a kernel's number. */
typedef struct {
    uint64_t bits[SIDES];
    int kind, home, what;
    uint64_t shape; /* a number that differs for tensors of different shapes */
    uint64_t elements; /* of a tensor */
    bool wild; /* no call gave it out, so that each library may choose among the errors of the role */
} Ref;

/* A declared combination of a kernel. */
typedef struct {
    const char *op;
    int inputs, outputs;
    uint32_t dtypes[16]; /* of the inputs, then of the outputs */
    int attributes;
    uint32_t ids[32];
    int axes[32]; /* the axis that an attribute is about, RANK where it counts axes, else NO_AXIS */
} Combination;

typedef struct {
    const char *name;
    void (*call)(void);
    int consumes; /* the kind of the handle that it releases, or -1 */
} Function;

/* A field of an out struct that both libraries must fill alike; a slot only alike in being there. */
typedef struct { uint32_t offset, size; bool slot; } Told;

extern const Function functions[];
extern const int function_count, kind_count, kind_tensor, kind_kernel, kind_runtime;
extern const Combination combinations[];
extern const int combination_count;
extern const char *const kind_names[];
/* Finds the functions of a library; false where one is missing. */
bool load_api(int side, void *library, const char **missing);
/* The tensor's dtype, a number for its shape, and how many elements it has. */
int describe_tensor(int side, uint64_t tensor, uint64_t *shape, uint64_t *elements);

/* The contents of a tensor that is complete, read through a map; else NULL. */
const void *open_tensor(int side, uint64_t tensor, uint64_t *map, uint64_t *length);
void close_tensor(int side, uint64_t map);

/* How many of the two libraries are called: 1 when threads share one. */
extern int sides;
extern _Thread_local Combination drawn_combination;

/* Makes a call. When memory is to end, again and again: first its first allocation fails, then its second, and so on, until
 * a call meets no failure; each that ends with OUT_OF_MEMORY has left everything as it was, since the next one succeeds. */
#define CALL(expression) ({ \
    astra_status ended_; \
    uint64_t nth_ = 0; \
    do { \
        arm(++nth_); \
        ended_ = (expression); \
    } while (starved(ended_)); \
    ended_; })
void arm(uint64_t nth);
bool starved(astra_status status);

uint64_t random_bits(void);
bool chance(unsigned percent);
uint64_t below(uint64_t bound);
uint64_t draw_number(unsigned bytes);
uint64_t draw_of(const uint64_t *values, unsigned count, unsigned bytes);
uint64_t draw_timeout(void);

void begin_call(const char *name);
Ref draw_handle(int kind);
Ref draw_input(int position);
unsigned draw_input_count(int kernel);
/* Bytes that both libraries see: a block of at least `size` bytes, as a call may claim. */
unsigned char *draw_block(unsigned size);
uint32_t draw_struct_size(uint32_t first, uint32_t size, unsigned char *block);
void draw_desc(astra_tensor_desc *desc);
void draw_query(astra_kernel_query *query);
void draw_options(astra_launch_options *options, int kernel);
uint64_t draw_data_length(const astra_tensor_desc *desc);
unsigned char *draw_data(uint64_t length);

/* After the calls: compares statuses and records; true where all succeeded. */
bool settle(const astra_status *status, const astra_error *error, bool has_error);
void keep(int kind, const uint64_t *bits, int what);
void consumed(Ref ref);
void nothing_on_failure(const void *bytes, size_t size, const char *what);
void same_fields(unsigned char *const *blocks, uint32_t size, const Told *told, int count);
void same_guard(const unsigned char *block, uint32_t size);
void same_bytes(const void *a, const void *b, size_t size, const char *what);
int what_of(Ref ref);

#endif
