/* See engine.h. One step draws a function and its arguments and calls both libraries; whatever they do not do alike ends
 * the run with the calls that led to it. With threads only one library is called, and nothing is compared. */
#define _GNU_SOURCE
#include "engine.h"
#include "memory.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KINDS 16
#define POOL 48
#define DEAD 16
#define GUARD 0xA5
#define MOST_RUNTIMES 3
#define MOST_CREATED 20000 /* a library may refuse to make more than 65,000 in one process */

typedef struct { Ref live[POOL]; int count; Ref dead[DEAD]; int buried; } Pool;

int sides = SIDES;
_Thread_local Combination drawn_combination;
static _Thread_local uint64_t state;
static _Thread_local const char *calling;
static _Thread_local int home, first_kernel;
static _Thread_local bool wild_call, forced;
static _Thread_local Ref forced_ref;
static Pool pools[KINDS];
static int homes, created;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned long long steps, successes, per_function[256], per_success[256];
static _Thread_local int current;
static bool threaded, starving;
static unsigned long long failures;

uint64_t random_bits(void) { /* xorshift64* */
    state ^= state >> 12, state ^= state << 25, state ^= state >> 27;
    return state * UINT64_C(2685821657736338717);
}
uint64_t below(uint64_t bound) { return (random_bits() >> 16) % bound; }
bool chance(unsigned percent) { return below(100) < percent; }

static _Noreturn void fail(const char *what) {
    fprintf(stderr, "step %llu, %s: %s\n", steps, calling, what);
    abort();
}

/* ---- arguments ---- */

uint64_t draw_number(unsigned bytes) {
    static const uint64_t edges[] = {0, 1, 2, 3, 4, 7, 8, 63, 64, 255, 65536, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, UINT64_C(1) << 32, UINT64_C(1) << 63, UINT64_MAX};
    uint64_t value = chance(70) ? below(4) : chance(70) ? edges[below(sizeof edges / sizeof *edges)] : random_bits();
    return bytes == 8 ? value : value & ((UINT64_C(1) << 8 * bytes) - 1);
}

uint64_t draw_of(const uint64_t *values, unsigned count, unsigned bytes) {
    return count && chance(92) ? values[below(count)] : draw_number(bytes);
}

uint64_t draw_timeout(void) { return chance(80) ? 0 : 500; }

static bool take(Pool *pool, Ref *found) {
    for (int tries = 0; pool->count && tries < 6; tries++) {
        *found = pool->live[below((uint64_t)pool->count)];
        if (home < 0 || found->home == home || chance(4)) return true;
    }
    return pool->count > 0;
}

static Ref garbage(int kind) {
    uint64_t bits = random_bits();
    return (Ref){{bits, bits}, kind, -1, 0, 0, 0, true};
}

Ref draw_handle(int kind) {
    Ref found = {{0, 0}, kind, -1, 0, 0, 0, false};
    if (forced && forced_ref.kind == kind) {
        forced = false;
        home = forced_ref.home;
        return forced_ref;
    }
    pthread_mutex_lock(&lock);
    unsigned how = (unsigned)below(100);
    Pool *pool = &pools[kind];
    if (how >= 10 || (how >= 5 && !pool->buried)) take(pool, &found);
    else if (how >= 5) found = pool->dead[below(pool->buried < DEAD ? (uint64_t)pool->buried : DEAD)];
    else if (how >= 3) take(&pools[below((uint64_t)kind_count)], &found);
    else if (how >= 1) found = garbage(kind);
    pthread_mutex_unlock(&lock);
    wild_call |= found.wild;
    if (home < 0) home = found.home;
    if (found.kind == kind_kernel) first_kernel = found.what;
    return found;
}

/* A tensor for an input of the kernel, of its dtype where there is one, and mostly of the first input's shape. */
Ref draw_input(int position) {
    static _Thread_local uint64_t first_shape;
    Ref found = draw_handle(kind_tensor);
    bool fits = first_kernel < 0 || position >= combinations[first_kernel].inputs || chance(3);
    for (int tries = 0; tries < 40 && !fits; tries++) {
        pthread_mutex_lock(&lock);
        take(&pools[kind_tensor], &found);
        pthread_mutex_unlock(&lock);
        fits = (uint32_t)found.what == combinations[first_kernel].dtypes[position] && (position == 0 || tries > 25 || found.shape == first_shape);
    }
    if (found.elements > LARGEST) memset(found.bits, 0, sizeof found.bits);
    if (position == 0) first_shape = found.shape;
    wild_call |= found.wild;
    return found;
}

