#ifndef ASTRA_COMPILER_SMMINTRIN_H
#define ASTRA_COMPILER_SMMINTRIN_H

#include <emmintrin.h>

#endif
