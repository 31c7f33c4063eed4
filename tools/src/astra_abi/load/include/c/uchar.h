#ifndef ASTRA_C_UCHAR_H
#define ASTRA_C_UCHAR_H

#define __need_size_t
#include <stddef.h>
#define __ASTRA_NEED_mbstate_t
#include <astra-types.h>

typedef __CHAR16_TYPE__ char16_t;
typedef __CHAR32_TYPE__ char32_t;

#endif
