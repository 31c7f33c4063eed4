/* functions NAME: what single functions return, for proper and for improper arguments. */
#include "whole.h"
#include <zlib.h>

/* One call, and what it returned: within one printf the order of several calls is the compiler's. */
#define SHOW(call) printf("%s = %ld\n", #call, (long)(call))

static Bytef plain[] = "hello, hello! a dictionary makes short texts shorter: hello";
static const Bytef words[] = "hello, a dictionary";

static void errors(void) { for (int n = 2; n >= -6; n--) printf("%d '%s'\n", n, zError(n)); }
static void bounds(void) { for (uLong n = 0; n < 1u << 30; n = n * 3 + 1) printf("%lu %lu\n", n, compressBound(n)); }
static void flags(void) { printf("%lx\n", zlibCompileFlags()); }
static void version(void) { puts(zlibVersion()); }

static void wrong_versions(void) {
    z_stream stream = {0};
    SHOW(deflateInit_(&stream, 6, "2.0", sizeof stream));
    SHOW(deflateInit_(&stream, 6, "1.2.11", 1));
    SHOW(deflateInit_(&stream, 6, NULL, sizeof stream));
    SHOW(inflateInit_(&stream, "0.9", sizeof stream));
    SHOW(inflateInit_(NULL, "1.2.11", sizeof stream));
}

static void wrong_parameters(void) {
    static const int PARAMETERS[][5] = {
        {10, 8, 15, 8, 0}, {-2, 8, 15, 8, 0}, {6, 7, 15, 8, 0}, {6, 8, 16, 8, 0}, {6, 8, 7, 8, 0}, {6, 8, 8, 8, 0}, {6, 8, -8, 8, 0},
        {6, 8, -16, 8, 0}, {6, 8, 15, 0, 0}, {6, 8, 15, 10, 0}, {6, 8, 15, 8, 5}, {6, 8, 15, 8, -1}, {6, 8, 32, 8, 0},
    };
    for (size_t n = 0; n < sizeof PARAMETERS / sizeof *PARAMETERS; n++) {
        const int *p = PARAMETERS[n];
        z_stream stream = {0};
        int code = deflateInit2(&stream, p[0], p[1], p[2], p[3], p[4]);
        printf("level %d method %d window %d memory %d strategy %d: %d\n", p[0], p[1], p[2], p[3], p[4], code);
        if (code == Z_OK)
            deflateEnd(&stream);
    }
}

static void null_streams(void) {
    z_stream stream = {0};
    SHOW(deflate(NULL, 0));
    SHOW(deflateEnd(NULL));
    SHOW(deflateReset(NULL));
    SHOW(inflate(NULL, 0));
    SHOW(inflateEnd(NULL));
    SHOW(inflateReset(NULL));
    SHOW(deflate(&stream, 0));
    SHOW(deflateEnd(&stream));
    SHOW(inflate(&stream, 0));
    SHOW(inflateEnd(&stream));
    SHOW(deflateSetDictionary(&stream, words, 5));
    SHOW(inflateSetDictionary(&stream, words, 5));
}

static void whole_buffers(void) {
    Bytef packed[200], again[200];
    uLongf full = sizeof packed;
    compress2(packed, &full, plain, sizeof plain, 9);
    for (uLong room = 0; room < 80; room += 7) {
        Bytef small[200];
        uLongf length = room, back = room;
        int code = compress2(small, &length, plain, sizeof plain, 9);
        int undone = uncompress(again, &back, packed, full);
        printf("room %lu: compress2 %d, uncompress %d\n", room, code, undone);
    }
    uLong source = 200;
    uLongf length = sizeof packed, back = sizeof again;
    SHOW(compress(packed, &length, plain, sizeof plain));
    memset(packed + length, 'x', sizeof packed - length);
    SHOW(uncompress2(again, &back, packed, &source));
    SHOW(source == length);
    SHOW(back == sizeof plain);
}

static void dictionaries(void) {
    Bytef packed[200], again[200] = "", got[200];
    z_stream out = {0}, in = {0};
    uInt length = sizeof got;
    deflateInit(&out, 9);
    SHOW(deflateSetDictionary(&out, words, sizeof words));
    printf("%08lx\n", out.adler);
    SHOW(deflateGetDictionary(&out, got, &length));
    printf("%u bytes\n", length);
    out.next_in = plain, out.avail_in = sizeof plain, out.next_out = packed, out.avail_out = sizeof packed;
    SHOW(deflate(&out, Z_FINISH));
    SHOW(deflateSetDictionary(&out, words, 3));
    inflateInit(&in);
    in.next_in = packed, in.avail_in = (uInt)out.total_out, in.next_out = again, in.avail_out = sizeof again;
    SHOW(inflate(&in, Z_FINISH));
    printf("%08lx\n", in.adler);
    SHOW(inflateSetDictionary(&in, words, 4));
    SHOW(inflateSetDictionary(&in, words, sizeof words));
    SHOW(inflate(&in, Z_FINISH));
    puts((char *)again);
    deflateEnd(&out);
    inflateEnd(&in);
}

