#ifndef ASTRA_POSIX_SYS_ERRNO_H
#define ASTRA_POSIX_SYS_ERRNO_H

#include <errno.h>

#endif
