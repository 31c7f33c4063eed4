/* inflate WINDOW_BITS [PIECE]: reads standard input, in pieces of a length, and says how it ended, with the library's words. */
#include "whole.h"
#include <zlib.h>

int main(int count, char **words) {
    size_t length;
    unsigned char *input = read_all(&length), output[1 << 14];
    size_t piece = count > 2 ? (size_t)atoi(words[2]) : length + 1;
    z_stream stream = {0};
    int code = inflateInit2(&stream, atoi(words[1]));
    if (code != Z_OK) {
        printf("inflateInit2: %d\n", code);
        return 1;
    }
    for (size_t at = 0; code == Z_OK && at < length; at += piece) {
        stream.next_in = input + at;
        stream.avail_in = (uInt)(length - at < piece ? length - at : piece);
        do {
            stream.next_out = output;
            stream.avail_out = sizeof output;
            code = inflate(&stream, Z_NO_FLUSH);
            fwrite(output, 1, sizeof output - stream.avail_out, stdout);
        } while (code == Z_OK && stream.avail_out == 0);
    }
    printf("\nends with %d (%s), message: %s\n", code, zError(code), stream.msg ? stream.msg : "none");
    printf("%lu in, %lu out, check value %08lx, data type %d\n", stream.total_in, stream.total_out, stream.adler, stream.data_type & 0xff);
    printf("sync point %d\n", inflateSyncPoint(&stream));
    printf("inflateSync %d\n", inflateSync(&stream));
    return inflateEnd(&stream) == Z_OK ? 0 : 2;
}
