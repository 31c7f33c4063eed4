#ifndef ASTRA_POSIX_STRINGS_H
#define ASTRA_POSIX_STRINGS_H

#define __need_size_t
#include <stddef.h>

int strcasecmp(const char *left, const char *right);
int strncasecmp(const char *left, const char *right, size_t size);

#endif
