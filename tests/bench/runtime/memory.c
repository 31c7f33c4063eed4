/* What this machine's memory gives, whoever asks: the fastest of plain loops and of stores past the caches. */
#include <immintrin.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

typedef struct { float *y; const float *a, *b; size_t count; int kind; float sum; } Part;

static void copy(Part *p) { for (size_t i = 0; i < p->count; i++) p->y[i] = p->a[i]; }
static void triad(Part *p) { for (size_t i = 0; i < p->count; i++) p->y[i] = p->a[i] + p->b[i]; }

#ifdef __AVX512F__
#define WIDE 16
typedef __m512 Wide;
#define LOAD _mm512_loadu_ps
#define STREAM _mm512_stream_ps
#define PLUS _mm512_add_ps
#define ZERO _mm512_setzero_ps()
#else
#define WIDE 8
typedef __m256 Wide;
#define LOAD _mm256_loadu_ps
#define STREAM _mm256_stream_ps
#define PLUS _mm256_add_ps
#define ZERO _mm256_setzero_ps()
#endif

static void copy_past(Part *p) { for (size_t i = 0; i + WIDE <= p->count; i += WIDE) STREAM(p->y + i, LOAD(p->a + i)); _mm_sfence(); }
static void triad_past(Part *p) { for (size_t i = 0; i + WIDE <= p->count; i += WIDE) STREAM(p->y + i, PLUS(LOAD(p->a + i), LOAD(p->b + i))); _mm_sfence(); }

static void read_all(Part *p) {
    Wide lanes[8] = {ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO};
    for (size_t i = 0; i + 8 * WIDE <= p->count; i += 8 * WIDE)
        for (int lane = 0; lane < 8; lane++) lanes[lane] = PLUS(lanes[lane], LOAD(p->a + i + (size_t)lane * WIDE));
    float out[WIDE];
    for (int lane = 1; lane < 8; lane++) lanes[0] = PLUS(lanes[0], lanes[lane]);
    __builtin_memcpy(out, &lanes[0], sizeof out);
    p->sum = out[0];
}

static void *run(void *argument) {
    static void (*const kinds[])(Part *) = {copy, copy_past, triad, triad_past, read_all};
    Part *part = argument;
    kinds[part->kind](part);
    return NULL;
}

/* kind: 0 copy, 1 copy past the caches, 2 a + b, 3 a + b past the caches, 4 read. Arrays are aligned to 64 bytes. */
float touch(int kind, float *y, const float *a, const float *b, size_t count, int threads) {
    Part parts[64];
    pthread_t others[64];
    size_t each = (count / (size_t)threads) & ~(size_t)1023;
    for (int i = 0; i < threads; i++) {
        size_t begin = (size_t)i * each, n = i + 1 == threads ? count - begin : each;
        parts[i] = (Part){y ? y + begin : y, a + begin, b ? b + begin : b, n, kind, 0};
        if (i > 0) pthread_create(&others[i], NULL, run, &parts[i]);
    }
    run(&parts[0]);
    for (int i = 1; i < threads; i++) pthread_join(others[i], NULL);
    return parts[0].sum;
}
