#ifndef ASTRA_C_SETJMP_H
#define ASTRA_C_SETJMP_H

#ifdef __wasi__
#error "setjmp.h: this target has no setjmp"
#endif
/* An array in truth, whose size this file does not know. */
typedef struct __astra_unknown_jmp_buf jmp_buf;
_Noreturn void longjmp(jmp_buf, int);

#endif
