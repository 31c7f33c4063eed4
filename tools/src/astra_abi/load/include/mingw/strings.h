#ifndef ASTRA_MINGW_STRINGS_H
#define ASTRA_MINGW_STRINGS_H

#include <string.h>

#endif
