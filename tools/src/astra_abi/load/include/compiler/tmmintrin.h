#ifndef ASTRA_COMPILER_TMMINTRIN_H
#define ASTRA_COMPILER_TMMINTRIN_H

#include <emmintrin.h>

#endif
