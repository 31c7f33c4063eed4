/* gzip_files MODE: writes a gzip file through the functions for files, and reads it again in every way there is. */
#include "whole.h"
#include <fcntl.h>
#include <zlib.h>

static void state(const char *what, gzFile file) {
    int code;
    const char *words = gzerror(file, &code);
    printf("%s: tell %ld, end %d, direct %d, error %d '%s'\n", what, (long)gztell(file), gzeof(file), gzdirect(file), code, words);
}

int main(int count, char **words) {
    size_t length;
    unsigned char *input = read_all(&length);
    char line[80], piece[1000];
    gzFile file = gzopen("out.gz", words[1]);
    if (!file) {
        puts("gzopen refused");
        return 1;
    }
    printf("gzbuffer %d\n", gzbuffer(file, 4096));
    printf("gzwrite %d\n", gzwrite(file, input, (unsigned)length));
    printf("gzputs %d, gzputc %d, gzprintf %d\n", gzputs(file, "a line\n"), gzputc(file, 'x'), gzprintf(file, "%d %s %5.2f\n", 42, "words", 1.5));
    printf("gzfwrite %zu, gzflush %d, gzseek %ld\n", gzfwrite("abcd", 2, 2, file), gzflush(file, Z_SYNC_FLUSH), (long)gzseek(file, 10, SEEK_CUR));
    if (!strchr(words[1], 'T')) /* Up to 1.3 it looks at a compressor that a transparent file does not have. */
        printf("gzsetparams %d\n", gzsetparams(file, 1, Z_HUFFMAN_ONLY));
    printf("gzputs %d\n", gzputs(file, "the end"));
    state("written", file);
    printf("gzread from a file for writing %d\n", gzread(file, piece, 1));
    printf("gzclose %d\n", gzclose(file));

    file = gzopen("out.gz", "rb");
    printf("gzgets '%s'\n", gzgets(file, line, sizeof line) ? line : "nothing");
    printf("gzgetc %d, gzungetc %d, gzgetc %d\n", gzgetc(file), gzungetc('Q', file), gzgetc(file));
    printf("gzread %d, gzfread %zu\n", gzread(file, piece, 100), gzfread(piece, 10, 5, file));
    state("read", file);
    printf("gzseek %ld\n", (long)gzseek(file, (long)length, SEEK_SET));
    while (gzgets(file, line, sizeof line)) {
        fputs("then: ", stdout);
        for (char *at = line; *at; at++)
            putchar(*at);
    }
    state("at the end", file);
    printf("gzrewind %d, gzread %d, gzputs %d\n", gzrewind(file), gzread(file, piece, 3), gzputs(file, "no"));
    state("after a wrong call", file);
    gzclearerr(file);
    state("cleared", file);
    printf("gzclose_r %d\n", gzclose_r(file));
    return 0;
}
