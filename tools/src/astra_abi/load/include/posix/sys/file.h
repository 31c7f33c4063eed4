#ifndef ASTRA_POSIX_SYS_FILE_H
#define ASTRA_POSIX_SYS_FILE_H

#include <fcntl.h>

#endif
