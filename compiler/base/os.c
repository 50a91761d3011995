#define _GNU_SOURCE
#include "base/os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_NAMES = 256 }; /* tried for a temporary file */

static struct str read_all(struct arena *a, int fd, size_t expected, size_t limit,
                           const char **error) {
    size_t cap = expected + 1, len = 0;
    char *bytes = arena_alloc(a, cap, 1);
    for (;;) {
        ssize_t n = read(fd, bytes + len, cap - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            *error = strerror(errno);
            return STR_NIL;
        }
        if (n == 0)
            return (struct str){bytes, len};
        len += (size_t)n;
        if (len > limit) {
            *error = "larger than apic takes";
            return STR_NIL;
        }
        if (len == cap) {
            bytes = arena_grow(a, bytes, cap, cap * 2, 1);
            cap *= 2;
        }
    }
}

/* Opens without waiting, so that a device can't hang a build; but a pipe is waited for, since one
   that nobody writes to yet would read as empty. */
static int open_to_read(const char *path) {
    struct stat st;
    bool pipe = stat(path, &st) == 0 && S_ISFIFO(st.st_mode);
    return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (pipe ? 0 : O_NONBLOCK));
}

struct str os_read(struct arena *a, struct str path, size_t limit, const char **error) {
    *error = NULL;
    if (str_is(path, "-"))
        return read_all(a, STDIN_FILENO, 4096, limit, error);
    int fd = open_to_read(str_cstr(a, path));
    if (fd < 0) {
        *error = strerror(errno);
        return STR_NIL;
    }
    struct stat st;
    struct str out = STR_NIL;
    if (fstat(fd, &st) != 0)
        *error = strerror(errno);
    else if (S_ISDIR(st.st_mode))
        *error = "is a directory";
    else if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode))
        *error = "isn't a regular file";
    else if ((uintmax_t)st.st_size > limit)
        *error = "larger than apic takes";
    else
        out = read_all(a, fd, S_ISREG(st.st_mode) ? (size_t)st.st_size : 4096, limit, error);
    close(fd);
    return out;
}

static const char *write_all(int fd, struct str bytes) {
    while (bytes.len) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return strerror(errno);
        bytes = str_slice(bytes, (size_t)n, bytes.len);
    }
    return NULL;
}

static const char *write_and_sync(int fd, struct str bytes) {
    const char *error = write_all(fd, bytes);
    return error || fsync(fd) == 0 ? error : strerror(errno);
}

const char *os_print(int stream, struct str bytes) {
    return write_all(stream, bytes);
}

/* Devices and pipes can't be renamed over: they are written as they are. */
static const char *write_in_place(const char *path, struct str bytes) {
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return strerror(errno);
    const char *error = write_all(fd, bytes); /* devices can't sync */
    if (close(fd) != 0 && !error)
        error = strerror(errno);
    return error;
}

/* What ends a program waits until the temporary file is gone: it would stay for ever. */
static void hold_signals(sigset_t *before) {
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGHUP);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, before);
}

/* A file in the folder of `to` that has no name yet, so that nothing stays of it when the program
   is killed; -1 where the file system has none. See open(2), O_TMPFILE. */
static int open_unnamed(struct arena *a, const char *to) {
    if (access("/proc/self/fd", X_OK) != 0) { /* by which it is named */
        errno = EOPNOTSUPP;
        return -1;
    }
    const char *slash = strrchr(to, '/');
    const char *folder = slash ? str_cstr(a, (struct str){to, (size_t)(slash - to) + 1}) : ".";
    return open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
}

/* Names it: at once as the target where that isn't there yet, else beside it, and then renames:
   only a kill between these two calls leaves a name behind. */
