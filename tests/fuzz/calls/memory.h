/* Memory that ends on purpose. Allocations made inside calls are counted, and the nth of a call can be refused. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/* Whether what follows on this thread is a library's. */
void memory_inside(bool inside);
/* The nth allocation from now on fails, once; 0: none. */
void memory_fail(uint64_t nth);
/* Whether one has failed since; none fails afterwards. */
bool memory_failed(void);
/* Blocks that libraries have taken and not given back. */
long long memory_left(void);

#endif
