#include "lang/compile.h"

#include "base/limits.h"
#include "base/os.h"
#include "base/path.h"
#include "schema/pattern.h"

struct call {
    struct scope *s;
    const struct node *node;
    struct value *args[10];
    unsigned count;
};

struct builtin {
    const char *name;
    unsigned least, most;
    const char *signature, *doc;
    struct value *(*run)(struct lang *l, struct call *c);
};

static struct value *wrong_argument(struct lang *l, struct call *c, unsigned i,
                                    const char *wanted) {
    diag_add(l->diags, RULE_VALUE_TYPE, c->args[i]->span, "'%.*s' takes %s here, found %s",
             STR_ARG(scope_node(c->s, c->node->value)->text), wanted, describe_value(c->args[i]));
    return value_error(l);
}

static bool known_text(struct lang *l, struct call *c, unsigned i, struct str *out) {
    *out = need_text(l, c->args[i], c->args[i]->span, "an argument");
    return out->ptr != NULL;
}

static struct value *call_join(struct lang *l, struct call *c) {
    struct value *list = c->args[1];
    if (list->kind == VAL_LIST && list->count > 64) { /* halves: a long text isn't copied for each item */
        struct value *halves[2] = {value_list(l->values), value_list(l->values)};
        for (uint32_t i = 0; i < list->count; i++)
            value_push(l->values, halves[i >= list->count / 2], list->items[i]);
        struct call left = *c, right = *c;
        left.args[1] = halves[0], right.args[1] = halves[1];
        struct value *a = call_join(l, &left), *b = call_join(l, &right);
        return is_error(a) ? a : is_error(b) ? b : concat(l, concat(l, a, c->args[0]), b);
    }
    struct value *out = value_c(l->values, "");
    if (list->kind != VAL_LIST)
        return value_is_intrinsic(list) ? value_call(l->values, VAL_JOIN, 2, c->args[0], list)
                                        : wrong_argument(l, c, 1, "a list");
    for (uint32_t i = 0; i < list->count; i++) {
        struct value *item = to_text(l, list->items[i], list->items[i]->span);
        if (is_error(item))
            return item;
        out = concat(l, i ? concat(l, out, c->args[0]) : out, item);
    }
    return out;
}

static struct value *call_split(struct lang *l, struct call *c) {
    struct str by = value_text(c->args[0]);
    if (c->args[1]->kind != VAL_STRING || by.len == 0)
        return value_call(l->values, VAL_SPLIT, 2, c->args[0], c->args[1]);
    struct value *out = value_list(l->values);
    struct str text = c->args[1]->text;
    for (size_t from = 0; from <= text.len;) {
        size_t at = str_find(text, by, from);
        value_push(l->values, out, value_string(l->values, str_slice(text, from, at)));
        from = at < text.len ? at + by.len : text.len + 1;
    }
    return out;
}

static struct value *call_select(struct lang *l, struct call *c) {
    return index_value(l, c->args[1], c->args[0], c->args[0]->span, false);
}

static struct value *call_cidr(struct lang *l, struct call *c) {
    return value_call(l->values, VAL_CIDR, 3, c->args[0], c->args[1], c->args[2]);
}

static struct value *call_azs(struct lang *l, struct call *c) {
    return value_call(l->values, VAL_GET_AZS, 1, c->count ? c->args[0] : value_c(l->values, ""));
}

static struct value *call_import(struct lang *l, struct call *c) {
    return value_call(l->values, VAL_IMPORT, 1, c->args[0]);
}

static struct value *call_base64(struct lang *l, struct call *c) {
    return value_call(l->values, VAL_BASE64, 1, c->args[0]);
}

static struct value *call_length(struct lang *l, struct call *c) {
    struct value *x = c->args[0];
    struct thing *t = thing_of(x);
    if (t && t->is_collection)
        return value_int(l->values, t->entries.count);
    if (x->kind == VAL_LIST || x->kind == VAL_MAP)
        return value_int(l->values, x->count);
    if (x->kind == VAL_STRING)
        return value_int(l->values, (int64_t)x->text.len);
    if (value_is_intrinsic(x)) {
        l->needs_extensions = true;
        return value_call(l->values, VAL_LENGTH, 1, x);
    }
    return wrong_argument(l, c, 0, "a list, map, collection or string");
}

/* JSON text in which deployed values stand as strings: they are names, ARNs and the like, which need
   no escapes. */
