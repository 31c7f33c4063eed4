#ifndef ASTRA_POSIX_SYS_MMAN_H
#define ASTRA_POSIX_SYS_MMAN_H

#define __need_size_t
#include <stddef.h>
#define __ASTRA_NEED_off_t
#define __ASTRA_NEED_mode_t
#include <astra-types.h>

#define PROT_NONE 0
#define PROT_READ 1
#define PROT_WRITE 2
#define PROT_EXEC 4
#define MAP_SHARED 1
#define MAP_PRIVATE 2

#endif
