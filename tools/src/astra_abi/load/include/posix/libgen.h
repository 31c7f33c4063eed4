#ifndef ASTRA_POSIX_LIBGEN_H
#define ASTRA_POSIX_LIBGEN_H

char *basename(char *path);
char *dirname(char *path);

#endif
