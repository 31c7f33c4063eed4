/* memory.h where a sanitizer owns the memory: none ends, and none is counted. */
#include "memory.h"

#include <stddef.h>

void memory_inside(bool inside) { (void)inside; }
void memory_fail(uint64_t nth) { (void)nth; }
bool memory_failed(void) { return false; }
long long memory_left(void) { return 0; }
