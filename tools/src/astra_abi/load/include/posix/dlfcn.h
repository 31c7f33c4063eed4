#ifndef ASTRA_POSIX_DLFCN_H
#define ASTRA_POSIX_DLFCN_H

#define RTLD_LAZY 1
#define RTLD_NOW 2
void *dlopen(const char *path, int flags);
void *dlsym(void *library, const char *name);

#endif
