#ifndef ASTRA_POSIX_SYS_UTSNAME_H
#define ASTRA_POSIX_SYS_UTSNAME_H

struct utsname;

#endif
