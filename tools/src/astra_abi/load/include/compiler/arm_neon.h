#ifndef ASTRA_COMPILER_ARM_NEON_H
#define ASTRA_COMPILER_ARM_NEON_H

/* Only what declarations need: nobody looks into the bodies that call intrinsics. */
#include <stdint.h>
typedef float float32_t;
#ifdef __aarch64__
typedef double float64_t;
typedef __attribute__((__neon_vector_type__(1))) double float64x1_t;
typedef __attribute__((__neon_vector_type__(2))) double float64x2_t;
#endif
typedef __attribute__((__neon_vector_type__(8))) signed char int8x8_t;
typedef __attribute__((__neon_vector_type__(16))) signed char int8x16_t;
typedef __attribute__((__neon_vector_type__(8))) unsigned char uint8x8_t;
typedef __attribute__((__neon_vector_type__(16))) unsigned char uint8x16_t;
typedef __attribute__((__neon_vector_type__(4))) short int16x4_t;
typedef __attribute__((__neon_vector_type__(8))) short int16x8_t;
typedef __attribute__((__neon_vector_type__(4))) unsigned short uint16x4_t;
typedef __attribute__((__neon_vector_type__(8))) unsigned short uint16x8_t;
typedef __attribute__((__neon_vector_type__(2))) int int32x2_t;
typedef __attribute__((__neon_vector_type__(4))) int int32x4_t;
typedef __attribute__((__neon_vector_type__(2))) unsigned int uint32x2_t;
typedef __attribute__((__neon_vector_type__(4))) unsigned int uint32x4_t;
typedef __attribute__((__neon_vector_type__(1))) __INT64_TYPE__ int64x1_t;
typedef __attribute__((__neon_vector_type__(2))) __INT64_TYPE__ int64x2_t;
typedef __attribute__((__neon_vector_type__(1))) __UINT64_TYPE__ uint64x1_t;
typedef __attribute__((__neon_vector_type__(2))) __UINT64_TYPE__ uint64x2_t;
typedef __attribute__((__neon_vector_type__(2))) float float32x2_t;
typedef __attribute__((__neon_vector_type__(4))) float float32x4_t;

#endif
