#ifndef ASTRA_POSIX_SYS_UIO_H
#define ASTRA_POSIX_SYS_UIO_H

#define __need_size_t
#include <stddef.h>
#define __ASTRA_NEED_iovec
#define __ASTRA_NEED_ssize_t
#define __ASTRA_NEED_off_t
#include <astra-types.h>

#endif
