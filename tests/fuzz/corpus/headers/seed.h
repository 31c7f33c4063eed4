
#ifndef SEED_H
#define SEED_H
#include <stdint.h>
#include <stddef.h>
#define SEED_VERSION 0x10203
#define SEED_MAX(a, b) ((a) > (b) ? (a) : (b))
#define SEED_NAME "seed" "ling"
#ifdef __cplusplus
extern "C" {
#endif
typedef enum { SEED_LOW = -1, SEED_HIGH = SEED_VERSION << 2 } seed_level;
typedef struct seed_node { struct seed_node *next; uint32_t flags : 3; char name[8]; union { int i; double d; } u; seed_level level; } seed_node;
typedef int (*seed_visit)(const seed_node *node, void *with);
typedef struct seed_hidden seed_hidden;
extern const int seed_table[4];
__attribute__((visibility("default"))) int seed_walk(seed_node *first, seed_visit visit, size_t count, ...);
seed_hidden *seed_open(const char *path) __attribute__((deprecated));
#ifdef __cplusplus
}
#endif
#endif
