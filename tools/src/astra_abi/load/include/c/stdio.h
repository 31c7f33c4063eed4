#ifndef ASTRA_C_STDIO_H
#define ASTRA_C_STDIO_H

#define __need_size_t
#define __need_NULL
#include <stddef.h>
#define __ASTRA_NEED_FILE
#define __ASTRA_NEED_fpos_t
#define __ASTRA_NEED_off_t
#define __ASTRA_NEED_ssize_t
#include <astra-types.h>
#define __need___va_list
#include <stdarg.h>

#ifndef _VA_LIST_DEFINED
#define _VA_LIST_DEFINED
typedef __builtin_va_list va_list;
#endif

#define EOF (-1)
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#define _IOFBF 0
#ifdef _WIN32
#define _IOLBF 0x0040
#define _IONBF 0x0004
#define BUFSIZ 512
#define FILENAME_MAX 260
#define FOPEN_MAX 20
#else
#define _IOLBF 1
#define _IONBF 2
#if defined __APPLE__ || defined __FreeBSD__ || defined __ASTRA_MUSL__ || defined __wasi__
#define BUFSIZ 1024
#else
#define BUFSIZ 8192
#endif
#if defined __APPLE__ || defined __FreeBSD__
#define FILENAME_MAX 1024
#else
#define FILENAME_MAX 4096
#endif
#endif

extern FILE *stdin, *stdout, *stderr;
int printf(const char *format, ...);
int fprintf(FILE *stream, const char *format, ...);
int sprintf(char *text, const char *format, ...);
int snprintf(char *text, size_t size, const char *format, ...);
int vprintf(const char *format, __gnuc_va_list list);
int vfprintf(FILE *stream, const char *format, __gnuc_va_list list);
int vsnprintf(char *text, size_t size, const char *format, __gnuc_va_list list);
FILE *fopen(const char *path, const char *mode);
int fclose(FILE *stream);
int fflush(FILE *stream);
size_t fread(void *to, size_t size, size_t count, FILE *stream);
size_t fwrite(const void *from, size_t size, size_t count, FILE *stream);

#endif
