#ifndef ASTRA_COMPILER_XMMINTRIN_H
#define ASTRA_COMPILER_XMMINTRIN_H

#include <mmintrin.h>
typedef float __m128 __attribute__((__vector_size__(16), __aligned__(16)));
typedef float __m128_u __attribute__((__vector_size__(16), __aligned__(1)));

#endif