int what_of(Ref ref) { return ref.kind == kind_kernel ? ref.what : -1; }

unsigned draw_input_count(int kernel) {
    return kernel >= 0 && chance(96) ? (unsigned)combinations[kernel].inputs : (unsigned)below(MOST + 1);
}

/* Blocks of a call, given back with the next one. */
static _Thread_local unsigned char *blocks[32];
static _Thread_local int used;

unsigned char *draw_block(unsigned size) {
    if (!blocks[used]) blocks[used] = calloc(1, ROOM + 64);
    unsigned char *block = blocks[used++ % 32];
    memset(block, 0, size + 512);
    return block;
}

uint32_t draw_struct_size(uint32_t first, uint32_t size, unsigned char *block) {
    unsigned how = (unsigned)below(100);
    if (how < 86) return size;
    if (how < 90) return first + 8 * (uint32_t)below((size - first) / 8 + 1);
    if (how < 95) {
        uint32_t longer = size + 8 + (uint32_t)below(400);
        if (block && chance(40)) block[size + below(longer - size)] = (unsigned char)(1 + below(255));
        return longer;
    }
    static const uint32_t odd[] = {0, 1, 4, 7, 8, 12, 65535, 65536, 65537, 0x80000000, 0xFFFFFFFF};
    return odd[below(sizeof odd / sizeof *odd)];
}

void draw_desc(astra_tensor_desc *desc) {
    static const uint64_t shapes[][4] = {{1, 4}, {1, 4}, {2, 2, 3}, {2, 3, 3}, {0}, {1, 0}, {3, 2, 3, 4}, {1, 64}, {2, 3, 2}};
    Ref kernel = {{0, 0}, -1, -1, -1, 0, 0, false};
    pthread_mutex_lock(&lock);
    take(&pools[kind_kernel], &kernel);
    pthread_mutex_unlock(&lock);
    /* Mostly what some kernel takes. */
    const Combination *one = kernel.what >= 0 && chance(80) ? &combinations[kernel.what] : NULL;
    desc->dtype = one && one->inputs ? one->dtypes[below((uint64_t)one->inputs)] : 1 + (uint32_t)below(13);
    const uint64_t *shape = shapes[below(sizeof shapes / sizeof *shapes)];
    desc->rank = (uint32_t)shape[0];
    for (unsigned axis = 0; axis < desc->rank; axis++) desc->dims[axis] = shape[axis + 1];
    if (chance(4)) desc->dims[below(8)] = draw_number(8);
    if (chance(2)) desc->rank = (uint32_t)draw_number(4);
    if (chance(2)) desc->dtype = (uint32_t)draw_number(4);
}

uint64_t draw_data_length(const astra_tensor_desc *desc) {
    static const uint8_t sizes[] = {0, 4, 8, 2, 2, 1, 1, 2, 4, 8, 1, 2, 4, 8};
    uint64_t length = desc && desc->dtype < sizeof sizes ? sizes[desc->dtype] : 1;
    for (uint32_t axis = 0; desc && axis < desc->rank && axis < 8; axis++) length *= desc->dims[axis];
    /* Whatever is claimed, the caller has it. */
    return length <= 4096 && chance(97) ? length : below(4096);
}

/* Eight bytes of small numbers, as elements of one, two, four or eight of them. */
static uint64_t draw_small(void) {
    unsigned bytes = 1u << below(4);
    uint64_t bits = 0;
    for (unsigned i = 0; i < 8; i += bytes) bits |= below(5) << 8 * i;
    return bits;
}

unsigned char *draw_data(uint64_t length) {
    unsigned char *data = draw_block((unsigned)length);
    for (uint64_t i = 0; i < length; i += 8) {
        static const float nice[] = {0.0f, 1.0f, -2.5f, 3.0f};
        uint64_t bits = random_bits();
        unsigned how = (unsigned)below(100);
        if (how < 40) memcpy(&bits, &nice[below(3)], 8);
        else if (how < 75) bits = draw_small();
        memcpy(data + i, &bits, 8);
    }
    return data;
}

void draw_query(astra_kernel_query *query) {
    drawn_combination = combinations[below((uint64_t)combination_count)];
    const Combination *one = &drawn_combination;
    query->op = (astra_string){one->op, strlen(one->op)};
    query->dtype_count = (uint32_t)one->inputs;
    for (int i = 0; i < one->inputs; i++) query->dtypes[i] = one->dtypes[i];
    if (chance(70)) for (int i = 0; i < one->outputs; i++) query->output_dtypes[i] = one->dtypes[one->inputs + i];
    if (chance(4)) query->dtypes[below(8)] = (astra_dtype)draw_number(4);
    if (chance(4)) query->output_dtypes[below(8)] = (astra_dtype)draw_number(4);
    if (chance(3)) query->dtype_count = (uint32_t)draw_number(4);
    if (chance(3)) query->op.len = below(query->op.len + 1);
    if (chance(2)) query->op.ptr = NULL;
}