static struct value *json_text(struct lang *l, struct value *x) {
    if (value_is_known(x))
        return value_string(l->values, value_canonical(l->arena, x));
    if (x->kind != VAL_MAP && x->kind != VAL_LIST) {
        struct value *quote = value_c(l->values, "\"");
        return concat(l, concat(l, quote, x), quote);
    }
    bool map = x->kind == VAL_MAP;
    struct value *out = value_c(l->values, map ? "{" : "[");
    for (uint32_t i = 0; i < x->count; i++) {
        if (i)
            out = concat(l, out, value_c(l->values, ","));
        if (map) {
            struct value *key = value_string(l->values, x->members[i].key);
            struct str text = value_canonical(l->arena, key);
            out = concat(l, out, value_string(l->values, str_concat(l->arena, text, STR(":"))));
        }
        out = concat(l, out, json_text(l, map ? x->members[i].value : x->items[i]));
    }
    return concat(l, out, value_c(l->values, map ? "}" : "]"));
}

static struct value *call_json(struct lang *l, struct call *c) {
    struct value *x = finish_value(l, c->args[0], NULL);
    return is_error(x) ? x : json_text(l, x);
}

static struct value *call_cfn(struct lang *l, struct call *c) {
    struct str name;
    if (!known_text(l, c, 0, &name))
        return value_error(l);
    struct value *argument = c->count > 1 ? c->args[1] : value_c(l->values, "");
    struct value *x = value_from_function(l->values, name, finish_value(l, argument, NULL));
    if (x)
        return x;
    struct diag *d =
        diag_add(l->diags, RULE_VALUE_TYPE, c->args[0]->span,
                 "'%.*s' isn't an intrinsic function with this argument", STR_ARG(name));
    diag_help(l->diags, d, "name it in full, such as cfn(\"Fn::Select\", [0, list])");
    return value_error(l);
}

static struct value *call_ssm(struct lang *l, struct call *c) {
    struct value *x = value_c(l->values, "{{resolve:ssm:");
    for (unsigned i = 0; i < c->count; i++) {
        struct value *text = to_text(l, c->args[i], c->args[i]->span);
        if (is_error(text))
            return text;
        x = concat(l, i ? concat(l, x, value_c(l->values, ":")) : x, text);
    }
    return concat(l, x, value_c(l->values, "}}"));
}

static struct value *call_secret(struct lang *l, struct call *c) {
    struct str key = STR_NIL;
    struct value *id = to_text(l, c->args[0], c->args[0]->span);
    if (is_error(id) || (c->count > 1 && !known_text(l, c, 1, &key)))
        return value_error(l);
    struct value *x = concat(l, value_c(l->values, "{{resolve:secretsmanager:"), id);
    struct str end = key.len ? str_printf(l->arena, ":SecretString:%.*s}}", STR_ARG(key))
                             : STR("}}");
    x = concat(l, x, value_string(l->values, end));
    x->flags |= VALUE_SECRET;
    return x;
}

static struct value *call_upper(struct lang *l, struct call *c) {
    struct str text;
    return known_text(l, c, 0, &text) ? value_string(l->values, str_upper(l->arena, text))
                                      : value_error(l);
}

static struct value *call_lower(struct lang *l, struct call *c) {
    struct str text;
    return known_text(l, c, 0, &text) ? value_string(l->values, str_lower(l->arena, text))
                                      : value_error(l);
}

static struct value *call_replace(struct lang *l, struct call *c) {
    struct str text, old, fresh;
    if (!known_text(l, c, 0, &text) || !known_text(l, c, 1, &old) || !known_text(l, c, 2, &fresh))
        return value_error(l);
    struct buf b;
    buf_init(&b, l->arena, LIMIT_STRING_BYTES);
    for (size_t from = 0; from < text.len;) {
        size_t at = old.len ? str_find(text, old, from) : text.len;
        buf_str(&b, str_slice(text, from, at));
        if (at < text.len)
            buf_str(&b, fresh);
        from = at + old.len;
        if (at >= text.len)
            break;
    }
    return value_string(l->values, buf_view(&b));
}

static struct value *call_matches(struct lang *l, struct call *c) {
    struct str text, pattern;
    if (!known_text(l, c, 0, &text) || !known_text(l, c, 1, &pattern))
        return value_error(l);
    struct pattern_cache *patterns = pattern_cache_new();
    enum pattern_result result = pattern_match(patterns, pattern, text);
    pattern_cache_free(patterns);
    if (result == PATTERN_UNKNOWN) {
        diag_add(l->diags, RULE_VALUE_TYPE, c->args[1]->span,
                 "'%.*s' isn't a regular expression", STR_ARG(pattern));
        return value_error(l);
    }
    return value_bool(l->values, result == PATTERN_MATCH);
}

