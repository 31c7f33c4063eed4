#ifndef ASTRA_MINGW_UNISTD_H
#define ASTRA_MINGW_UNISTD_H

#define __need_size_t
#include <stddef.h>
#define __ASTRA_NEED_ssize_t
#define __ASTRA_NEED_off_t
#define __ASTRA_NEED_pid_t
#define __ASTRA_NEED_mode_t
#include <astra-types.h>
#include <io.h>
#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2

#endif
