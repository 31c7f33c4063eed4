#ifndef ASTRA_COMPILER_PMMINTRIN_H
#define ASTRA_COMPILER_PMMINTRIN_H

#include <emmintrin.h>

#endif
