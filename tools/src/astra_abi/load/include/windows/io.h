#ifndef ASTRA_WINDOWS_IO_H
#define ASTRA_WINDOWS_IO_H

#define __need_size_t
#include <stddef.h>
#define __ASTRA_NEED_off_t
#include <astra-types.h>

#endif
