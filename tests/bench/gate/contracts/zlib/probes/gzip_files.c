/* gzip_files MODE: writes a gzip file through the functions for files, and reads it again in every way there is. */
#include "whole.h"
#include <fcntl.h>
#include <zlib.h>

static void state(const char *what, gzFile file) {
    int code;
    const char *words = gzerror(file, &code);
    printf("%s: tell %ld, end %d, direct %d, error %d '%s'\n", what, (long)gztell(file), gzeof(file), gzdirect(file), code, words);
}

/* One call, and what it returned: within one printf the order of several calls is the compiler's. */
#define SHOW(call) printf("%s = %ld\n", #call, (long)(call))

int main(int count, char **words) {
    size_t length;
    unsigned char *input = read_all(&length);
    char line[80], piece[1000];
    gzFile file = gzopen("out.gz", words[1]);
    if (!file) {
        puts("gzopen refused");
        return 1;
    }
    SHOW(gzbuffer(file, 4096));
    SHOW(gzwrite(file, input, (unsigned)length));
    SHOW(gzputs(file, "a line\n"));
    SHOW(gzputc(file, 'x'));
    SHOW(gzprintf(file, "%d %s %5.2f\n", 42, "words", 1.5));
    SHOW(gzfwrite("abcd", 2, 2, file));
    SHOW(gzflush(file, Z_SYNC_FLUSH));
    SHOW(gzseek(file, 10, SEEK_CUR));
    if (!strchr(words[1], 'T')) /* Before 1.3 it looks at a compressor that a transparent file does not have. */
        SHOW(gzsetparams(file, 1, Z_HUFFMAN_ONLY));
    SHOW(gzputs(file, "the end"));
    state("written", file);
    SHOW(gzread(file, piece, 1));
    SHOW(gzclose(file));

    file = gzopen("out.gz", "rb");
    printf("gzgets '%s'\n", gzgets(file, line, sizeof line) ? line : "nothing");
    SHOW(gzgetc(file));
    SHOW(gzungetc('Q', file));
    SHOW(gzgetc(file));
    SHOW(gzread(file, piece, 100));
    SHOW(gzfread(piece, 10, 5, file));
    state("read", file);
    SHOW(gzseek(file, (long)length, SEEK_SET));
    while (gzgets(file, line, sizeof line))
        printf("then: %s", line);
    state("at the end", file);
    SHOW(gzrewind(file));
    SHOW(gzread(file, piece, 3));
    SHOW(gzputs(file, "no"));
    state("after a wrong call", file);
    gzclearerr(file);
    state("cleared", file);
    SHOW(gzclose_r(file));
    return 0;
}
