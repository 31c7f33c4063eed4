#ifndef ASTRA_WINDOWS_WINBASE_H
#define ASTRA_WINDOWS_WINBASE_H

#include <astra-windows.h>

#endif
