#ifndef ASTRA_C_STDLIB_H
#define ASTRA_C_STDLIB_H

#define __need_size_t
#define __need_wchar_t
#define __need_NULL
#include <stddef.h>

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#if defined _WIN32
#define RAND_MAX 0x7fff
#else
#define RAND_MAX 0x7fffffff
#endif

#if defined __APPLE__ || defined __ASTRA_MUSL__ || defined __FreeBSD__ || defined __wasi__ || defined __ASTRA_GLIBC__
typedef struct { int quot, rem; } div_t;
typedef struct { long quot, rem; } ldiv_t;
typedef struct { long long quot, rem; } lldiv_t;
#else
typedef struct _div_t { int quot, rem; } div_t;
typedef struct _ldiv_t { long quot, rem; } ldiv_t;
typedef struct { long long quot, rem; } lldiv_t;
#endif

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *memory, size_t size);
void free(void *memory);
_Noreturn void abort(void);
_Noreturn void exit(int code);
int atexit(void (*function)(void));
char *getenv(const char *name);
int atoi(const char *text);
long strtol(const char *text, char **end, int base);
unsigned long strtoul(const char *text, char **end, int base);
double strtod(const char *text, char **end);
void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *));

#endif
