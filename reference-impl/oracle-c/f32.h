/* What the definitions say about f32, for the operators. */
#ifndef ORACLE_F32_H
#define ORACLE_F32_H

#include <stdint.h>

uint32_t f32_bits(float value);
float f32_from_bits(uint32_t bits);

/* A result as it is stored: every NaN is the quiet NaN 7FC00000. */
float f32_result(float value);

/* a * b + c, the exact value rounded once, whatever the processor has. */
float f32_fma(float a, float b, float c);

#endif
