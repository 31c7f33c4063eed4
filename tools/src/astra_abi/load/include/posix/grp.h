#ifndef ASTRA_POSIX_GRP_H
#define ASTRA_POSIX_GRP_H

#define __ASTRA_NEED_gid_t
#include <astra-types.h>
struct group;

#endif
