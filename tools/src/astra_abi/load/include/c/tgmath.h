#ifndef ASTRA_C_TGMATH_H
#define ASTRA_C_TGMATH_H

#include <math.h>
#include <complex.h>

#endif
