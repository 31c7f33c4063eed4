#ifndef ASTRA_COMPILER_CPUID_H
#define ASTRA_COMPILER_CPUID_H

/* Functions and macros for bodies only, which nobody looks into. */

#endif
