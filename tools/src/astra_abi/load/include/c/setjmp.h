#ifndef ASTRA_C_SETJMP_H
#define ASTRA_C_SETJMP_H

#ifdef __wasi__
#error "setjmp.h: this target has no setjmp"
#endif
/* An array, whose size this file does not know: it can be passed, and kept behind a pointer. */
struct __astra_unknown_jmp_buf {
    char astra_byte;
};
typedef struct __astra_unknown_jmp_buf jmp_buf[];
_Noreturn void longjmp(jmp_buf, int);

#endif
