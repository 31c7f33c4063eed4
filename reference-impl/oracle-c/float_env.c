/* Registers are written even where they look right already: else sticky flags would leak out. */

#include "float_env.h"

#if defined(__x86_64__)

struct float_env float_env_enter(void)
{
    uint32_t saved;
    uint32_t defaults = 0x1F80; /* every exception masked, nearest even, no FTZ, no DAZ */
    __asm__ volatile("stmxcsr %0" : "=m"(saved) : : "memory");
    __asm__ volatile("ldmxcsr %0" : : "m"(defaults) : "memory");
    return (struct float_env){ saved, 0 };
}

void float_env_leave(struct float_env saved)
{
    uint32_t control = (uint32_t)saved.control;
    __asm__ volatile("ldmxcsr %0" : : "m"(control) : "memory");
}

#elif defined(__aarch64__)

struct float_env float_env_enter(void)
{
    struct float_env saved;
    uint64_t defaults = 0; /* no trap, nearest even, no flushing, NaN payloads kept */
    __asm__ volatile("mrs %0, fpcr" : "=r"(saved.control) : : "memory");
    __asm__ volatile("mrs %0, fpsr" : "=r"(saved.status) : : "memory");
    __asm__ volatile("msr fpcr, %0" : : "r"(defaults) : "memory");
    return saved;
}

void float_env_leave(struct float_env saved)
{
    __asm__ volatile("msr fpcr, %0" : : "r"(saved.control) : "memory");
    __asm__ volatile("msr fpsr, %0" : : "r"(saved.status) : "memory");
}

#else
#error "Say here how this processor's floating-point environment is set."
#endif
