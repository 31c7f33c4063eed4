#ifndef ASTRA_COMPILER_NMMINTRIN_H
#define ASTRA_COMPILER_NMMINTRIN_H

#include <emmintrin.h>

#endif
