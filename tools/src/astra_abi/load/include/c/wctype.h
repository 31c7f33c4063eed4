#ifndef ASTRA_C_WCTYPE_H
#define ASTRA_C_WCTYPE_H

#define __need_wint_t
#include <stddef.h>

typedef struct __astra_unknown_wctype_t wctype_t;
typedef struct __astra_unknown_wctrans_t wctrans_t;

#endif
