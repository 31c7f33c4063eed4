#ifndef ASTRA_C_WCHAR_H
#define ASTRA_C_WCHAR_H

#define __need_size_t
#define __need_wchar_t
#define __need_wint_t
#define __need_NULL
#include <stddef.h>
#define __ASTRA_NEED_FILE
#define __ASTRA_NEED_mbstate_t
#include <astra-types.h>
#define __need___va_list
#include <stdarg.h>

#define WEOF ((wint_t)-1)
#ifndef WCHAR_MAX
#define WCHAR_MAX __WCHAR_MAX__
#ifdef __WCHAR_UNSIGNED__
#define WCHAR_MIN 0
#else
#define WCHAR_MIN (-__WCHAR_MAX__ - 1)
#endif
#endif

struct tm;
size_t wcslen(const wchar_t *text);

#endif
