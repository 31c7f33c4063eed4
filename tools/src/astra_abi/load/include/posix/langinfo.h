#ifndef ASTRA_POSIX_LANGINFO_H
#define ASTRA_POSIX_LANGINFO_H

#define __ASTRA_NEED_locale_t
#include <astra-types.h>
typedef int nl_item;

#endif
