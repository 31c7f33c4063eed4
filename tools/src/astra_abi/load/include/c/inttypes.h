#ifndef ASTRA_C_INTTYPES_H
#define ASTRA_C_INTTYPES_H

#include <stdint.h>

typedef struct { intmax_t quot, rem; } imaxdiv_t;

#define PRId8 __INT8_FMTd__
#define SCNd8 __INT8_FMTd__
#define PRIi8 __INT8_FMTi__
#define SCNi8 __INT8_FMTi__
#define PRIo8 __UINT8_FMTo__
#define SCNo8 __UINT8_FMTo__
#define PRIu8 __UINT8_FMTu__
#define SCNu8 __UINT8_FMTu__
#define PRIx8 __UINT8_FMTx__
#define SCNx8 __UINT8_FMTx__
#define PRIX8 __UINT8_FMTX__
#define PRId16 __INT16_FMTd__
#define SCNd16 __INT16_FMTd__
#define PRIi16 __INT16_FMTi__
#define SCNi16 __INT16_FMTi__
#define PRIo16 __UINT16_FMTo__
#define SCNo16 __UINT16_FMTo__
#define PRIu16 __UINT16_FMTu__
#define SCNu16 __UINT16_FMTu__
#define PRIx16 __UINT16_FMTx__
#define SCNx16 __UINT16_FMTx__
#define PRIX16 __UINT16_FMTX__
#define PRId32 __INT32_FMTd__
#define SCNd32 __INT32_FMTd__
#define PRIi32 __INT32_FMTi__
#define SCNi32 __INT32_FMTi__
#define PRIo32 __UINT32_FMTo__
#define SCNo32 __UINT32_FMTo__
#define PRIu32 __UINT32_FMTu__
#define SCNu32 __UINT32_FMTu__
#define PRIx32 __UINT32_FMTx__
#define SCNx32 __UINT32_FMTx__
#define PRIX32 __UINT32_FMTX__
#define PRId64 __INT64_FMTd__
#define SCNd64 __INT64_FMTd__
#define PRIi64 __INT64_FMTi__
#define SCNi64 __INT64_FMTi__
#define PRIo64 __UINT64_FMTo__
#define SCNo64 __UINT64_FMTo__
#define PRIu64 __UINT64_FMTu__
#define SCNu64 __UINT64_FMTu__
#define PRIx64 __UINT64_FMTx__
#define SCNx64 __UINT64_FMTx__
#define PRIX64 __UINT64_FMTX__
#if defined __APPLE__ || defined __FreeBSD__
#define PRIdMAX "jd"
#define PRIiMAX "ji"
#define PRIoMAX "jo"
#define PRIuMAX "ju"
#define PRIxMAX "jx"
#define PRIXMAX "jX"
#define SCNdMAX "jd"
#define SCNiMAX "ji"
#define SCNoMAX "jo"
#define SCNuMAX "ju"
#define SCNxMAX "jx"
#else
#define PRIdMAX __INTMAX_FMTd__
#define SCNdMAX __INTMAX_FMTd__
#define PRIiMAX __INTMAX_FMTi__
#define SCNiMAX __INTMAX_FMTi__
#define PRIoMAX __UINTMAX_FMTo__
#define SCNoMAX __UINTMAX_FMTo__
#define PRIuMAX __UINTMAX_FMTu__
#define SCNuMAX __UINTMAX_FMTu__
#define PRIxMAX __UINTMAX_FMTx__
#define SCNxMAX __UINTMAX_FMTx__
#define PRIXMAX __UINTMAX_FMTX__
#endif
#define PRIdPTR __INTPTR_FMTd__
#define SCNdPTR __INTPTR_FMTd__
#define PRIiPTR __INTPTR_FMTi__
#define SCNiPTR __INTPTR_FMTi__
#define PRIoPTR __UINTPTR_FMTo__
#define SCNoPTR __UINTPTR_FMTo__
#define PRIuPTR __UINTPTR_FMTu__
#define SCNuPTR __UINTPTR_FMTu__
#define PRIxPTR __UINTPTR_FMTx__
#define SCNxPTR __UINTPTR_FMTx__
#define PRIXPTR __UINTPTR_FMTX__

#endif
