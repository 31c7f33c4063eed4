/* The whole of standard input. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned char *read_all(size_t *length) {
    size_t room = 1 << 20;
    unsigned char *bytes = malloc(room);
    *length = fread(bytes, 1, room, stdin);
    return bytes;
}