/* A number of elements along an axis: small ones, or one for which no bytes fit. */
static uint64_t draw_along(void) {
    return chance(95) ? below(5) : chance(50) ? UINT64_C(1) << 63 : UINT64_MAX;
}

/* Attributes for the axes below a rank, mostly the one that the launch names. */
static uint32_t draw_attributes(const Combination *one, astra_attribute *rows) {
    uint32_t count = 0;
    uint64_t rank = below(chance(90) ? 4 : 9);
    for (int i = 0; i < one->attributes; i++) {
        int axis = one->axes[i];
        if (axis >= 0 ? (uint64_t)axis < rank ? chance(3) : !chance(1) : !chance(axis == RANK ? 97 : 85)) continue;
        uint64_t bits = axis == NO_AXIS ? draw_number(8) : axis == RANK ? rank : draw_along();
        rows[count++] = (astra_attribute){one->ids[i], ASTRA_ATTRIBUTE_U64, bits};
    }
    return count;
}

void draw_options(astra_launch_options *options, int kernel) {
    static _Thread_local astra_attribute rows[40];
    const Combination *one = kernel >= 0 ? &combinations[kernel] : NULL;
    uint32_t count = one ? draw_attributes(one, rows) : 0;
    if (chance(3)) rows[count++] = (astra_attribute){(uint32_t)draw_number(4), (uint32_t)draw_number(4), draw_number(8)};
    if (count && chance(2)) rows[count] = rows[0], count++;
    options->attributes = count || chance(50) ? rows : NULL;
    options->attribute_count = count;
    if (chance(2)) options->attributes = NULL;
}

/* ---- what calls did ---- */

static int releaser(int kind) {
    for (int i = 0; i < function_count; i++)
        if (functions[i].consumes == kind) return i;
    return -1;
}

void begin_call(const char *name) {
    calling = name, home = -1, first_kernel = -1, wild_call = false, used = 0;
}

bool settle(const astra_status *status, const astra_error *error, bool has_error) {
    if (sides == SIDES && status[0] != status[1] && !(wild_call && status[0] && status[1])) {
        fprintf(stderr, "status %d against %d; %s | %s\n", status[0], status[1], has_error ? error[0].message : "", has_error ? error[1].message : "");
        fail("the libraries end differently");
    }
    for (int side = 0; has_error && side < sides; side++)
        if (status[side] && error[side].code != status[side]) fail("the record's code is not the status");
    if (has_error && sides == SIDES && status[0] && !wild_call) {
        if (error[0].operand != error[1].operand) {
            fprintf(stderr, "%s | %s\n", error[0].message, error[1].message);
            fail("the records blame different operands");
        }
        if (strcmp(error[0].symbol, error[1].symbol) || strcmp(error[0].op, error[1].op)) fail("the records differ in symbol or op");
    }
    for (int side = 0; side < sides; side++)
        if (status[side] == ASTRA_ERROR_INTERNAL) fail("a library found a defect in itself");
    if (!status[0]) __atomic_add_fetch(&per_success[current], 1, __ATOMIC_RELAXED), __atomic_add_fetch(&successes, 1, __ATOMIC_RELAXED);
    return !status[0];
}

static void bury(Pool *pool, int position) {
    pool->dead[pool->buried++ % DEAD] = pool->live[position];
    pool->live[position] = pool->live[--pool->count];
}

/* What is complete is compared at once, through a map of its own. */
static void compare_contents(const uint64_t *bits) {
    uint64_t maps[SIDES] = {0, 0}, lengths[SIDES] = {0, 0};
    const void *contents[SIDES] = {NULL, NULL};
    for (int side = 0; side < sides; side++) contents[side] = open_tensor(side, bits[side], &maps[side], &lengths[side]);
    if (sides == SIDES && (!contents[0] != !contents[1] || lengths[0] != lengths[1])) fail("only one library lets contents be read");
    if (contents[0]) same_bytes(contents[0], contents[1], lengths[0], "contents of a new tensor");
    for (int side = 0; side < sides; side++) if (contents[side]) close_tensor(side, maps[side]);
}

