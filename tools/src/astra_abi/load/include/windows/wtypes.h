#ifndef ASTRA_WINDOWS_WTYPES_H
#define ASTRA_WINDOWS_WTYPES_H

#include <astra-windows.h>

#endif
