#ifndef ASTRA_POSIX_PWD_H
#define ASTRA_POSIX_PWD_H

#define __ASTRA_NEED_uid_t
#define __ASTRA_NEED_gid_t
#include <astra-types.h>
struct passwd;

#endif
