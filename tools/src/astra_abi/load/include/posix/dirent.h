#ifndef ASTRA_POSIX_DIRENT_H
#define ASTRA_POSIX_DIRENT_H

#define __ASTRA_NEED_ino_t
#include <astra-types.h>

struct dirent;
#if defined __APPLE__
typedef struct _telldir_DIR DIR;
#elif defined __FreeBSD__
typedef struct _dirdesc DIR;
#elif defined __wasi__
typedef struct _DIR DIR;
#else
typedef struct __dirstream DIR;
#endif

#endif
