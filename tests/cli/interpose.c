/* Loaded before a program (LD_PRELOAD), it makes one call fail, or kills the process there:

     INTERPOSE=malloc N    the Nth allocation gets nothing
     INTERPOSE=memory N    nor does any after it, but in what was freed last
     INTERPOSE=file N      the Nth call that touches a file fails as on a full disk
     INTERPOSE=SIGNAL N    the Nth such call, or write to standard output or error, is preceded by
   that signal

   With INTERPOSE_COUNT=FILE it writes there, at the end, how many such calls there were, and how many
   unnamed files. With INTERPOSE_NAMED set no file system has unnamed files. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void __libc_free(void *old);

static long allocations, calls, unnamed;
static enum { UNREAD, NOTHING, MALLOC, MEMORY, FILES, SIGNAL } mode;
static long wanted;
static size_t spare; /* bytes of what was freed last */
static int deadly;

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("INTERPOSE");
    char word[16] = "";
    mode = NOTHING;
    if (!text || sscanf(text, "%15s %ld", word, &wanted) != 2)
        return;
    deadly = strcmp(word, "KILL") == 0 ? SIGKILL : strcmp(word, "INT") == 0 ? SIGINT : SIGTERM;
    mode = strcmp(word, "malloc") == 0   ? MALLOC
           : strcmp(word, "memory") == 0 ? MEMORY
           : strcmp(word, "file") == 0   ? FILES
                                         : SIGNAL;
    allocations = calls = 0;
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("INTERPOSE_COUNT");
    long seen_allocations = allocations, seen_calls = calls;
    mode = NOTHING;
    FILE *f = path ? fopen(path, "w") : NULL;
    if (f) {
        fprintf(f, "%ld %ld %ld\n", seen_allocations, seen_calls, unnamed);
        fclose(f);
    }
}

static bool starved(size_t size) {
    long now = __atomic_add_fetch(&allocations, 1, __ATOMIC_RELAXED);
    bool fits = size + 16 <= spare;
    spare -= fits ? size + 16 : 0;
    bool fails = (mode == MALLOC && now == wanted) || (mode == MEMORY && now >= wanted && !fits);
    if (fails)
        errno = ENOMEM;
    return fails;
}

void *malloc(size_t size) {
    return starved(size) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    return starved(count * size) ? NULL : __libc_calloc(count, size);
}

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    return starved(size) ? MAP_FAILED
                         : (void *)syscall(SYS_mmap, at, size, protection, flags, fd, offset);
}

void *realloc(void *old, size_t size) {
    return starved(size) ? NULL : __libc_realloc(old, size);
}

void free(void *old) {
    if (old)
        spare = malloc_usable_size(old);
    __libc_free(old);
}

/* Whether the call has to fail; it may also not come back. */
static bool strikes(bool can_fail) {
    if (!can_fail && mode != SIGNAL)
        return false;
    if (__atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED) != wanted)
        return false;
    if (mode == SIGNAL)
        raise(deadly);
    errno = ENOSPC;
    return mode == FILES;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t size) {
    return strikes(fd > 2) ? -1 : REAL(write)(fd, bytes, size);
}

int fsync(int fd) {
    return strikes(true) ? -1 : REAL(fsync)(fd);
}

int fchmod(int fd, mode_t mode_bits) {
    return strikes(true) ? -1 : REAL(fchmod)(fd, mode_bits);
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t bits = flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    bool nameless = (flags & O_TMPFILE) == O_TMPFILE;
    if (nameless && getenv("INTERPOSE_NAMED")) {
        errno = EOPNOTSUPP;
        return -1;
    }
    if (nameless && strikes(true))
        return -1;
    int fd = REAL(open)(path, flags, bits);
    unnamed += nameless && fd >= 0;
    return fd;
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
    return strikes(true) ? -1 : REAL(linkat)(from_folder, from, to_folder, to, flags);
}

int mkostemp(char *template, int flags) {
    return strikes(true) ? -1 : REAL(mkostemp)(template, flags);
}

int rename(const char *from, const char *to) {
    return strikes(true) ? -1 : REAL(rename)(from, to);
}

int unlink(const char *path) {
    return strikes(false) ? -1 : REAL(unlink)(path);
}
