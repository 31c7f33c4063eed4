#ifndef ASTRA_WINDOWS_MALLOC_H
#define ASTRA_WINDOWS_MALLOC_H

#include <stdlib.h>

#endif
