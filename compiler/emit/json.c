/* JSON: long intrinsics, two blanks a level, UTF-8 kept. */
#include "emit/print.h"

struct json {
    struct buf *out;
    struct values scratch; /* for the arguments of intrinsics */
};

static void print(struct json *j, const struct value *x, unsigned depth);

static void print_string(struct json *j, struct str s) {
    buf_char(j->out, '"');
    scalar_print_escaped(j->out, s, false);
    buf_char(j->out, '"');
}

static void print_break(struct json *j, unsigned depth) {
    buf_char(j->out, '\n');
    buf_repeat(j->out, ' ', depth * 2);
}

static void print_member(struct json *j, struct str key, const struct value *x, unsigned depth) {
    print_break(j, depth);
    print_string(j, key);
    buf_c(j->out, ": ");
    print(j, x, depth);
}

static void print_map(struct json *j, const struct value *x, unsigned depth) {
    buf_char(j->out, '{');
    for (uint32_t i = 0; i < x->count; i++) {
        buf_c(j->out, i ? "," : "");
        print_member(j, x->members[i].key, x->members[i].value, depth + 1);
    }
    if (x->count)
        print_break(j, depth);
    buf_char(j->out, '}');
}

static void print_list(struct json *j, const struct value *x, unsigned depth) {
    buf_char(j->out, '[');
    for (uint32_t i = 0; i < x->count; i++) {
        buf_c(j->out, i ? "," : "");
        print_break(j, depth + 1);
        print(j, x->items[i], depth + 1);
    }
    if (x->count)
        print_break(j, depth);
    buf_char(j->out, ']');
}

static void print_intrinsic(struct json *j, const struct value *x, unsigned depth) {
    struct str name = x->kind == VAL_FN ? x->text : value_intrinsic(x->kind)->name;
    buf_char(j->out, '{');
    print_member(j, name, value_argument(&j->scratch, x), depth + 1);
    print_break(j, depth);
    buf_char(j->out, '}');
}

static void print(struct json *j, const struct value *x, unsigned depth) {
    switch (x->kind) {
    case VAL_BOOL:
        buf_c(j->out, x->truth ? "true" : "false");
        break;
    case VAL_NUMBER:
        if (str_is_json_number(x->text))
            buf_str(j->out, x->text);
        else
            print_string(j, x->text);
        break;
    case VAL_STRING:
        print_string(j, x->text);
        break;
    case VAL_LIST:
        print_list(j, x, depth);
        break;
    case VAL_MAP:
        print_map(j, x, depth);
        break;
    default:
        if (value_is_intrinsic(x))
            print_intrinsic(j, x, depth);
        else
            buf_c(j->out, "null");
    }
}

void json_print(struct buf *out, const struct value *x) {
    struct json j = {.out = out, .scratch = {.arena = out->arena}};
    print(&j, x, 0);
    buf_char(out, '\n');
}