static void copies_and_changes(void) {
    Bytef packed[300], again[300] = "";
    z_stream out = {0}, copy = {0}, in = {0};
    unsigned pending;
    int bits;
    deflateInit(&out, 1);
    out.next_in = plain, out.avail_in = 20, out.next_out = packed, out.avail_out = sizeof packed;
    SHOW(deflate(&out, Z_NO_FLUSH));
    SHOW(deflateParams(&out, 9, Z_DEFAULT_STRATEGY));
    SHOW(deflateTune(&out, 4, 4, 8, 16));
    SHOW(deflatePending(&out, &pending, &bits));
    SHOW(deflateCopy(&copy, &out));
    copy.next_in = plain + 20, copy.avail_in = sizeof plain - 20;
    SHOW(deflate(&copy, Z_FINISH));
    SHOW(deflateEnd(&copy));
    SHOW(deflateEnd(&out));
    inflateInit(&in);
    in.next_in = packed, in.avail_in = (uInt)copy.total_out, in.next_out = again, in.avail_out = sizeof again;
    SHOW(inflate(&in, Z_FINISH));
    SHOW(inflateMark(&in));
    puts((char *)again);
    SHOW(inflateReset2(&in, -15));
    SHOW(inflatePrime(&in, 3, 3));
    SHOW(inflateUndermine(&in, 1));
    SHOW(inflateValidate(&in, 0));
    SHOW(inflateEnd(&in));
}

static void gzip_headers(void) {
    Bytef packed[300], again[300], name[20], comment[20], extra[20];
    gz_header header = {.text = 1, .time = 1234567890, .os = 3, .extra = (Bytef *)"xtra", .extra_len = 4, .name = (Bytef *)"a name", .comment = (Bytef *)"a comment", .hcrc = 1};
    gz_header found = {.extra = extra, .extra_max = 20, .name = name, .name_max = 20, .comment = comment, .comm_max = 20};
    z_stream out = {0}, in = {0};
    deflateInit2(&out, 6, Z_DEFLATED, 31, 8, 0);
    SHOW(deflateSetHeader(&out, &header));
    out.next_in = plain, out.avail_in = sizeof plain, out.next_out = packed, out.avail_out = sizeof packed;
    SHOW(deflate(&out, Z_FINISH));
    inflateInit2(&in, 31);
    SHOW(inflateGetHeader(&in, &found));
    in.next_in = packed, in.avail_in = (uInt)out.total_out, in.next_out = again, in.avail_out = sizeof again;
    SHOW(inflate(&in, Z_FINISH));
    printf("text %d time %lu os %d done %d crc %d\n", found.text, found.time, found.os, found.done, found.hcrc);
    printf("extra %u '%.4s' name '%s' comment '%s'\n", found.extra_len, extra, name, comment);
    deflateEnd(&out);
    inflateEnd(&in);
}

static unsigned give(void *from, z_const Bytef **bytes) { *bytes = from ? from : plain; return from ? 64 : 0; }
static int take(void *to, Bytef *bytes, unsigned length) { fwrite(bytes, 1, length, to); return 0; }

static void backwards(void) {
    static Bytef window[1 << 15], packed[64];
    z_stream out = {0}, in = {0};
    deflateInit2(&out, 9, Z_DEFLATED, -15, 8, 0);
    out.next_in = plain, out.avail_in = sizeof plain - 1, out.next_out = packed, out.avail_out = sizeof packed;
    printf("deflate %d\n", deflate(&out, Z_FINISH));
    printf("inflateBackInit %d\n", inflateBackInit(&in, 15, window));
    SHOW(inflateBack(&in, give, packed, take, stdout));
    SHOW(inflateBackEnd(&in));
}

#define CASE(name) {#name, name}
static const struct { const char *name; void (*run)(void); } CASES[] = {
    CASE(errors), CASE(bounds), CASE(flags), CASE(version), CASE(wrong_versions), CASE(wrong_parameters), CASE(null_streams), CASE(whole_buffers),
    CASE(dictionaries), CASE(copies_and_changes), CASE(gzip_headers), CASE(backwards),
};

int main(int count, char **names) {
    for (size_t n = 0; n < sizeof CASES / sizeof *CASES; n++)
        if (count > 1 && !strcmp(CASES[n].name, names[1]))
            return CASES[n].run(), 0;
    return 99;
}
