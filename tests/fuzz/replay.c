/* Sends files through a fuzz target without libFuzzer: replay NAME FILE... Each is tried in a
   process of its own, so that one that crashes, or takes longer than SECONDS, is counted and named,
   and the others are tried all the same. */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz/fuzz.h"

enum { SECONDS = 60, LARGEST = 1 << 20 };

static void try(const char *path) {
    static uint8_t bytes[LARGEST];
    FILE *f = fopen(path, "rb");
    if (!f) {
        perror(path);
        exit(1);
    }
    size_t size = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    uint8_t *exact = malloc(size ? size : 1); /* so that a sanitizer sees what reads beyond it */
    if (!exact)
        abort();
    memcpy(exact, bytes, size);
    alarm(SECONDS);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    exit(0);
}

int main(int argc, char **argv) {
    unsigned passed = 0, failed = 0;
    for (int i = 2; i < argc; i++) {
        int status;
        fflush(NULL);
        pid_t child = fork();
        if (child == 0)
            try(argv[i]);
        if (child < 0 || waitpid(child, &status, 0) != child) {
            perror("replay");
            return 1;
        }
        if (status == 0) {
            passed++;
            continue;
        }
        failed++;
        if (WIFSIGNALED(status))
            printf("  FAILED: %s: %s\n", argv[i],
                   WTERMSIG(status) == SIGALRM ? "does not end" : strsignal(WTERMSIG(status)));
        else
            printf("  FAILED: %s: status %d\n", argv[i], WEXITSTATUS(status));
    }
    printf("fuzz-%s: %u passed, %u failed\n", argc > 1 ? argv[1] : "", passed, failed);
    return failed ? 1 : 0;
}
