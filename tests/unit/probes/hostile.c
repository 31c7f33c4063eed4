/* A probe that does what a broken library might do; its first argument says which. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

uint64_t tn_sum(uint64_t a, uint64_t b);
extern char **environ;

static const char *argument;

static void sums(void) { printf("%d\n", (int)tn_sum(20, 22)); }
static void hangs(void) { for (;;) pause(); }
static void spins(void) { for (volatile int n = 0;; n++) ; }
static void stops(void) { raise(SIGSTOP); }
static void forks(void) { for (;;) fork(); }
static void floods(void) { char page[65536]; memset(page, 'x', sizeof page); while (write(1, page, sizeof page) > 0) ; hangs(); }
static void floods_regardless(void) { signal(SIGXFSZ, SIG_IGN); floods(); }
static void fills(void) {
    for (int n = 0;; n++) {
        char name[20];
        snprintf(name, sizeof name, "%d", n);
        close(open(name, O_CREAT | O_WRONLY, 0644));
    }
}
static void digs(void) { for (int n = 0; n < 3000; n++) { mkdir("deeper", 0755); if (chdir("deeper")) break; } }
static void crashes(void) { *(volatile int *)0 = 1; }
static void aborts(void) { abort(); }
static void kills_all(void) { kill(-1, SIGKILL); puts("alive"); }
static void kills_parent(void) {
    kill(getppid(), SIGKILL);
    kill(-getpgid(getppid()), SIGKILL);
    usleep(200000);
    puts("alive");
}
static void lingers(void) { if (fork() == 0) { setsid(); if (fork() == 0) { close(1); close(2); sleep(600); } _exit(0); } wait(NULL); }
static void tells_time(void) { printf("%ld\n", (long)time(NULL)); }
static void tells_date(void) { time_t now = time(NULL); struct tm day = *gmtime(&now); printf("%d-%d\n", day.tm_year, day.tm_yday); }
static void tells_chance(void) { unsigned n; getrandom(&n, sizeof n, 0); printf("a line before it\n%u\n", n); }
static void tells_pid(void) { printf("%d\n", getpid()); }
static void tells_stack(void) { int here; printf("%p\n", (void *)&here); }
static void tells_heap(void) { printf("%p\n", malloc(10)); }
static void tells_fresh_memory(void) { unsigned char *fresh = malloc(4000); for (int n = 3000; n < 3010; n++) printf("%d ", fresh[n]); }
static void tells_environment(void) { for (char **each = environ; *each; each++) puts(*each); }
static void tells_folder(void) { puts(getcwd(NULL, 0)); }
static void tells_cpus(void) { cpu_set_t set; sched_getaffinity(0, sizeof set, &set); printf("%d\n", CPU_COUNT(&set)); }
static void writes_outside(void) {
    int file = open(argument, O_CREAT | O_WRONLY, 0644);
    puts(file < 0 ? "refused" : "written");
}
static void connects(void) {
    int any = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons(atoi(argument)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    puts(connect(any, (void *)&there, sizeof there) < 0 ? "refused" : "connected");
}
static void talks_to_itself(void) {
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof here;
    if (bind(listener, (void *)&here, length) || listen(listener, 1) || getsockname(listener, (void *)&here, &length)) abort();
    puts(connect(socket(AF_INET, SOCK_STREAM, 0), (void *)&here, length) ? "refused" : "connected");
}
static void leaves(void) {
    symlink("/etc/passwd", "passwd");
    mkfifo("pipe", 0644);
    mkdir("empty", 0755);
    mkdir("locked", 0755);
    int file = open("locked/secret", O_CREAT | O_WRONLY, 0644);
    write(file, "hidden\n", 7);
    fchmod(file, 0);
    chmod("locked", 0);
    unlink("given");
    FILE *kept = fopen("kept", "r");
    char text[20];
    fputs(fgets(text, sizeof text, kept), stdout);
}
static void tells_group(void) { printf("%d %d %d %d\n", getpgrp() == getpid(), getsid(0) == getpid(), fcntl(3, F_GETFD), fcntl(4, F_GETFD)); }
static void copies(void) { char piece[4096]; ssize_t n; while ((n = read(0, piece, sizeof piece)) > 0) write(1, piece, n); }
static void eats_memory(void) { for (size_t n = 0;; n++) { char *p = malloc(1 << 24); if (!p) { puts("refused"); return; } memset(p, 1, 1 << 24); } }
static void fails(void) { fputs("cannot do it\n", stderr); exit(7); }

#define CASE(name) {#name, name}
static const struct { const char *name; void (*run)(void); } CASES[] = {
    CASE(sums), CASE(hangs), CASE(spins), CASE(stops), CASE(forks), CASE(floods), CASE(floods_regardless), CASE(fills), CASE(digs),
    CASE(crashes), CASE(aborts), CASE(kills_all), CASE(kills_parent), CASE(lingers), CASE(tells_time), CASE(tells_date),
    CASE(tells_chance), CASE(tells_pid), CASE(tells_stack), CASE(tells_heap), CASE(tells_fresh_memory), CASE(tells_environment),
    CASE(tells_folder), CASE(tells_cpus), CASE(writes_outside), CASE(connects), CASE(talks_to_itself), CASE(leaves),
    CASE(tells_group), CASE(copies), CASE(eats_memory), CASE(fails),
};

int main(int count, char **arguments) {
    argument = count > 2 ? arguments[2] : "";
    for (size_t n = 0; n < sizeof CASES / sizeof *CASES; n++) {
        if (!strcmp(CASES[n].name, arguments[1])) {
            CASES[n].run();
            return 0;
        }
    }
    return 99;
}
