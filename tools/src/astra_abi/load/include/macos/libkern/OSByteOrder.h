#ifndef ASTRA_LIBKERN_OSBYTEORDER_H
#define ASTRA_LIBKERN_OSBYTEORDER_H

/* Every Mac is little-endian. */
#define OSSwapInt16(x) __builtin_bswap16(x)
#define OSSwapInt32(x) __builtin_bswap32(x)
#define OSSwapInt64(x) __builtin_bswap64(x)
#define OSSwapHostToBigInt16(x) OSSwapInt16(x)
#define OSSwapHostToBigInt32(x) OSSwapInt32(x)
#define OSSwapHostToBigInt64(x) OSSwapInt64(x)
#define OSSwapBigToHostInt16(x) OSSwapInt16(x)
#define OSSwapBigToHostInt32(x) OSSwapInt32(x)
#define OSSwapBigToHostInt64(x) OSSwapInt64(x)
#define OSSwapHostToLittleInt16(x) ((__UINT16_TYPE__)(x))
#define OSSwapHostToLittleInt32(x) ((__UINT32_TYPE__)(x))
#define OSSwapHostToLittleInt64(x) ((__UINT64_TYPE__)(x))
#define OSSwapLittleToHostInt16(x) ((__UINT16_TYPE__)(x))
#define OSSwapLittleToHostInt32(x) ((__UINT32_TYPE__)(x))
#define OSSwapLittleToHostInt64(x) ((__UINT64_TYPE__)(x))

#endif
