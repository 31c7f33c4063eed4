/* A C library that is there has its own, which its other headers rely on. */
#if !defined __ASTRA_STUBS__ && __STDC_HOSTED__ && __has_include_next(<stdint.h>)
#include_next <stdint.h>
#elif !defined ASTRA_STDINT_H
#define ASTRA_STDINT_H

typedef __INT8_TYPE__ int8_t;
typedef __UINT8_TYPE__ uint8_t;
typedef __INT16_TYPE__ int16_t;
typedef __UINT16_TYPE__ uint16_t;
typedef __INT32_TYPE__ int32_t;
typedef __UINT32_TYPE__ uint32_t;
typedef __INT64_TYPE__ int64_t;
typedef __UINT64_TYPE__ uint64_t;
typedef __INT8_TYPE__ int_least8_t;
typedef __UINT8_TYPE__ uint_least8_t;
typedef __INT16_TYPE__ int_least16_t;
typedef __UINT16_TYPE__ uint_least16_t;
typedef __INT32_TYPE__ int_least32_t;
typedef __UINT32_TYPE__ uint_least32_t;
typedef __INT64_TYPE__ int_least64_t;
typedef __UINT64_TYPE__ uint_least64_t;

/* How fast is fast enough is a choice of each C library. */
#ifdef __FreeBSD__
typedef int int_fast8_t;
typedef unsigned int uint_fast8_t;
#define INT_FAST8_MAX __INT_MAX__
#else
typedef signed char int_fast8_t;
typedef unsigned char uint_fast8_t;
#define INT_FAST8_MAX __SCHAR_MAX__
#endif
#if defined __APPLE__ || defined __MINGW32__ || defined __wasi__
typedef short int_fast16_t;
typedef unsigned short uint_fast16_t;
#define INT_FAST16_MAX __SHRT_MAX__
#elif defined __ASTRA_GLIBC__
typedef long int_fast16_t;
typedef unsigned long uint_fast16_t;
#define INT_FAST16_MAX __LONG_MAX__
#else
typedef int int_fast16_t;
typedef unsigned int uint_fast16_t;
#define INT_FAST16_MAX __INT_MAX__
#endif
#ifdef __ASTRA_GLIBC__
typedef long int_fast32_t;
typedef unsigned long uint_fast32_t;
#define INT_FAST32_MAX __LONG_MAX__
#define UINT_FAST32_MAX (__LONG_MAX__ * 2UL + 1UL)
#else
typedef int int_fast32_t;
typedef unsigned int uint_fast32_t;
#define INT_FAST32_MAX __INT_MAX__
#define UINT_FAST32_MAX (__INT_MAX__ * 2U + 1U)
#endif
typedef __INT64_TYPE__ int_fast64_t;
typedef __UINT64_TYPE__ uint_fast64_t;

typedef __INTPTR_TYPE__ intptr_t;
typedef __UINTPTR_TYPE__ uintptr_t;
typedef __INTMAX_TYPE__ intmax_t;
typedef __UINTMAX_TYPE__ uintmax_t;

#define INT8_MAX __INT8_MAX__
#define INT8_MIN (-__INT8_MAX__ - 1)
#define UINT8_MAX __UINT8_MAX__
#define INT_LEAST8_MAX INT8_MAX
#define INT_LEAST8_MIN INT8_MIN
#define UINT_LEAST8_MAX UINT8_MAX
#define INT16_MAX __INT16_MAX__
#define INT16_MIN (-__INT16_MAX__ - 1)
#define UINT16_MAX __UINT16_MAX__
#define INT_LEAST16_MAX INT16_MAX
#define INT_LEAST16_MIN INT16_MIN
#define UINT_LEAST16_MAX UINT16_MAX
#define INT32_MAX __INT32_MAX__
#define INT32_MIN (-__INT32_MAX__ - 1)
#define UINT32_MAX __UINT32_MAX__
#define INT_LEAST32_MAX INT32_MAX
#define INT_LEAST32_MIN INT32_MIN
#define UINT_LEAST32_MAX UINT32_MAX
#define INT64_MAX __INT64_MAX__
#define INT64_MIN (-__INT64_MAX__ - 1)
#define UINT64_MAX __UINT64_MAX__
#define INT_LEAST64_MAX INT64_MAX
#define INT_LEAST64_MIN INT64_MIN
#define UINT_LEAST64_MAX UINT64_MAX
#define INT_FAST8_MIN (-INT_FAST8_MAX - 1)
#define UINT_FAST8_MAX (INT_FAST8_MAX * 2U + 1U)
#define INT_FAST16_MIN (-INT_FAST16_MAX - 1)
#define UINT_FAST16_MAX (INT_FAST16_MAX * 2UL + 1UL)
#define INT_FAST32_MIN (-INT_FAST32_MAX - 1)
#define INT_FAST64_MAX INT64_MAX
#define INT_FAST64_MIN INT64_MIN
#define UINT_FAST64_MAX UINT64_MAX
#define INTPTR_MAX __INTPTR_MAX__
#define INTPTR_MIN (-__INTPTR_MAX__ - 1)
#define UINTPTR_MAX __UINTPTR_MAX__
#define INTMAX_MAX __INTMAX_MAX__
#define INTMAX_MIN (-__INTMAX_MAX__ - 1)
#define UINTMAX_MAX __UINTMAX_MAX__
#define PTRDIFF_MAX __PTRDIFF_MAX__
#define PTRDIFF_MIN (-__PTRDIFF_MAX__ - 1)
#define SIZE_MAX __SIZE_MAX__
#ifdef __FreeBSD__
#define SIG_ATOMIC_MAX __LONG_MAX__
#else
#define SIG_ATOMIC_MAX __SIG_ATOMIC_MAX__
#endif
#define SIG_ATOMIC_MIN (-SIG_ATOMIC_MAX - 1)
#define WCHAR_MAX __WCHAR_MAX__
#ifdef __WCHAR_UNSIGNED__
#define WCHAR_MIN 0
#else
#define WCHAR_MIN (-__WCHAR_MAX__ - 1)
#endif
#ifdef __wasi__
#define WINT_MAX 0xffffffffU
#else
#define WINT_MAX __WINT_MAX__
#endif
#if defined __WINT_UNSIGNED__ || defined __wasi__
#define WINT_MIN 0
#else
#define WINT_MIN (-__WINT_MAX__ - 1)
#endif

#define ASTRA_PASTE_(value, suffix) value##suffix
#define ASTRA_PASTE(value, suffix) ASTRA_PASTE_(value, suffix)
#define INT8_C(value) value
#define UINT8_C(value) value
#define INT16_C(value) value
#define UINT16_C(value) value
#define INT32_C(value) value
#define UINT32_C(value) value##U
#define INT64_C(value) ASTRA_PASTE(value, __INT64_C_SUFFIX__)
#define UINT64_C(value) ASTRA_PASTE(value, __UINT64_C_SUFFIX__)
#define INTMAX_C(value) ASTRA_PASTE(value, __INTMAX_C_SUFFIX__)
#define UINTMAX_C(value) ASTRA_PASTE(value, __UINTMAX_C_SUFFIX__)

#endif
