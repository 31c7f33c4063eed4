#ifndef ASTRA_C_MATH_H
#define ASTRA_C_MATH_H

#define HUGE_VAL __builtin_huge_val()
#define HUGE_VALF __builtin_huge_valf()
#define HUGE_VALL __builtin_huge_vall()
#define INFINITY __builtin_inff()
#define NAN __builtin_nanf("")
#define M_E 2.7182818284590452354
#define M_PI 3.14159265358979323846
typedef float float_t;
typedef double double_t;
double floor(double value);
double ceil(double value);
double fabs(double value);
double sqrt(double value);
double pow(double base, double exponent);
double log(double value);
double exp(double value);

#endif
