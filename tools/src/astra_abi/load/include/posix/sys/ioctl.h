#ifndef ASTRA_POSIX_SYS_IOCTL_H
#define ASTRA_POSIX_SYS_IOCTL_H

int ioctl(int descriptor, unsigned long request, ...);

#endif
