/* One of everything that a step can be made on. */
#ifndef EVERYTHING_H
#define EVERYTHING_H
#include <stdint.h>

#define EVERY_MODE 4
#define EVERY_DEPTH 7
#define EVERY_NAME "everything"

typedef uint32_t every_count;
typedef int every_code;
typedef struct every_inside every_inside;

enum every_color { EVERY_RED, EVERY_GREEN = 3, EVERY_BLUE };
enum every_shape { EVERY_ROUND, EVERY_FLAT, EVERY_SHAPE_COUNT };
enum every_way { EVERY_FIRST, EVERY_SECOND, EVERY_DEFAULT = EVERY_FIRST, EVERY_NOWHERE = -1 };
enum { EVERY_LIMIT = 12, EVERY_OTHER_LIMIT = 90 };
#define EVERY_OLD_MODE EVERY_MODE
#define EVERY_BOTH (EVERY_MODE | (1 << 9))
#define EVERY_VERSION 3

typedef union every_value {
    int number;
    double real;
    char text[12];
} every_value;

struct every_point {
    short x;
    int y;
};

struct every_flags {
    unsigned first : 3;
    unsigned second : 5;
    signed third : 4;
    int after;
};

struct every_item {
    char kind;
    int32_t count;
    struct every_point at;
    struct every_flags flags;
    every_value value;
    long numbers[4];
    double weight;
    const char *name;
    uint32_t reserved;
    int (*compare)(const void *left, int32_t limit);
    struct every_item *next;
};

struct every_parts {
    struct { int low; char high; } range;
    union { int number; float real; } either[2];
    unsigned narrow : 3;
    unsigned : 5;
    unsigned wide : 20;
    unsigned : 0;
    unsigned last : 2;
    struct { short deep; struct { char deeper; } more; } *hidden;
    const int fixed;
    union { int one; float two; };
};

struct every_lone {
    int a;
    char b;
    long c;
};

every_inside *every_open(const char *name, enum every_color color);
void every_close(every_inside *inside);
int every_push(every_inside *inside, const struct every_item *item, every_count count);
int every_pull(every_inside *inside, struct every_item *out_item);
struct every_point every_middle(struct every_point a, struct every_point b);
double every_scale(double by, float more, int8_t steps, uint16_t more_steps);
void every_each(every_inside *inside, int (*visit)(int index, double weight), void *context);
every_code every_shape_of(every_inside *inside, enum every_shape shape, int *out_count, long **out_rows);
long every_print(const char *form, ...);
uint64_t every_many(int a, int b, int c, int d, int e, int f, int g, long h);

char *every_text(const char *name, char *into);
const struct every_point *every_origin(struct every_point *move);
void every_parts_of(struct every_parts *parts, enum every_way way, void **out_data);
void every_start(void (*begin)(void));
static inline int every_twice(int value) { return 2 * value; }

extern _Thread_local int every_error;
extern int every_level;
extern int every_table[3];
extern const int every_limit;
extern double every_ratio;
#endif
