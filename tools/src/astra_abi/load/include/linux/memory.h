#ifndef ASTRA_LINUX_MEMORY_H
#define ASTRA_LINUX_MEMORY_H

#include <string.h>

#endif
