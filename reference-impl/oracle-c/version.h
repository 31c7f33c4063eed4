/* What a caller says about itself, checked by the two functions that take it. */
#ifndef ORACLE_VERSION_H
#define ORACLE_VERSION_H

#include "checks.h"

/* The conditions of a hello whose roles have been checked. */
void call_hello(struct call *call, uint32_t parameter, const astra_hello *hello);

#endif
