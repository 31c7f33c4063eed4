#include <stdint.h>

__attribute__((visibility("default"))) uint32_t astra_version(void);

uint32_t astra_version(void)
{
    return 0x000100;
}
