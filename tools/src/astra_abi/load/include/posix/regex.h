#ifndef ASTRA_POSIX_REGEX_H
#define ASTRA_POSIX_REGEX_H

#define __need_size_t
#include <stddef.h>

typedef struct __astra_unknown_regex_t regex_t;
typedef struct __astra_unknown_regmatch_t regmatch_t;

#endif
