/* Reads one pattern a line; says for each "ok" or why pcre2 refuses it. The options are those of
   compiler/schema/pattern.c. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <string.h>

int main(void) {
    static char line[1 << 20];
    while (fgets(line, sizeof line, stdin)) {
        size_t size = strcspn(line, "\n");
        int code;
        PCRE2_SIZE at;
        pcre2_code *re = pcre2_compile((PCRE2_SPTR)line, size,
                                       PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C,
                                       &code, &at, NULL);
        if (re) {
            puts("ok");
            pcre2_code_free(re);
        } else {
            PCRE2_UCHAR text[256];
            pcre2_get_error_message(code, text, sizeof text);
            printf("%s at %zu\n", (char *)text, (size_t)at);
        }
    }
    return 0;
}
