/*
 * The floating-point environment of the definitions: nearest even, subnormals kept, no traps.
 * Operators run between these two calls; the caller's control and status bits come back whole.
 */
#ifndef ORACLE_FLOAT_ENV_H
#define ORACLE_FLOAT_ENV_H

#include <stdint.h>

struct float_env {
    uint64_t control;
    uint64_t status;
};

struct float_env float_env_enter(void);
void float_env_leave(struct float_env saved);

#endif
