#ifndef ASTRA_POSIX_UNISTD_H
#define ASTRA_POSIX_UNISTD_H

#define __need_size_t
#define __need_NULL
#include <stddef.h>
#define __ASTRA_NEED_ssize_t
#define __ASTRA_NEED_off_t
#define __ASTRA_NEED_pid_t
#define __ASTRA_NEED_uid_t
#define __ASTRA_NEED_gid_t
#define __ASTRA_NEED_useconds_t
#include <astra-types.h>

#include <stdint.h>
#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2
#define F_OK 0
#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif
#define _POSIX_VERSION 200809L
int close(int descriptor);
ssize_t read(int descriptor, void *to, size_t size);
ssize_t write(int descriptor, const void *from, size_t size);
pid_t getpid(void);

#endif
