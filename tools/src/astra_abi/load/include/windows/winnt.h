#ifndef ASTRA_WINDOWS_WINNT_H
#define ASTRA_WINDOWS_WINNT_H

#include <astra-windows.h>

#endif
