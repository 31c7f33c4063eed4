/* The fused multiply-add of f32. */
#ifndef ORACLE_F32_H
#define ORACLE_F32_H

/* a * b + c, the exact value rounded once, whatever the processor has. */
float f32_fma(float a, float b, float c);

#endif
