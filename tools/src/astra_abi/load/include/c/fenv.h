#ifndef ASTRA_C_FENV_H
#define ASTRA_C_FENV_H

typedef struct __astra_unknown_fenv_t fenv_t;
typedef struct __astra_unknown_fexcept_t fexcept_t;

#endif
