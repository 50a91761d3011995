/* The operating system, as far as apic uses it. */
#ifndef BASE_OS_H
#define BASE_OS_H

#include "base/str.h"
#include "base/vec.h"

struct str_list {
    VEC(struct str) items;
};

enum os_kind { OS_MISSING, OS_FILE, OS_DIRECTORY, OS_OTHER };

/* Reads a whole regular file ("-": standard input) of at most limit bytes. On failure *error says
   why in a few words and the result is nil. */
struct str os_read(struct arena *a, struct str path, size_t limit, const char **error);
/* Replaces the file at path by bytes, atomically: an unnamed file in its folder, fsync, a name,
   rename (a named file beside it where the file system has no unnamed ones).
   Returns NULL, or why not; then nothing of the target was touched. */
const char *os_write(struct arena *a, struct str path, struct str bytes);
/* Writes to standard output (1) or standard error (2). NULL, or why not. */
const char *os_print(int stream, struct str bytes);
enum os_kind os_kind_of(struct arena *a, struct str path);
/* Names in a directory, sorted by bytes, without "." and "..". NULL, or why not. */
const char *os_list(struct arena *a, struct str directory, struct str_list *out);
/* The path without symbolic links and dots; nil when it doesn't exist. */
struct str os_real_path(struct arena *a, struct str path);
/* Where the running program lies; nil when the system doesn't say. */
struct str os_program_path(struct arena *a);

/* Whether errno, set to 0 before, says that an allocation failed. glibc's malloc leaves ENOMEM
   there also when the heap's break can't grow: it then takes the memory elsewhere, and succeeds. */
bool os_lacked_memory(void);

#endif
