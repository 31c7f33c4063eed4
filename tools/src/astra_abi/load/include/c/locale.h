#ifndef ASTRA_C_LOCALE_H
#define ASTRA_C_LOCALE_H

#define __need_NULL
#include <stddef.h>

struct lconv;
#ifndef _WIN32
#define __ASTRA_NEED_locale_t
#include <astra-types.h>
#endif

#endif
