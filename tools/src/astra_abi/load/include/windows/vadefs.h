#ifndef ASTRA_WINDOWS_VADEFS_H
#define ASTRA_WINDOWS_VADEFS_H

#include <stdarg.h>

#endif
