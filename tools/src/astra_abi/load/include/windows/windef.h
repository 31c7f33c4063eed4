#ifndef ASTRA_WINDOWS_WINDEF_H
#define ASTRA_WINDOWS_WINDEF_H

#include <astra-windows.h>

#endif
