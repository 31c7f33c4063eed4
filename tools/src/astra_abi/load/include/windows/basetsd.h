#ifndef ASTRA_WINDOWS_BASETSD_H
#define ASTRA_WINDOWS_BASETSD_H

#include <astra-windows.h>

#endif