static const char *name_file(struct arena *a, int fd, const char *to) {
    const char *from = str_printf(a, "/proc/self/fd/%d", fd).ptr;
    const char *at = to;
    for (unsigned i = 0; linkat(AT_FDCWD, from, AT_FDCWD, at, AT_SYMLINK_FOLLOW) != 0; i++) {
        if (errno != EEXIST || i == MAX_NAMES)
            return strerror(errno);
        at = str_printf(a, "%s.%06x", to, ((unsigned)getpid() * MAX_NAMES + i) & 0xffffff).ptr;
    }
    if (at == to || rename(at, to) == 0)
        return NULL;
    const char *error = strerror(errno);
    unlink(at);
    return error;
}

/* The same with a file that has a name from the start. */
static const char *name_by_rename(int fd, char *temporary, const char *to, const char *error) {
    if (close(fd) != 0 && !error)
        error = strerror(errno);
    if (!error && rename(temporary, to) != 0)
        error = strerror(errno);
    if (error)
        unlink(temporary);
    return error;
}

static const char *replace_file(struct arena *a, const char *to, mode_t mode, struct str bytes) {
    char *temporary = NULL;
    int fd = open_unnamed(a, to);
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
        temporary = (char *)str_printf(a, "%s.XXXXXX", to).ptr;
        fd = mkostemp(temporary, O_CLOEXEC);
    }
    if (fd < 0)
        return strerror(errno);
    const char *error = fchmod(fd, mode) == 0 ? NULL : strerror(errno);
    if (!error)
        error = write_and_sync(fd, bytes);
    if (temporary)
        return name_by_rename(fd, temporary, to, error);
    if (!error)
        error = name_file(a, fd, to);
    close(fd);
    return error;
}

const char *os_write(struct arena *a, struct str path, struct str bytes) {
    struct str target = os_real_path(a, path);
    if (target.len == 0)
        target = path;
    const char *to = str_cstr(a, target);
    struct stat st;
    bool exists = stat(to, &st) == 0;
    if (exists && S_ISDIR(st.st_mode))
        return "is a directory";
    if (exists && !S_ISREG(st.st_mode))
        return write_in_place(to, bytes);
    if (exists && access(to, W_OK) != 0)
        return strerror(errno);
    mode_t mask = umask(0);
    umask(mask);
    sigset_t before;
    hold_signals(&before);
    const char *error = replace_file(a, to, exists ? st.st_mode & 07777 : 0666 & ~mask, bytes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

enum os_kind os_kind_of(struct arena *a, struct str path) {
    struct stat st;
    if (stat(str_cstr(a, path), &st) != 0)
        return OS_MISSING;
    return S_ISREG(st.st_mode) ? OS_FILE : S_ISDIR(st.st_mode) ? OS_DIRECTORY : OS_OTHER;
}

static int compare_names(const void *a, const void *b) {
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

const char *os_list(struct arena *a, struct str directory, struct str_list *out) {
    DIR *dir = opendir(str_cstr(a, directory));
    if (!dir)
        return strerror(errno);
    for (struct dirent *entry; (entry = readdir(dir));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            vec_push(a, &out->items, str_dup(a, str_from(entry->d_name)));
    closedir(dir);
    if (out->items.count)
        qsort(out->items.items, out->items.count, sizeof *out->items.items, compare_names);
    return NULL;
}

struct str os_real_path(struct arena *a, struct str path) {
    char *real = realpath(str_cstr(a, path), NULL);
    if (!real)
        return STR_NIL;
    struct str out = str_dup(a, str_from(real));
    free(real);
    return out;
}

struct str os_program_path(struct arena *a) {
    char path[PATH_MAX]; /* the link leads to no other */
    ssize_t n = readlink("/proc/self/exe", path, sizeof path);
    return n > 0 && n < PATH_MAX ? str_dup(a, (struct str){path, (size_t)n}) : STR_NIL;
}

bool os_lacked_memory(void) {
    static const intptr_t step = 1 << 20; /* more than malloc asks for at a time */
    return errno == ENOMEM && sbrk(step) != (void *)-1;
}
