#ifndef ASTRA_FREEBSD_ENDIAN_H
#define ASTRA_FREEBSD_ENDIAN_H

#include <sys/endian.h>

#endif