void keep(int kind, const uint64_t *bits, int what) {
    for (int side = 0; side < sides; side++)
        if (!bits[side]) fail("a call that succeeded gave no handle");
    Ref ref = {{bits[0], sides == SIDES ? bits[1] : 0}, kind, home, what, 0, 0, false};
    for (int side = 0; kind == kind_tensor && side < sides; side++) {
        uint64_t shape, elements;
        int dtype = describe_tensor(side, bits[side], &shape, &elements);
        if (side && (dtype != ref.what || shape != ref.shape)) fail("the libraries give tensors of different shapes or dtypes");
        ref.what = dtype, ref.shape = shape, ref.elements = elements;
    }
    if (kind == kind_tensor) compare_contents(bits);
    if (kind == kind_kernel)
        for (ref.what = combination_count - 1; ref.what >= 0; ref.what--)
            if (!memcmp(&combinations[ref.what], &drawn_combination, sizeof drawn_combination)) break;
    pthread_mutex_lock(&lock);
    if (kind == kind_runtime && home < 0) ref.home = homes++, __atomic_add_fetch(&created, 1, __ATOMIC_RELAXED);
    Pool *pool = &pools[kind];
    bool known = false;
    for (int i = 0; i < pool->count; i++) known |= pool->live[i].bits[0] == bits[0];
    if (!known) {
        if (pool->count == POOL && releaser(kind) < 0) pool->live[below(POOL)] = pool->live[--pool->count]; /* borrowed: forgotten */
        if (pool->count == POOL) fail("more handles are alive than the pool has room for");
        pool->live[pool->count++] = ref;
    }
    pthread_mutex_unlock(&lock);
}

void consumed(Ref ref) {
    pthread_mutex_lock(&lock);
    bool last = ref.kind == kind_runtime;
    for (int i = pools[ref.kind].count - 1; i >= 0; i--) {
        Ref *one = &pools[ref.kind].live[i];
        if (one->bits[0] == ref.bits[0]) bury(&pools[ref.kind], i);
        else if (ref.kind == kind_runtime && one->home == ref.home) last = false;
    }
    for (int kind = 0; last && kind < kind_count; kind++)
        for (int i = pools[kind].count - 1; i >= 0; i--)
            if (pools[kind].live[i].home == ref.home) bury(&pools[kind], i);
    pthread_mutex_unlock(&lock);
}

void nothing_on_failure(const void *bytes, size_t size, const char *what) {
    const unsigned char *all = bytes;
    for (size_t i = 0; i < size; i++)
        if (all[i]) {
            fprintf(stderr, "%s is not zero\n", what);
            fail("a call that failed left an output behind");
        }
}

void same_fields(unsigned char *const *both, uint32_t size, const Told *told, int count) {
    for (int i = 0; sides == SIDES && i < count; i++) {
        if (told[i].offset + told[i].size > size) continue;
        const unsigned char *a = both[0] + told[i].offset, *b = both[1] + told[i].offset;
        static const unsigned char none[8];
        bool alike = told[i].slot ? !memcmp(a, none, 8) == !memcmp(b, none, 8) : !memcmp(a, b, told[i].size);
        if (!alike) {
            fprintf(stderr, "at offset %u\n", told[i].offset);
            fail("the libraries fill a struct differently");
        }
    }
}

void same_guard(const unsigned char *block, uint32_t size) {
    for (uint32_t i = size < 4 ? 4 : size; i < size + 64; i++) /* the size itself takes four bytes */
        if (block[i] != GUARD) fail("a library wrote behind the struct's size");
}

void same_bytes(const void *a, const void *b, size_t size, const char *what) {
    if (sides == SIDES && memcmp(a, b, size)) {
        fprintf(stderr, "%s\n", what);
        fail("the libraries give different bits");
    }
}

/* ---- memory that ends ---- */

void arm(uint64_t nth) {
    memory_inside(true);
    memory_fail(starving ? nth : 0);
}

bool starved(astra_status status) {
    bool failed = memory_failed();
    memory_inside(false);
    if (failed) failures++;
    else if (starving && status == ASTRA_ERROR_OUT_OF_MEMORY) fail("memory ended although every allocation was granted");
    if (failed && status && status != ASTRA_ERROR_OUT_OF_MEMORY) fail("a call that could not get memory ended with another error");
    return failed && status;
}

/* ---- the run ---- */

static void perform(int number) {
    current = number;
    __atomic_add_fetch(&per_function[number], 1, __ATOMIC_RELAXED);
    __atomic_add_fetch(&steps, 1, __ATOMIC_RELAXED);
    functions[number].call();
}

