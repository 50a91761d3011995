/* YAML as a person would write it: block style, short tags, quotes only where a reader would
   misread. A list that is an intrinsic's argument stands on one line where it is short. */
#include "emit/print.h"

enum {
    LINE_WIDTH = 80,       /* columns that `!If [a, b, c]` may reach */
    KEY_LENGTH_MAX = 1000, /* bytes of a key before ':' (YAML: 1024); longer ones take '? ' */
    FLOW_LINES_MAX = 4     /* bytes of a text with newlines that is written as "\n" in a list */
};

/* What stands on the line already. */
enum where { AT_MARGIN, AFTER_KEY, AFTER_DASH };

struct yaml {
    struct buf *out;
    struct values scratch; /* for the arguments of intrinsics */
    bool kept;             /* the last text ends in blank lines that count */
};

static void print(struct yaml *y, const struct value *x, int indent, enum where where);

static void print_lead(struct yaml *y, enum where where) {
    if (where != AT_MARGIN)
        buf_char(y->out, ' ');
}

/* The start of entry i of a map or list whose entries stand at column `at`. */
static void print_entry(struct yaml *y, uint32_t i, int at, bool first_inline, enum where where) {
    if (i == 0 && first_inline)
        print_lead(y, where);
    else {
        if (i == 0)
            buf_char(y->out, '\n');
        buf_repeat(y->out, ' ', (size_t)at);
    }
}

static void print_key(struct yaml *y, struct str key, int at) {
    size_t from = y->out->len;
    enum scalar_style style = scalar_style(key, false);
    scalar_print(y->out, key, style);
    if (y->out->len - from > KEY_LENGTH_MAX) {
        y->out->len = from;
        buf_c(y->out, "? ");
        scalar_print(y->out, key, style);
        buf_char(y->out, '\n');
        buf_repeat(y->out, ' ', (size_t)at);
    }
    buf_char(y->out, ':');
}

static void print_block(struct yaml *y, struct str s, int indent) {
    size_t end = s.len;
    while (s.ptr[end - 1] == '\n')
        end--;
    buf_char(y->out, '|');
    if (s.ptr[0] == ' ' || s.ptr[0] == '\n' || s.ptr[0] == '\t')
        buf_char(y->out, '2');
    y->kept = s.len - end > 1;
    buf_c(y->out, end == s.len ? "-" : y->kept ? "+" : "");
    for (size_t i = 0; i < s.len;) {
        size_t line_end = str_find_char(s, '\n', i);
        buf_char(y->out, '\n');
        if (line_end > i) {
            buf_repeat(y->out, ' ', (size_t)indent + 2);
            buf_str(y->out, str_slice(s, i, line_end));
        }
        i = line_end + 1;
    }
    buf_char(y->out, '\n');
}

static void print_string(struct yaml *y, struct str s, int indent) {
    y->kept = false;
    enum scalar_style style = scalar_style(s, false);
    if (indent >= 0 && style == SCALAR_BLOCK) {
        print_block(y, s, indent);
        return;
    }
    scalar_print(y->out, s, style);
    buf_char(y->out, '\n');
}

/* Scalars but strings. */
static void print_word(struct yaml *y, const struct value *x) {
    y->kept = false;
    if (x->kind == VAL_BOOL)
        buf_c(y->out, x->truth ? "true" : "false");
    else if (x->kind == VAL_NUMBER && str_is_json_number(x->text))
        number_print(y->out, x->text);
    else if (x->kind == VAL_NUMBER)
        scalar_print(y->out, x->text, scalar_style(x->text, false));
    else
        buf_c(y->out, "null");
}

static void print_map(struct yaml *y, const struct value *x, int at, bool first_inline,
                      enum where where) {
    for (uint32_t i = 0; i < x->count; i++) {
        print_entry(y, i, at, first_inline, where);
        print_key(y, x->members[i].key, at);
        print(y, x->members[i].value, at, AFTER_KEY);
    }
}

static void print_list(struct yaml *y, const struct value *x, int at, bool first_inline,
                       enum where where) {
    for (uint32_t i = 0; i < x->count; i++) {
        print_entry(y, i, at, first_inline, where);
        buf_char(y->out, '-');
        print(y, x->items[i], at, AFTER_DASH);
    }
}

/* The functions of rules have no short form in AWS's documents. */
static bool has_tag(enum value_kind kind) {
    return kind >= VAL_REF && kind <= VAL_CONDITION;
}

static bool getatt_has_dot_form(const struct value *x) {
    const struct value *attribute = value_at(x, 0);
    return x->text.len && !str_has(x->text, '.') && attribute->kind == VAL_STRING &&
           attribute->text.len;
}

/* The argument that a tag is put on; nil where one node would get two tags. */
static const struct value *tag_argument(struct yaml *y, const struct value *x) {
    if (!has_tag(x->kind))
        return &value_nil;
    if (x->kind == VAL_GETATT && value_at(x, 1)->kind == VAL_STRING)
        return &value_nil; /* the tag would make a pair of it */
    if (x->kind == VAL_GETATT && !value_at(x, 1)->kind && getatt_has_dot_form(x)) {
        struct str id = str_concat(y->out->arena, x->text, STR("."));
        return value_string(&y->scratch, str_concat(y->out->arena, id, x->items[0]->text));
    }
    const struct value *argument = value_argument(&y->scratch, x);
    bool plain_word = argument->kind == VAL_NULL || argument->kind == VAL_BOOL ||
                      argument->kind == VAL_NUMBER;
    return value_is_intrinsic(argument) || plain_word ? &value_nil : argument;
}

