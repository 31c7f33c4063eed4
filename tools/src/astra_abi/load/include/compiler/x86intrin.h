#ifndef ASTRA_COMPILER_X86INTRIN_H
#define ASTRA_COMPILER_X86INTRIN_H

#include <immintrin.h>

#endif
