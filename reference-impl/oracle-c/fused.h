/* The fused multiply-add of f64. */
#ifndef ORACLE_FUSED_H
#define ORACLE_FUSED_H

/* a * b + c, rounded once to nearest, ties to even. */
double fused(double a, double b, double c);

#endif
