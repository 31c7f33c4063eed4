#ifndef ASTRA_POSIX_ICONV_H
#define ASTRA_POSIX_ICONV_H

#define __need_size_t
#include <stddef.h>
typedef void *iconv_t;

#endif
