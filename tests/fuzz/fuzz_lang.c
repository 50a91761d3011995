/* libFuzzer target: any bytes are parsed; what has no error is formatted, which must neither break
   it nor change when done again. `make fuzz-lang`. */
#include "base/buf.h"
#include "fuzz/fuzz.h"
#include "lang/dump.h"
#include "lang/lang.h"

static const struct tree *parse(struct arena *a, struct sources *sources, struct str text) {
    struct diags diags;
    sources_init(sources, a);
    diags_init(&diags, a, sources);
    const struct tree *t = lang_parse(a, &diags, sources, source_add(sources, STR("x.api"), text));
    fuzz_require(t->broken == diags_have_errors(&diags), "a broken tree without errors");
    diags_finish(&diags);
    return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a = {0};
    struct sources sources, again;
    const struct tree *t = parse(&a, &sources, (struct str){(const char *)data, size});
    struct buf dump;
    buf_init(&dump, &a, 0);
    tree_dump(&dump, t);
    struct str once = lang_format(&a, &sources, t);
    if (t->broken) {
        fuzz_require(once.len == 0, "the layout of a broken tree");
    } else {
        const struct tree *formatted = parse(&a, &again, once);
        fuzz_require(!formatted->broken, "formatting breaks it");
        fuzz_require(formatted->nodes.count == t->nodes.count, "formatting changes the tree");
        fuzz_require(str_eq(once, lang_format(&a, &again, formatted)),
                     "formatting again changes it");
    }
    arena_free(&a);
    return 0;
}
