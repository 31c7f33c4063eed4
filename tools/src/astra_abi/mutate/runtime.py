"""C that both sides of a run are built with: values fixed by names, objects before a page that nobody may touch, and the trace.

A line of the trace is who (program or library), whether it says or hears, a name, and a value.
"""

TEXT = r"""
#include <stdio.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#define LONGEST 400
#define UNUSED __attribute__((unused))
typedef unsigned long long mutant_word;

static char mutant_text[65536];
static size_t mutant_used;
static UNUSED void mutant_flush(void) { if (mutant_used && write(1, mutant_text, mutant_used) < 0) _exit(3); mutant_used = 0; }
static UNUSED void told(char does, const char *path, const char *form, ...) {
    va_list rest;
    if (mutant_used > sizeof mutant_text - 2000) mutant_flush();
    mutant_used += snprintf(mutant_text + mutant_used, 900, "%c%c\t%s\t", WHO, does, path);
    va_start(rest, form);
    mutant_used += vsnprintf(mutant_text + mutant_used, 600, form, rest);
    va_end(rest);
    mutant_text[mutant_used++] = '\n';
    mutant_flush();
}
/* The value of a name: its highest bit is set in every width, so that what is lost on the way shows. */
static UNUSED mutant_word fixed(const char *path) {
    mutant_word hash = 14695981039346656037ull;
    for (; *path; path++) hash = (hash ^ (unsigned char)*path) * 1099511628211ull;
    hash ^= hash >> 29;
    return (hash & 0x7f7f7f7f7f7f7f7full) | 0x8000000080008081ull;
}
/* Of processor time: a machine that is busy with other things says nothing of the program. */
static UNUSED void limited(int seconds) { struct rlimit most = {seconds, seconds}; setrlimit(RLIMIT_CPU, &most); }
static UNUSED int mode(const char *name) { const char *now = getenv("MUTANT_MODE"); return now && !strcmp(now, name); }
/* An object right before a page that nobody may touch; asked to, at no larger multiple than its type needs. */
static UNUSED void *guarded(size_t size, size_t align) {
    size_t page = 4096, pages = (size + align + page - 1) / page + 1;
    char *begin = mmap(0, pages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(begin + (pages - 1) * page, page, PROT_NONE);
    char *at = begin + (pages - 1) * page - size;
    return mode("offset") && (mutant_word)at % (2 * align) == 0 ? at - align : at;
}
#define GUARDED(type) guarded(sizeof(type), _Alignof(type))
/* Compilers rely on where objects begin. */
static UNUSED void placed(const char *path, const void *at, size_t align) {
    if ((mutant_word)at % align) told('!', path, "does not begin at a multiple of %d", (int)align);
}
/* Builds that check calls through pointers, and machines such as WebAssembly, end a program whose function is of another type. */
#if WHO == 'p'
const char *mutant_called_as;
static UNUSED void checked(const char *name, const char *own) {
    if (mutant_called_as && strcmp(mutant_called_as, own)) told('!', name, "is called as %s and is %s", mutant_called_as, own);
    mutant_called_as = 0;
}
#else
extern const char *mutant_called_as __attribute__((weak));
static UNUSED void calling(const char *type) { if (&mutant_called_as) mutant_called_as = type; }
#endif
/* Lets the library fill what nobody else writes. */
static UNUSED void opened(void *at, size_t size, int now) {
    mutant_word begin = (mutant_word)at & ~4095ull;
    mprotect((void *)begin, ((mutant_word)at + size - begin + 4095) & ~4095ull, now ? PROT_READ | PROT_WRITE : PROT_READ);
}
static UNUSED void bytes_told(char does, const char *path, const void *at, size_t size) {
    char text[129]; size_t i;
    for (i = 0; i < size && i < 64; i++) sprintf(text + 2 * i, "%02x", ((const unsigned char *)at)[i]);
    text[2 * i] = 0;
    told(does, path, "%s", text);
}
static UNUSED void bytes_said(const char *path, void *at, size_t size) {
    for (size_t i = 0; i < size; i++) ((unsigned char *)at)[i] = (unsigned char)(fixed(path) >> (i % 7) * 8) + i;
}
static UNUSED char *string_said(const char *path) {
    char text[24]; sprintf(text, "%llx", fixed(path));
    char *at = guarded(strlen(text) + 1, 1);
    strcpy(at, text); told('s', path, "\"%s\"", text);
    return at;
}
static UNUSED void string_heard(const char *path, const void *at) {
    if (!at) told('h', path, "0"); else told('h', path, "\"%.40s\"", (const char *)at);
}
/* Which member of a union is said: its members lie over each other, so that each needs a run of its own. */
static UNUSED int mutant_turn(int members) { const char *turn = getenv("MUTANT_TURN"); return WHO == 'p' && turn ? atoi(turn) % members : 0; }
/* Asked to, a side that gives out what is constant puts it where nobody can write, and one that may write does. */
static UNUSED void sealed(void *at) { if (mode("strict") && at) mprotect((void *)((mutant_word)at & ~4095ull), 4096, PROT_READ); }
static UNUSED void touched(void *at) { if (mode("strict") && at) *(volatile char *)at = *(volatile char *)at; }
#define PATH(part) char path[LONGEST]; snprintf(path, sizeof path, "%s%s", before, part)
/* The bits, how many there are, and whether the highest one is taken for a sign. */
#define NUMBER(does, path, value) told(does, path, "%llu/%d%c", (mutant_word)(value) & (~0ull >> (64 - 8 * (sizeof(value) > 8 ? 8 : sizeof(value)))), (int)sizeof(value) * 8, (__typeof__(value))-1 < (__typeof__(value))1 ? 's' : 'u')
#define SAY(path, place) do { (place) = (__typeof__(place))fixed(path); NUMBER('s', path, place); } while (0)
#define HEAR(path, place) NUMBER('h', path, place)
#define BITS(does, path, place, width, sign) told(does, path, "%llu/%d%c", (mutant_word)(place) & (~0ull >> (64 - (width))), (int)(width), sign)
#define SAY_BITS(path, place, width, sign) do { (place) = (mutant_word)fixed(path); BITS('s', path, place, width, sign); } while (0)
#define HEAR_BITS(path, place, width, sign) BITS('h', path, place, width, sign)
#define SAY_FLOAT(path, place) do { (place) = (double)(fixed(path) >> 45) + 0.5; told('s', path, "%.1f", (double)(place)); } while (0)
#define HEAR_FLOAT(path, place) told('h', path, "%.1f", (double)(place))
#define SAY_POINTER(path, place) do { (place) = (void *)fixed(path); told('s', path, "@%llu", fixed(path)); } while (0)
#define HEAR_POINTER(path, place) told('h', path, "@%llu", (mutant_word)(place))
/* What stands above a number's own bits in a register is nobody's business, and so is not zero here. */
#define WIDE(value) (sizeof(value) >= 8 ? (mutant_word)(value) : \
    (((mutant_word)(value) & ((1ull << (sizeof(value) * 8 % 64)) - 1)) | (0xa5a5a5a5a5a5a5a5ull << (sizeof(value) * 8 % 64))))
"""
