#ifndef ASTRA_C_FCNTL_H
#define ASTRA_C_FCNTL_H

#define __ASTRA_NEED_off_t
#define __ASTRA_NEED_mode_t
#include <astra-types.h>

#ifndef __wasi__
#define O_RDONLY 0
#define O_WRONLY 1
#define O_RDWR 2
#endif

#endif
