#ifndef ASTRA_WINDOWS_CRTDEFS_H
#define ASTRA_WINDOWS_CRTDEFS_H

#define __need_size_t
#define __need_ptrdiff_t
#define __need_wchar_t
#include <stddef.h>
#define __ASTRA_NEED_time_t
#include <astra-types.h>
#include <stdint.h>

#endif
