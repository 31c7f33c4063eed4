#ifndef ASTRA_WINDOWS_WINSOCK_H
#define ASTRA_WINDOWS_WINSOCK_H

#include <winsock2.h>

#endif
