#ifndef ASTRA_C_SYS_STAT_H
#define ASTRA_C_SYS_STAT_H

#define __ASTRA_NEED_mode_t
#define __ASTRA_NEED_dev_t
#define __ASTRA_NEED_ino_t
#define __ASTRA_NEED_off_t
#define __ASTRA_NEED_time_t
#include <astra-types.h>

/* Laid out by every system in its own way. */
struct stat;

#endif
