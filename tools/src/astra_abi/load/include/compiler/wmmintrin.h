#ifndef ASTRA_COMPILER_WMMINTRIN_H
#define ASTRA_COMPILER_WMMINTRIN_H

#include <emmintrin.h>

#endif
