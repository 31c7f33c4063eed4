/* checksums SPLIT: check values of standard input, whole, in two parts, and combined from those of the parts. */
#include "whole.h"
#include <zlib.h>

int main(int count, char **words) {
    size_t length;
    unsigned char *input = read_all(&length);
    size_t split = count > 1 ? length * (size_t)atoi(words[1]) / 100 : 0, rest = length - split;
    printf("crc32 start %08lx, adler32 start %08lx\n", crc32(0, Z_NULL, 0), adler32(0, Z_NULL, 0));
    uLong crc = crc32(0, input, split), crc_rest = crc32(0, input + split, rest);
    uLong adler = adler32(1, input, split), adler_rest = adler32(1, input + split, rest);
    printf("parts %08lx %08lx, %08lx %08lx\n", crc, crc_rest, adler, adler_rest);
    printf("one after the other %08lx, %08lx\n", crc32(crc, input + split, rest), adler32(adler, input + split, rest));
    printf("combined %08lx, %08lx\n", crc32_combine(crc, crc_rest, rest), adler32_combine(adler, adler_rest, rest));
    for (size_t offset = 0; offset < 9 && offset < length; offset++)
        printf("from byte %zu: %08lx, %08lx\n", offset, crc32(0, input + offset, length - offset), adler32(1, input + offset, length - offset));
    const z_crc_t *table = get_crc_table();
    printf("table %08lx %08lx\n", (unsigned long)table[1], (unsigned long)table[255]);
    return 0;
}
