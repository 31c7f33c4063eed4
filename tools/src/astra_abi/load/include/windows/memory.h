#ifndef ASTRA_WINDOWS_MEMORY_H
#define ASTRA_WINDOWS_MEMORY_H

#include <string.h>

#endif