static struct value *call_range(struct lang *l, struct call *c) {
    int64_t from = 0, to;
    if (c->count == 2 && !value_to_int(c->args[0], &from))
        return wrong_argument(l, c, 0, "a whole number");
    if (!value_to_int(c->args[c->count - 1], &to))
        return wrong_argument(l, c, c->count - 1, "a whole number");
    if (to > from && (uint64_t)to - (uint64_t)from > LIMIT_LOOP_TURNS) {
        diag_add(l->diags, RULE_LIMIT, c->node->span, "this range has over %d numbers",
                 LIMIT_LOOP_TURNS);
        return value_error(l);
    }
    struct value *out = value_list(l->values);
    for (int64_t i = from; i < to; i++)
        value_push(l->values, out, value_int(l->values, i));
    return out;
}

static struct value *entries_of(struct lang *l, struct call *c, bool wants_keys) {
    struct value *x = c->args[0], *out = value_list(l->values);
    struct thing *t = thing_of(x);
    if (t && t->is_collection) {
        for (uint32_t i = 0; i < t->entries.count; i++)
            value_push(l->values, out,
                       wants_keys ? value_string(l->values, t->entries.items[i].key)
                                  : value_of_thing(l, t->entries.items[i].thing));
        return out;
    }
    if (x->kind != VAL_MAP)
        return wrong_argument(l, c, 0, "a map or a collection");
    for (uint32_t i = 0; i < x->count; i++)
        value_push(l->values, out, wants_keys ? value_string(l->values, x->members[i].key)
                                              : x->members[i].value);
    return out;
}

static struct value *call_keys(struct lang *l, struct call *c) {
    return entries_of(l, c, true);
}

static struct value *call_values(struct lang *l, struct call *c) {
    return entries_of(l, c, false);
}

static struct value *call_contains(struct lang *l, struct call *c) {
    struct value *in = c->args[0], *x = c->args[1];
    struct thing *t = thing_of(in);
    if ((t && t->is_collection) || in->kind == VAL_MAP)
        return contains_deployed(l, entries_of(l, c, true), x, c->node->span);
    if (in->kind == VAL_STRING && x->kind == VAL_STRING)
        return value_bool(l->values, str_find(in->text, x->text, 0) < in->text.len ||
                                         x->text.len == 0);
    if (in->kind == VAL_STRING && !need_known(l, x, x->span, "a part of a string"))
        return value_error(l);
    if (in->kind == VAL_STRING)
        return wrong_argument(l, c, 1, "a string");
    if (in->kind != VAL_LIST)
        return need_known(l, in, in->span, "what contains(..) looks into")
                   ? wrong_argument(l, c, 0, "a list, map, collection or string")
                   : value_error(l);
    return contains_deployed(l, in, x, c->node->span);
}

static struct value *call_format(struct lang *l, struct call *c) {
    struct str text;
    if (!known_text(l, c, 0, &text))
        return value_error(l);
    struct value *out = value_c(l->values, "");
    size_t from = 0;
    for (unsigned next = 1;; next++) {
        size_t at = str_find(text, STR("{}"), from);
        out = concat(l, out, value_string(l->values, str_slice(text, from, at)));
        if (at >= text.len)
            return out;
        if (next >= c->count) {
            diag_add(l->diags, RULE_VALUE_TYPE, c->node->span,
                     "'format' has more {} than arguments");
            return value_error(l);
        }
        struct value *x = to_text(l, c->args[next], c->args[next]->span);
        if (is_error(x))
            return x;
        out = concat(l, out, x);
        from = at + 2;
    }
}

struct str beside_source(struct lang *l, struct str name, struct span span) {
    struct str folder = path_folder(source_get(l->sources, span.source)->path);
    struct str path = str_starts(name, STR("/")) ? name : str_concat(l->arena, folder, name);
    if (!path_is_below(l->arena, path, folder) && !l->options->allow_outside) {
        struct diag *d = diag_add(l->diags, RULE_FILE, span,
                                  "'%.*s' is outside of the source's folder", STR_ARG(name));
        diag_help(l->diags, d, "--allow-outside lets a build read it");
        return STR_NIL;
    }
    return path;
}

static struct value *call_file(struct lang *l, struct call *c) {
    struct str name;
    if (!known_text(l, c, 0, &name))
        return value_error(l);
    struct str path = beside_source(l, name, c->args[0]->span);
    if (!path.len)
        return value_error(l);
    const char *error;
    struct str text = os_read(l->arena, path, LIMIT_FILE_TEXT, &error);
    if (!error && (utf8_validate(text) < text.len || str_has(text, '\0')))
        error = "isn't UTF-8 text";
    if (error) {
        diag_add(l->diags, RULE_FILE, c->args[0]->span, "'%.*s' can't be read: %s", STR_ARG(name),
                 error);
        return value_error(l);
    }
    struct value *x = value_string(l->values, text);
    x->flags |= str_has(text, '\n') ? VALUE_BLOCK : 0;
    return x;
}

