#ifndef ASTRA_MACOS_AVAILABILITY_H
#define ASTRA_MACOS_AVAILABILITY_H

#include <AvailabilityMacros.h>
#define API_AVAILABLE(...)
#define API_UNAVAILABLE(...)
#define API_DEPRECATED(...)
#define API_DEPRECATED_WITH_REPLACEMENT(...)
#define __OSX_AVAILABLE(version)
#define __OSX_AVAILABLE_STARTING(mac, ios)

#endif
