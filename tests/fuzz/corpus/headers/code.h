
typedef unsigned int u32; typedef struct node node; enum level { LOW, HIGH = 9 };
union word { u32 i; float f; };
struct node { node *next; u32 flags : 3, rest : 29; char name[8]; union word w; enum level l; struct { short a, b; }; };
typedef int (*visit)(const node *, void *);
_Thread_local int here; const char tag[4] = "abc"; int counter; static long hidden_state = 5;
int walk(node *first, visit f, double scale) { counter += here; return f(first, (void *)&hidden_state) + (int)scale; }
const node *find(const node *const *all, unsigned long count, ...) { return all[count - 1]; }
