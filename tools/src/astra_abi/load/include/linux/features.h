#ifndef ASTRA_LINUX_FEATURES_H
#define ASTRA_LINUX_FEATURES_H

#ifdef __ASTRA_GLIBC__
#define __GLIBC__ 2
#define __GLIBC_MINOR__ 36
#define __GNU_LIBRARY__ 6
#define __GLIBC_PREREQ(major, minor) ((__GLIBC__ << 16) + __GLIBC_MINOR__ >= ((major) << 16) + (minor))
#endif
#include <sys/cdefs.h>

#endif
