#ifndef ASTRA_POSIX_SYS_CDEFS_H
#define ASTRA_POSIX_SYS_CDEFS_H

#define __BEGIN_DECLS
#define __END_DECLS
#define __THROW
#define __P(params) params
#define __CONCAT(left, right) left##right
#define __STRING(text) #text

#endif
