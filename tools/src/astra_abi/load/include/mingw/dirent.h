#ifndef ASTRA_MINGW_DIRENT_H
#define ASTRA_MINGW_DIRENT_H

struct dirent;
typedef struct __dirent_dir DIR;

#endif
