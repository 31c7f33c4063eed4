#ifndef ASTRA_MINGW_MEMORY_H
#define ASTRA_MINGW_MEMORY_H

#include <string.h>

#endif
