#ifndef ASTRA_COMPILER_STDNORETURN_H
#define ASTRA_COMPILER_STDNORETURN_H

#define noreturn _Noreturn

#endif
