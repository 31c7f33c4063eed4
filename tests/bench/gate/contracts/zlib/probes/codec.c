/* codec bytes|again LEVEL STRATEGY WINDOW_BITS MEMORY FLUSH PIECE: compresses standard input, and writes the compressed
   bytes, or reads them again in pieces of the same length and says what came back. */
#include "whole.h"
#include <zlib.h>

static unsigned char *packed;
static size_t room, used;

static void put(const unsigned char *bytes, size_t length) {
    if (used + length > room)
        packed = realloc(packed, room = (used + length) * 2);
    memcpy(packed + used, bytes, length);
    used += length;
}

static int complain(const char *what, int code, const z_stream *stream) {
    fprintf(stderr, "%s: %d, %s\n", what, code, stream->msg ? stream->msg : "no message");
    return 1;
}

static int pack(unsigned char *input, size_t length, char **words) {
    unsigned char output[1 << 12];
    z_stream stream = {0};
    size_t piece = (size_t)atoi(words[6]) ? (size_t)atoi(words[6]) : length + 1;
    int code = deflateInit2(&stream, atoi(words[1]), Z_DEFLATED, atoi(words[3]), atoi(words[4]), atoi(words[2]));
    if (code != Z_OK)
        return complain("deflateInit2", code, &stream);
    uLong bound = deflateBound(&stream, length);
    for (size_t at = 0;; at += piece) {
        int last = at + piece >= length;
        stream.next_in = input + at;
        stream.avail_in = (uInt)(last ? length - at : piece);
        do {
            stream.next_out = output;
            stream.avail_out = sizeof output;
            code = deflate(&stream, last ? Z_FINISH : atoi(words[5]));
            if (code < 0 && code != Z_BUF_ERROR)
                return complain("deflate", code, &stream);
            put(output, sizeof output - stream.avail_out);
        } while (stream.avail_out == 0);
        if (last)
            break;
    }
    if (piece > length && used > bound)
        return complain("deflateBound is too small", (int)bound, &stream);
    fprintf(stderr, "deflate ends with %d, check value %08lx\n", code, stream.adler);
    return deflateEnd(&stream) == Z_OK ? 0 : 2;
}

static int unpack(const unsigned char *input, size_t length, char **words) {
    z_stream stream = {0};
    size_t piece = atoi(words[6]) ? (size_t)atoi(words[6]) : 1 << 16;
    unsigned char *output = malloc(length + 1);
    int code = inflateInit2(&stream, atoi(words[3]));
    if (code != Z_OK)
        return complain("inflateInit2", code, &stream);
    stream.next_out = output;
    stream.avail_out = (uInt)length + 1;
    for (size_t at = 0; code == Z_OK && at < used; at += piece) {
        stream.next_in = packed + at;
        stream.avail_in = (uInt)(used - at < piece ? used - at : piece);
        code = inflate(&stream, Z_NO_FLUSH);
    }
    if (code != Z_STREAM_END)
        return complain("inflate", code, &stream);
    printf("inflate ends with %d after all but %u bytes: %lu bytes, adler %08lx, %s\n", code, stream.avail_in, stream.total_out,
           adler32(1, output, stream.total_out), stream.total_out == length && !memcmp(input, output, length) ? "the same" : "OTHERS");
    return inflateEnd(&stream) == Z_OK ? 0 : 2;
}

int main(int count, char **words) {
    size_t length;
    unsigned char *input = read_all(&length);
    if (count != 8)
        return 99;
    int code = pack(input, length, words + 1);
    if (code == 0 && !strcmp(words[1], "bytes"))
        fwrite(packed, 1, used, stdout);
    return code || !strcmp(words[1], "bytes") ? code : unpack(input, length, words + 1);
}