static bool flow_list(struct yaml *y, const struct value *list, int depth);

/* Prints what may stand between the brackets of a list on one line. */
static bool flow_item(struct yaml *y, const struct value *x, int depth) {
    switch (x->kind) {
    case VAL_STRING:
        scalar_print(y->out, x->text, scalar_style(x->text, true));
        return x->text.len <= FLOW_LINES_MAX || !str_has(x->text, '\n');
    case VAL_LIST:
        return depth > 0 && flow_list(y, x, depth - 1);
    case VAL_MAP:
        return false;
    case VAL_NIL:
    case VAL_NULL:
    case VAL_BOOL:
    case VAL_NUMBER:
        print_word(y, x);
        return true;
    default:
        break;
    }
    const struct value *argument = tag_argument(y, x);
    if (argument->kind != VAL_STRING && (argument->kind != VAL_LIST || depth == 0))
        return false;
    buf_char(y->out, '!');
    buf_str(y->out, value_intrinsic(x->kind)->tag);
    buf_char(y->out, ' ');
    return flow_item(y, argument, depth);
}

static bool flow_list(struct yaml *y, const struct value *list, int depth) {
    size_t from = y->out->len;
    buf_char(y->out, '[');
    for (uint32_t i = 0; i < list->count; i++) {
        buf_c(y->out, i ? ", " : "");
        if (!flow_item(y, list->items[i], depth) || y->out->len - from > LINE_WIDTH)
            return false;
    }
    buf_char(y->out, ']');
    return true;
}

static size_t column(const struct buf *b) {
    size_t at = b->len;
    while (at > 0 && b->ptr[at - 1] != '\n')
        at--;
    return b->len - at;
}

static bool print_flow_list(struct yaml *y, const struct value *list) {
    size_t from = y->out->len;
    buf_char(y->out, ' ');
    if (flow_list(y, list, 1) && (list->count == 0 || column(y->out) <= LINE_WIDTH)) {
        buf_char(y->out, '\n');
        y->kept = false;
        return true;
    }
    y->out->len = from;
    return false;
}

static void print_tagged(struct yaml *y, const struct value *x, const struct value *argument,
                         int indent, enum where where) {
    int at = indent + 2;
    print_lead(y, where);
    buf_char(y->out, '!');
    buf_str(y->out, value_intrinsic(x->kind)->tag);
    if (argument->kind == VAL_LIST && print_flow_list(y, argument))
        return;
    if (argument->kind == VAL_LIST)
        print_list(y, argument, at, false, where);
    else if (argument->kind == VAL_MAP && argument->count)
        print_map(y, argument, at, false, where);
    else
        print(y, argument, indent, AFTER_KEY);
}

static void print_intrinsic(struct yaml *y, const struct value *x, int indent, enum where where) {
    const struct value *argument = tag_argument(y, x);
    if (argument->kind != VAL_NIL) {
        print_tagged(y, x, argument, indent, where);
        return;
    }
    print_entry(y, 0, indent + 2, where != AFTER_KEY, where);
    print_key(y, x->kind == VAL_FN ? x->text : value_intrinsic(x->kind)->name, indent + 2);
    print(y, value_argument(&y->scratch, x), indent + 2, AFTER_KEY);
}

/* Entries of x go two columns right of `indent`, the column of the key or dash before it (-2 at
   the margin). */
static void print(struct yaml *y, const struct value *x, int indent, enum where where) {
    bool first_inline = where != AFTER_KEY;
    if (value_is_intrinsic(x)) {
        print_intrinsic(y, x, indent, where);
    } else if (x->kind == VAL_MAP && x->count) {
        print_map(y, x, indent + 2, first_inline, where);
    } else if (x->kind == VAL_LIST && x->count) {
        print_list(y, x, indent + 2, first_inline, where);
    } else {
        print_lead(y, where);
        if (x->kind == VAL_STRING) {
            print_string(y, x->text, indent);
            return;
        }
        y->kept = false;
        if (x->kind == VAL_MAP || x->kind == VAL_LIST)
            buf_c(y->out, x->kind == VAL_MAP ? "{}" : "[]");
        else
            print_word(y, x);
        buf_char(y->out, '\n');
    }
}

void yaml_print(struct buf *out, const struct value *x, bool sections) {
    struct yaml y = {.out = out, .scratch = {.arena = out->arena}};
    if (!sections || x->kind != VAL_MAP || !x->count) {
        print(&y, x, -2, AT_MARGIN);
        return;
    }
    for (uint32_t i = 0; i < x->count; i++) {
        const struct value *section = x->members[i].value;
        bool apart = i > 0 && !y.kept &&
                     (section->kind == VAL_MAP || x->members[i - 1].value->kind == VAL_MAP);
        buf_c(out, apart ? "\n" : "");
        print_key(&y, x->members[i].key, 0);
        print(&y, section, 0, AFTER_KEY);
    }
}
