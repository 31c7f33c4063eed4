/*
 * Tags are given out in ascending order from a random start, never twice, so the number of tags
 * given out tells a dead runtime's handle from a foreign one without remembering the dead.
 */

#define _GNU_SOURCE

#include "registry.h"

#include <sched.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif

enum { TAGS = (1 << 24) - 1, BUCKETS = 256 }; /* tag 0 is left out: a handle is never zero */

/*
 * Tells a child from its parent before any lock is touched, because at the fork another thread
 * may have held it. A child has another process id; and where the kernel can, it fills the page
 * with zeros in a child, which holds also where process ids repeat.
 */
struct fork_page {
    _Atomic uint64_t owner;    /* process id * 2, plus 1 while that process repairs the registry */
};

static struct {
    _Atomic(struct fork_page *) page;
    pthread_mutex_t lock;
    bool is_seeded;
    uint32_t first_tag;        /* the tag of index 0, less 1 */
    uint32_t issued;           /* indices below it have been given to a runtime */
    uint32_t inherited;        /* indices below it by a process that this one was forked from */
    struct runtime *living[BUCKETS];
} astra_registry = { .lock = PTHREAD_MUTEX_INITIALIZER };

uint64_t registry_random(void)
{
    uint64_t bits = 0;
#ifdef SYS_getrandom
    if (syscall(SYS_getrandom, &bits, sizeof bits, 1u /* GRND_NONBLOCK */) == sizeof bits)
        return bits;
#endif
    /* An old kernel, or too early in its start: where we lie and what time it is must do. */
    struct timespec now = { 0 };
    clock_gettime(CLOCK_MONOTONIC, &now);
    bits = (uint64_t)(uintptr_t)&astra_registry + ((uint64_t)getpid() << 32);
    bits ^= (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
    bits = (bits ^ (bits >> 30)) * UINT64_C(0xBF58476D1CE4E5B9); /* the mixing of SplitMix64 */
    bits = (bits ^ (bits >> 27)) * UINT64_C(0x94D049BB133111EB);
    return bits ^ (bits >> 31);
}

bool registry_prepare(void)
{
    if (atomic_load(&astra_registry.page) != NULL)
        return true;
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    struct fork_page *page =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return false;
    (void)madvise(page, size, MADV_WIPEONFORK); /* an older kernel refuses; see above */
    atomic_store(&page->owner, (uint64_t)getpid() * 2);
    struct fork_page *none = NULL;
    if (!atomic_compare_exchange_strong(&astra_registry.page, &none, page))
        munmap(page, size); /* another thread was first */
    return true;
}

/* In a child: nothing that the parent's threads were in the middle of is ever looked at again. */
static void repair_after_fork(void)
{
    astra_registry.lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    astra_registry.inherited = astra_registry.issued;
    for (int i = 0; i < BUCKETS; i++)
        astra_registry.living[i] = NULL;
}

/* Locks the registry, and first makes it this process's own. The page exists. */
static void registry_lock(void)
{
    struct fork_page *page = atomic_load(&astra_registry.page);
    uint64_t owner = atomic_load(&page->owner);
    uint64_t mine = (uint64_t)getpid() * 2;
    while (owner != mine) {
        if (owner != mine + 1) {
            if (!atomic_compare_exchange_strong(&page->owner, &owner, mine + 1))
                continue; /* another thread of this process repairs it */
            repair_after_fork();
            atomic_store(&page->owner, mine);
            break;
        }
        sched_yield();
        owner = atomic_load(&page->owner);
    }
    pthread_mutex_lock(&astra_registry.lock);
}

static void registry_unlock(void)
{
    pthread_mutex_unlock(&astra_registry.lock);
}

static astra_status find_locked(uint64_t handle, astra_status stale, struct runtime **out)
{
    uint64_t tag = handle >> TAG_SHIFT;
    if (tag == 0 || !astra_registry.is_seeded)
        return ASTRA_ERROR_UNKNOWN_RUNTIME;
    uint64_t index = (tag - 1 + TAGS - astra_registry.first_tag) % TAGS;
    if (index < astra_registry.inherited)
        return ASTRA_ERROR_FORKED_PROCESS;
    if (index >= astra_registry.issued)
        return ASTRA_ERROR_UNKNOWN_RUNTIME;
    struct runtime *runtime = astra_registry.living[index % BUCKETS];
    while (runtime != NULL && runtime->index != index)
        runtime = runtime->next;
    if (runtime == NULL)
        return stale;
    runtime->users++;
    *out = runtime;
    return ASTRA_OK;
}

astra_status registry_enter(uint64_t handle, astra_status stale, struct runtime **out)
{
    if (atomic_load(&astra_registry.page) == NULL)
        return ASTRA_ERROR_UNKNOWN_RUNTIME; /* this copy has never made a runtime */
    registry_lock();
    astra_status status = find_locked(handle, stale, out);
    registry_unlock();
    return status;
}

void registry_leave(struct runtime *runtime)
{
    registry_lock();
    runtime->users--;
    bool is_last = runtime->is_dead && runtime->users == 0;
    registry_unlock();
    if (is_last)
        runtime_destroy(runtime);
}

bool registry_has_room(void)
{
    if (atomic_load(&astra_registry.page) == NULL)
        return true;
    registry_lock();
    bool has_room = astra_registry.issued < TAGS;
    registry_unlock();
    return has_room;
}

bool registry_add(struct runtime *runtime)
{
    uint64_t random = registry_random();
    registry_lock();
    if (!astra_registry.is_seeded) {
        astra_registry.first_tag = (uint32_t)(random % TAGS);
        astra_registry.is_seeded = true;
    }
    bool has_room = astra_registry.issued < TAGS;
    if (has_room) {
        uint32_t index = astra_registry.issued++;
        uint64_t tag = (uint64_t)(astra_registry.first_tag + index) % TAGS + 1;
        runtime->index = index;
        runtime->tag = tag << TAG_SHIFT;
        runtime->next = astra_registry.living[index % BUCKETS];
        astra_registry.living[index % BUCKETS] = runtime;
    }
    registry_unlock();
    return has_room;
}

void registry_remove(struct runtime *runtime)
{
    registry_lock();
    struct runtime **place = &astra_registry.living[runtime->index % BUCKETS];
    while (*place != runtime)
        place = &(*place)->next;
    *place = runtime->next;
    runtime->is_dead = true;
    registry_unlock();
}
