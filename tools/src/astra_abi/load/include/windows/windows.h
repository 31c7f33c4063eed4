#ifndef ASTRA_WINDOWS_WINDOWS_H
#define ASTRA_WINDOWS_WINDOWS_H

#include <astra-windows.h>

#endif