/* s3(..), image(..), inline(..): code that an attribute takes, marked by the function's name. */
static struct value *call_code(struct lang *l, struct call *c) {
    struct value *x = value_call(l->values, VAL_FN, 0);
    x->text = scope_node(c->s, c->node->value)->text;
    for (unsigned i = 0; i < c->count; i++) {
        struct value *text = to_text(l, c->args[i], c->args[i]->span);
        if (is_error(text))
            return text;
        value_push(l->values, x, text);
    }
    return x;
}

/* schedule(..), event(..), kafka(..): sources that `on` takes. */
static struct value *call_source(struct lang *l, struct call *c) {
    struct value *x = value_call(l->values, VAL_FN, 0);
    x->text = scope_node(c->s, c->node->value)->text;
    x->flags |= VALUE_SOURCE;
    for (unsigned i = 0; i < c->count; i++)
        value_push(l->values, x, c->args[i]);
    return x;
}

static struct value *call_can(struct lang *l, struct call *c) {
    return ask_can(l, c->args[0], c->args[1], c->args[2], c->node->span);
}

#define call_schedule call_source
#define call_event call_source
#define call_kafka call_source
#define call_mq call_source
#define call_docdb call_source
#define call_log_group call_source
#define call_iot call_source
#define call_email call_source
#define call_alexa call_source
#define call_s3 call_code
#define call_image call_code
#define call_inline call_code

static const struct builtin builtins[] = {
#define BUILTIN(name, least, most, signature, doc)                                                 \
    {#name, least, most, signature, doc, call_##name},
#include "lang/builtins.def"
#undef BUILTIN
};

enum { BUILTIN_COUNT = sizeof builtins / sizeof *builtins };

static struct value *unknown_function(struct lang *l, const struct node *callee) {
    struct diag *d = diag_add(l->diags, RULE_UNDEFINED_NAME, callee->span,
                              "'%.*s' isn't a function", STR_ARG(callee->text));
    for (int i = 0; i < BUILTIN_COUNT; i++)
        if (str_is_near(callee->text, str_from(builtins[i].name))) {
            diag_label(l->diags, d, "did you mean '%s'?", builtins[i].name);
            return value_error(l);
        }
    static const char *const clocks[] = {"cron", "rate", "at"};
    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++)
        if (str_is(callee->text, clocks[i]))
            diag_help(l->diags, d, "a schedule is a text: schedule(\"%s(..)\")", clocks[i]);
    return value_error(l);
}

struct value *call_builtin(struct lang *l, struct scope *s, node_id id) {
    const struct node *n = scope_node(s, id), *callee = scope_node(s, n->value);
    const struct builtin *b = NULL;
    for (int i = 0; i < BUILTIN_COUNT && !b; i++)
        if (str_is(callee->text, builtins[i].name))
            b = &builtins[i];
    if (!b)
        return unknown_function(l, callee);
    if (n->count < b->least || n->count > b->most) {
        struct diag *d = diag_add(l->diags, RULE_VALUE_TYPE, n->span,
                                  "'%s' takes %u argument%s, found %u", b->name, b->least,
                                  b->least == 1 ? "" : "s", n->count);
        diag_help(l->diags, d, "%s", b->signature);
        return value_error(l);
    }
    struct call c = {.s = s, .node = n, .count = n->count};
    for (unsigned i = 0; i < c.count; i++) {
        struct value *x =
            value_copy_shallow(l->values, eval(l, s, tree_child(s->space->tree, id, i)));
        if (is_error(x))
            return x;
        x->span = scope_span(s, tree_child(s->space->tree, id, i));
        c.args[i] = x;
    }
    return b->run(l, &c);
}

struct value *read_aws(struct lang *l, struct str name, struct span span) {
    static const struct {
        const char *name, *pseudo;
    } rows[] = {{"region", "AWS::Region"},       {"account", "AWS::AccountId"},
                {"partition", "AWS::Partition"}, {"stack", "AWS::StackName"},
                {"stack_id", "AWS::StackId"},    {"suffix", "AWS::URLSuffix"},
                {"notification_arns", "AWS::NotificationARNs"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (str_is(name, rows[i].name))
            return value_ref(l->values, str_from(rows[i].pseudo));
    struct diag *d =
        diag_add(l->diags, RULE_UNKNOWN_KEY, span, "'aws' has no '%.*s'", STR_ARG(name));
    diag_help(l->diags, d, "it has region, account, partition, stack, stack_id, suffix");
    return value_error(l);
}
