#ifndef ASTRA_LINUX_MALLOC_H
#define ASTRA_LINUX_MALLOC_H

#include <stdlib.h>

#endif