/* Releases a live handle: any of a kind, or one that hangs from `of`. */
static bool release_one(int kind, int of) {
    Ref found = {{0}, -1, -1, 0, 0, 0, false};
    pthread_mutex_lock(&lock);
    for (int i = 0; i < pools[kind].count; i++)
        if (of < 0 || pools[kind].live[i].home == of) found = pools[kind].live[i];
    pthread_mutex_unlock(&lock);
    if (found.kind < 0 || releaser(kind) < 0) return false;
    forced = true, forced_ref = found;
    perform(releaser(kind));
    forced = false;
    return true;
}

/* Releases everything that hangs from a runtime and then the runtime. */
static void tear_down(void) {
    int of = -1;
    pthread_mutex_lock(&lock);
    if (pools[kind_runtime].count) of = pools[kind_runtime].live[0].home;
    pthread_mutex_unlock(&lock);
    for (int kind = 0; of >= 0 && kind < kind_count; kind++)
        while (kind != kind_runtime && release_one(kind, of)) {}
    for (int tries = 0; of >= 0 && tries < POOL && release_one(kind_runtime, of); tries++) {}
}

static int alive(int kind) {
    pthread_mutex_lock(&lock);
    int count = pools[kind].count;
    pthread_mutex_unlock(&lock);
    return count;
}

static void step(int create_runtime, int computing) {
    for (int kind = 0; kind < kind_count; kind++)
        if (alive(kind) > POOL - 20 && chance(70) && release_one(kind, -1)) return;
    if (below(1500) == 0) {
        tear_down();
        return;
    }
    /* What computes has the most ways to go wrong. */
    int number = chance(20) ? computing : (int)below((uint64_t)function_count);
    if (number == create_runtime && (alive(kind_runtime) >= MOST_RUNTIMES || __atomic_load_n(&created, __ATOMIC_RELAXED) >= MOST_CREATED)) return;
    perform(number);
}

static int numbered(const char *name) {
    for (int i = 0; i < function_count; i++)
        if (!strcmp(functions[i].name, name)) return i;
    return -1;
}

typedef struct { uint64_t seed; unsigned long long count; } Job;

static void *run(void *argument) {
    Job *job = argument;
    memory_inside(false);
    state = job->seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
    int create = numbered("astra_runtime_create"), launch = numbered("astra_launch");
    for (unsigned long long i = 0; i < job->count; i++) step(create, launch);
    return NULL;
}

int main(int argc, char **argv) {
    memory_inside(false);
    if (argc < 5) {
        fprintf(stderr, "use: calls SEED COUNT THREADS LIBRARY [LIBRARY]; no threads: memory ends in every call\n");
        return 2;
    }
    unsigned long long seed = strtoull(argv[1], NULL, 10), count = strtoull(argv[2], NULL, 10);
    int threads = atoi(argv[3]);
    starving = threads == 0;
    threads += starving;
    sides = argc > 5 ? SIDES : 1;
    threaded = threads > 1;
    if (threaded && sides == SIDES) {
        fprintf(stderr, "with threads only one library is called\n");
        return 2;
    }
    for (int side = 0; side < sides; side++) {
        const char *missing = NULL;
        void *library = dlopen(argv[4 + side], RTLD_NOW | RTLD_LOCAL);
        if (!library || !load_api(side, library, &missing)) {
            fprintf(stderr, "%s: %s\n", argv[4 + side], library ? missing : dlerror());
            return 2;
        }
    }
    pthread_t others[64];
    Job jobs[64];
    for (int i = 0; i < threads; i++) {
        jobs[i] = (Job){seed * 64 + (uint64_t)i, count / (unsigned)threads};
        if (i && pthread_create(&others[i], NULL, run, &jobs[i])) return 2;
    }
    run(&jobs[0]);
    for (int i = 1; i < threads; i++) pthread_join(others[i], NULL);
    state = 1;
    while (pools[kind_runtime].count) {
        int before = pools[kind_runtime].count;
        tear_down();
        if (pools[kind_runtime].count == before && threaded) break; /* a thread may have forgotten what another one made */
        if (pools[kind_runtime].count == before) fail("a runtime of which everything is released cannot be released");
    }
    printf("{\"calls\": %llu, \"succeeded\": %llu, \"starved\": %llu, \"left\": %lld, \"functions\": {", steps, successes, failures, memory_left());
    for (int i = 0; i < function_count; i++)
        printf("%s\"%s\": [%llu, %llu]", i ? ", " : "", functions[i].name, per_function[i], per_success[i]);
    printf("}}\n");
    return 0;
}
