#ifndef ASTRA_MINGW_SYS_PARAM_H
#define ASTRA_MINGW_SYS_PARAM_H

#include <limits.h>
#include <sys/types.h>
#define MAXPATHLEN PATH_MAX

#endif
