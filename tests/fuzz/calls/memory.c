/* See memory.h: this program's malloc stands before the C library's, for the libraries that it loads too. */
#include "memory.h"

#include <errno.h>
#include <stddef.h>

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t), *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

/* A library's own threads are never told that they are inside. */
static _Thread_local enum { LIBRARY, OUTSIDE, INSIDE } where;
static _Thread_local bool has_failed;
static _Thread_local uint64_t countdown;
static long long left;

void memory_inside(bool inside) { where = inside ? INSIDE : OUTSIDE; }
void memory_fail(uint64_t nth) { countdown = nth, has_failed = false; }
bool memory_failed(void) {
    countdown = 0;
    return has_failed;
}
long long memory_left(void) { return __atomic_load_n(&left, __ATOMIC_RELAXED); }

static bool refused(void) {
    if (where != INSIDE || !countdown || --countdown) return false;
    has_failed = true;
    errno = ENOMEM;
    return true;
}

static void *counted(void *block) {
    if (where != OUTSIDE && block) __atomic_add_fetch(&left, 1, __ATOMIC_RELAXED);
    return block;
}

void *malloc(size_t size) { return refused() ? NULL : counted(__libc_malloc(size)); }
void *calloc(size_t count, size_t size) { return refused() ? NULL : counted(__libc_calloc(count, size)); }
void *memalign(size_t alignment, size_t size) { return refused() ? NULL : counted(__libc_memalign(alignment, size)); }
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
void *realloc(void *block, size_t size) {
    if (refused()) return NULL;
    return block ? __libc_realloc(block, size) : counted(__libc_malloc(size));
}
int posix_memalign(void **block, size_t alignment, size_t size) {
    if (refused()) return ENOMEM;
    return (*block = counted(__libc_memalign(alignment, size))) ? 0 : ENOMEM;
}
void free(void *block) {
    if (where != OUTSIDE && block) __atomic_sub_fetch(&left, 1, __ATOMIC_RELAXED);
    __libc_free(block);
}
