/* What a compiler brings itself. The C library asks for single names with __need_. */
#if !defined __need_size_t && !defined __need_ptrdiff_t && !defined __need_wchar_t && \
    !defined __need_NULL && !defined __need_wint_t && !defined __need_max_align_t && \
    !defined __need_offsetof
#define __need_size_t
#define __need_ptrdiff_t
#define __need_wchar_t
#define __need_NULL
#define __need_max_align_t
#define __need_offsetof
#endif

#ifdef __need_size_t
#undef __need_size_t
#ifndef ASTRA_SIZE_T
#define ASTRA_SIZE_T
typedef __SIZE_TYPE__ size_t;
#endif
#endif

#ifdef __need_ptrdiff_t
#undef __need_ptrdiff_t
#ifndef ASTRA_PTRDIFF_T
#define ASTRA_PTRDIFF_T
typedef __PTRDIFF_TYPE__ ptrdiff_t;
#endif
#endif

#ifdef __need_wchar_t
#undef __need_wchar_t
#ifndef ASTRA_WCHAR_T
#define ASTRA_WCHAR_T
typedef __WCHAR_TYPE__ wchar_t;
#endif
#endif

#ifdef __need_wint_t
#undef __need_wint_t
#ifndef ASTRA_WINT_T
#define ASTRA_WINT_T
typedef __WINT_TYPE__ wint_t;
#endif
#endif

#ifdef __need_NULL
#undef __need_NULL
#undef NULL
#define NULL ((void *)0)
#endif

#ifdef __need_max_align_t
#undef __need_max_align_t
#ifndef ASTRA_MAX_ALIGN_T
#define ASTRA_MAX_ALIGN_T
#ifdef _MSC_VER
typedef double max_align_t;
#elif defined __APPLE__
typedef long double max_align_t;
#else
typedef struct {
    long long astra_integer __attribute__((__aligned__(__alignof__(long long))));
    long double astra_real __attribute__((__aligned__(__alignof__(long double))));
} max_align_t;
#endif
#endif
#endif

#ifdef __need_offsetof
#undef __need_offsetof
#undef offsetof
#define offsetof(type, member) __builtin_offsetof(type, member)
#endif
