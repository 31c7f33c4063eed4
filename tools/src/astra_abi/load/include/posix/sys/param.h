#ifndef ASTRA_POSIX_SYS_PARAM_H
#define ASTRA_POSIX_SYS_PARAM_H

#include <limits.h>
#ifdef __linux__
#include <endian.h>
#endif
#include <sys/types.h>
#define MAXPATHLEN PATH_MAX
#ifndef MIN
#define MIN(left, right) ((left) < (right) ? (left) : (right))
#define MAX(left, right) ((left) > (right) ? (left) : (right))
#endif

#endif
