#ifndef ASTRA_POSIX_SYS_POLL_H
#define ASTRA_POSIX_SYS_POLL_H

#include <poll.h>

#endif
