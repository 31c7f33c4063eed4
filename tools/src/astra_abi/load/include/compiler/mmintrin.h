#ifndef ASTRA_COMPILER_MMINTRIN_H
#define ASTRA_COMPILER_MMINTRIN_H

/* Only what declarations need: nobody looks into the bodies that call intrinsics. */
typedef long long __m64 __attribute__((__vector_size__(8), __aligned__(8)));

#endif
