#include "lang/compile.h"

/* ---- units --------------------------------------------------------------------- */

double unit_factor(enum unit u, bool *is_time) {
    static const double factors[] = {0, 0.001, 1, 60, 3600, 86400, 1, 1024, 1048576, 1073741824};
    *is_time = u >= UNIT_MS && u <= UNIT_D;
    return factors[u];
}

struct unit_type {
    const char *name;
    enum unit unit;
};

static const struct unit_type unit_types[] = {
    {"milliseconds", UNIT_MS}, {"seconds", UNIT_S}, {"minutes", UNIT_M}, {"hours", UNIT_H},
    {"days", UNIT_D},          {"bytes", UNIT_B},   {"KB", UNIT_KB},     {"MB", UNIT_MB},
    {"GB", UNIT_GB},
};

static enum unit unit_by_type(struct str name) {
    for (size_t i = 0; i < sizeof unit_types / sizeof *unit_types; i++)
        if (str_is(name, unit_types[i].name))
            return unit_types[i].unit;
    return UNIT_NONE;
}

static const char *unit_spelling(enum unit u) {
    static const char *const names[] = {"", "ms", "s", "m", "h", "d", "B", "KB", "MB", "GB"};
    return names[u];
}

/* A known number with a unit, as a plain number of `to` units; NULL after a message. */
static struct value *convert_unit(struct lang *l, struct value *x, enum unit to, const char *what) {
    if (x->kind != VAL_NUMBER) {
        diag_add(l->diags, RULE_VALUE_TYPE, x->span, "'%s' takes a number with a unit, found %s",
                 what, describe_value(x));
        return NULL;
    }
    if (x->unit == UNIT_NONE) {
        struct diag *d = diag_add(l->diags, RULE_MISSING_UNIT, x->span, "'%s' needs a unit", what);
        struct str fixed = str_printf(l->arena, "%.*s%s", STR_ARG(x->text), unit_spelling(to));
        diag_label(l->diags, d, "%.*s?", STR_ARG(fixed));
        diag_fix(l->diags, d, x->span, fixed, false);
        return NULL;
    }
    bool is_time, wants_time;
    unit_factor((enum unit)x->unit, &is_time);
    unit_factor(to, &wants_time);
    if (is_time != wants_time) {
        diag_add(l->diags, RULE_MISSING_UNIT, x->span, "'%s' takes a %s, found %.*s%s", what,
                 wants_time ? "time, such as 10s" : "size, such as 256MB", STR_ARG(x->text),
                 unit_spelling(x->unit));
        return NULL;
    }
    struct value *in_target = value_in_unit(l, x, to);
    int64_t n;
    if (!in_target || !value_to_int(in_target, &n)) {
        diag_add(l->diags, RULE_MISSING_UNIT, x->span,
                 "'%s' is counted in whole %s, and %.*s%s is none", what,
                 wants_time ? to == UNIT_S ? "seconds" : to == UNIT_M ? "minutes" : "days" : "MB",
                 STR_ARG(x->text), unit_spelling(x->unit));
        return NULL;
    }
    struct value *out = value_int(l->values, n);
    out->span = x->span;
    return out;
}

/* ---- what attributes take ---------------------------------------------------------- */

static struct value *wrong_type(struct lang *l, struct value *x, const struct attribute *row,
                                const char *wanted) {
    struct diag *d = diag_add(l->diags, RULE_VALUE_TYPE, x->span, "'%s' takes %s, found %s",
                              row->name, wanted, describe_value(x));
    if (is_thing(x))
        diag_help(l->diags, d, "read one of its texts: '.arn', '.name'");
    else if (row->type == ATTR_MAP && row->doc)
        diag_help(l->diags, d, "%s", row->doc);
    return NULL;
}

static struct value *wrong_word(struct lang *l, struct value *x, const struct attribute *row) {
    struct buf words;
    buf_init(&words, l->arena, 0);
    struct str rest = str_from(row->words);
    while (rest.len) {
        struct str word = str_split(rest, '|', &rest);
        if (word.ptr[0] != '@')
            buf_printf(&words, "%s%.*s", words.len ? ", " : "", STR_ARG(word));
    }
    struct diag *d;
    if (x->kind == VAL_STRING)
        d = diag_add(l->diags, RULE_WORD_VALUE, x->span,
                     "'%s' takes a word, not the string \"%.*s\"", row->name, STR_ARG(x->text));
    else
        d = diag_add(l->diags, RULE_WORD_VALUE, x->span, "'%s' takes a word, found %s", row->name,
                     describe_value(x));
    diag_help(l->diags, d, "one of: %.*s", STR_ARG(buf_view(&words)));
    return NULL;
}

static struct value *convert_known(struct lang *l, struct value *x, const struct attribute *row) {
    switch (row->type) {
    case ATTR_STRING: {
        if ((x->kind == VAL_NUMBER && x->unit) || x->kind == VAL_BOOL)
            return wrong_type(l, x, row, "a string");
        struct value *text = to_text(l, x, x->span);
        return is_error(text) ? NULL : text;
    }
    case ATTR_BOOL:
        return is_boolean(x) ? x : wrong_type(l, x, row, "true or false");
    case ATTR_NUMBER:
        if (x->kind == VAL_NUMBER && x->unit == UNIT_NONE)
            return x;
        return wrong_type(l, x, row, "a number without a unit");
    case ATTR_MB:
        return convert_unit(l, x, UNIT_MB, row->name);
    case ATTR_SECONDS:
        return convert_unit(l, x, UNIT_S, row->name);
    case ATTR_MINUTES:
        return convert_unit(l, x, UNIT_M, row->name);
    case ATTR_DAYS:
        return convert_unit(l, x, UNIT_D, row->name);
    case ATTR_LIST:
        return x->kind == VAL_LIST || is_thing(x) ? x : wrong_type(l, x, row, "a list");
    case ATTR_MAP:
        return x->kind == VAL_MAP ? x : wrong_type(l, x, row, "a map");
    case ATTR_WORDS:
        return wrong_word(l, x, row);
    default:
        return x;
    }
}

struct value *convert(struct lang *l, struct value *x, const struct attribute *row) {
    if (is_error(x))
        return NULL;
    if (value_is_null(x) || x->flags & VALUE_WORD)
        return x;
    if (row->known && !need_known(l, x, x->span, row->name))
        return NULL;
    if (x->kind == VAL_IF) {
        struct value *yes = convert(l, x->items[1], row), *no = convert(l, x->items[2], row);
        return yes && no ? logic_if(l, x->items[0], yes, no) : NULL;
    }
    if (value_is_intrinsic(x) && !is_boolean(x))
        return row->type == ATTR_WORDS ? wrong_word(l, x, row) : x;
    return convert_known(l, x, row);
}

/* ---- phase ------------------------------------------------------------------------------ */

static const struct value *find_deployed(const struct value *x) {
    if (value_is_intrinsic(x) && (x->kind == VAL_REF || x->kind == VAL_GETATT || x->count == 0))
        return x;
    if (x->kind == VAL_THING || value_is_scalar(x))
        return NULL;
    for (uint32_t i = 0; i < x->count; i++) {
        const struct value *found =
            find_deployed(x->kind == VAL_MAP ? x->members[i].value : x->items[i]);
        if (found)
            return found;
    }
    return value_is_intrinsic(x) ? x : NULL;
}

bool need_known(struct lang *l, const struct value *x, struct span span, const char *what) {
    if (is_error(x))
        return false;
    const struct value *deployed = find_deployed(x);
    if (!deployed)
        return true;
    struct diag *d = diag_add(l->diags, RULE_KNOWN_VALUE, span,
                              "'%s' needs a value known at build time", what);
    for (uint32_t i = 0; i < l->decls.count; i++) {
        const struct decl *p = l->decls.items[i];
        if (p->class != DECL_PARAM || deployed->kind != VAL_REF ||
            !str_eq(camel(l->arena, p->name), deployed->text))
            continue;
        diag_note(l->diags, d, p->span, "it depends on the param '%.*s'", STR_ARG(p->name));
        diag_help(l->diags, d, "make it a build input: 'let %.*s: ...', set with --set %.*s=...",
                  STR_ARG(p->name), STR_ARG(p->name));
        return false;
    }
    if (deployed->text.len)
        diag_help(l->diags, d, "'%.*s' is known only when the stack is deployed",
                  STR_ARG(deployed->text));
    return false;
}

struct str need_text(struct lang *l, const struct value *x, struct span span, const char *what) {
    if (is_error(x) || !need_known(l, x, span, what))
        return STR_NIL;
    if (x->kind == VAL_STRING || (x->kind == VAL_NUMBER && !x->unit))
        return x->text.ptr ? x->text : STR("");
    diag_add(l->diags, RULE_VALUE_TYPE, span, "'%s' needs a string, found %s", what,
             describe_value(x));
    return STR_NIL;
}

/* ---- params ---------------------------------------------------------------------------------- */

static struct str param_type_name(struct lang *l, struct scope *s, node_id type) {
    const struct node *n = scope_node(s, type);
    struct str inner = n->kind == NODE_TYPE && n->count
                           ? param_type_name(l, s, tree_child(s->space->tree, type, 0))
                           : STR_NIL;
    if (n->kind == NODE_TYPE_UNION || str_is(n->text, "string") || str_is(n->text, "bool") ||
        str_is(n->text, "secret"))
        return STR("String");
    if (str_is(n->text, "number") || unit_by_type(n->text))
        return STR("Number");
    if (str_is(n->text, "list"))
        return inner.len == 0 || str_is(inner, "String")
                   ? STR("CommaDelimitedList")
                   : str_printf(l->arena, "List<%.*s>", STR_ARG(inner));
    if (str_is(n->text, "ssm")) {
        if (str_is(inner, "CommaDelimitedList"))
            inner = STR("List<String>");
        return str_printf(l->arena, "AWS::SSM::Parameter::Value<%.*s>",
                          STR_ARG(inner.len ? inner : STR("String")));
    }
    if (str_find(n->text, STR("::"), 0) < n->text.len)
        return n->text;
    if (!n->text.len) /* the parser has missed it */
        return STR_NIL;
    struct diag *d = diag_add(l->diags, RULE_VALUE_TYPE, n->span, "'%.*s' isn't a type",
                              STR_ARG(n->text));
    diag_help(l->diags, d,
              "types are string, number, bool, secret, list<..>, ssm<..>, seconds, MB, "
              "\"a\" | \"b\" and CloudFormation's own, such as AWS::EC2::VPC::Id");
    return STR_NIL;
}

static bool type_is(struct scope *s, node_id type, const char *name) {
    const struct node *n = scope_node(s, type);
    return n->kind == NODE_TYPE && str_is(n->text, name);
}

static void param_block(struct lang *l, struct scope *s, node_id block, struct value *p,
                        bool is_number) {
    const struct node *n = scope_node(s, block);
    for (uint32_t i = 0; i < n->count; i++) {
        const struct node *entry = scope_node(s, tree_child(s->space->tree, block, i));
        if (entry->kind != NODE_ATTRIBUTE)
            continue;
        struct str name = scope_node(s, entry->name)->text;
        const char *to = str_is(name, "pattern")       ? "AllowedPattern"
                         : str_is(name, "message")     ? "ConstraintDescription"
                         : str_is(name, "description") ? "Description"
                         : str_is(name, "min")         ? (is_number ? "MinValue" : "MinLength")
                         : str_is(name, "max")         ? (is_number ? "MaxValue" : "MaxLength")
                                                       : NULL;
        if (!to) {
            struct diag *d = diag_add(l->diags, RULE_UNKNOWN_ATTRIBUTE, scope_span(s, entry->name),
                                      "a param has no attribute '%.*s'", STR_ARG(name));
            diag_help(l->diags, d, "it takes pattern, min, max, message, description");
            continue;
        }
        struct value *x = eval(l, s, entry->value);
        if (need_known(l, x, entry->span, to)) {
            x->unit = UNIT_NONE;
            value_put(l->values, p, str_from(to), x);
        }
    }
}

static struct value *param_default(struct lang *l, struct scope *s, const struct node *n,
                                   struct str name) {
    struct value *x = eval(l, s, n->value);
    if (!need_known(l, x, x->span, "the default of a param"))
        return NULL;
    enum unit unit = unit_by_type(scope_node(s, n->type)->text);
    if (unit)
        return convert_unit(l, x, unit, str_cstr(l->arena, name));
    if (x->kind != VAL_LIST)
        return x->kind == VAL_BOOL ? value_c(l->values, x->truth ? "true" : "false") : x;
    struct buf b;
    buf_init(&b, l->arena, 0);
    for (uint32_t i = 0; i < x->count; i++)
        buf_printf(&b, "%s%.*s", i ? "," : "", STR_ARG(value_text(x->items[i])));
    return value_string(l->values, buf_view(&b));
}

static void param_allowed(struct lang *l, struct scope *s, const struct node *n, struct value *p) {
    struct value *allowed = value_list(l->values);
    const struct node *type = scope_node(s, n->type);
    if (type_is(s, n->type, "bool")) {
        value_push(l->values, allowed, value_c(l->values, "true"));
        value_push(l->values, allowed, value_c(l->values, "false"));
    }
    for (uint32_t i = 0; type->kind == NODE_TYPE_UNION && i < type->count; i++)
        value_push(l->values, allowed, eval(l, s, tree_child(s->space->tree, n->type, i)));
    if (type->op == TOK_QUESTION && allowed->count)
        value_push(l->values, allowed, value_c(l->values, ""));
    if (allowed->count)
        value_put_c(l->values, p, "AllowedValues", allowed);
}

/* CloudFormation looks up what values of its own types name, and takes no empty number: a param
   that may be empty is a string, or a list of strings. */
static struct str optional_type(struct lang *l, struct str type, const struct node *n) {
    if (str_starts(type, STR("AWS::SSM::"))) {
        struct diag *d =
            diag_add(l->diags, RULE_VALUE_TYPE, n->span,
                     "an ssm param names a parameter of Systems Manager, and can't be empty");
        diag_help(l->diags, d, "give it a default: ssm<string> = \"/path\"");
        return STR("String");
    }
    return str_starts(type, STR("List<")) || str_is(type, "CommaDelimitedList")
               ? STR("CommaDelimitedList")
               : STR("String");
}

/* Whether an optional param was given a value. */
static struct value *is_given(struct lang *l, struct value *ref, bool list) {
    struct value *text = list ? value_call(l->values, VAL_JOIN, 2, text_value(l, ""), ref) : ref;
    return logic_not(l, value_call(l->values, VAL_EQUALS, 2, text, value_c(l->values, "")));
}

static void put_default(struct lang *l, struct value *p, struct value *given, bool optional,
                        const struct node *n, struct str name) {
    if (!value_is_null(given)) {
        value_put_c(l->values, p, "Default", given);
        return;
    }
    if (optional) { /* null is the empty value */
        value_put_c(l->values, p, "Default", value_c(l->values, ""));
        return;
    }
    struct diag *d = diag_add(l->diags, RULE_VALUE_TYPE, n->span, "the param '%.*s' can't be null",
                              STR_ARG(name));
    diag_help(l->diags, d, "a '?' behind its type makes it optional");
}

struct value *param_value(struct lang *l, struct decl *d) {
    struct scope scope = {.space = d->space, .origin = d->space->origin};
    struct scope *s = &scope;
    const struct node *n = scope_node(s, d->node);
    struct str id = camel(l->arena, d->name), type = param_type_name(l, s, n->type);
    l->values->place = (struct place){n->span, NULL};
    if (!type.len)
        return value_error(l);
    struct value *p = value_map(l->values);
    bool optional = scope_node(s, n->type)->op == TOK_QUESTION, is_number = str_is(type, "Number");
    if (optional)
        type = optional_type(l, type, scope_node(s, n->type));
    bool list = str_starts(type, STR("List<")) || str_is(type, "CommaDelimitedList");
    value_put_c(l->values, p, "Type", value_string(l->values, type));
    if (n->doc.len)
        value_put_c(l->values, p, "Description", value_string(l->values, n->doc));
    if (!node_is_nil(n->value)) {
        struct value *given = param_default(l, s, n, d->name);
        if (given)
            put_default(l, p, given, optional, scope_node(s, n->value), d->name);
    } else if (optional) {
        value_put_c(l->values, p, "Default", value_c(l->values, ""));
    }
    param_allowed(l, s, n, p);
    if (optional && is_number)
        value_put_c(l->values, p, "AllowedPattern", text_value(l, "^(-?[0-9]+([.][0-9]+)?)?$"));
    if (type_is(s, n->type, "secret"))
        value_put_c(l->values, p, "NoEcho", value_bool(l->values, true));
    param_block(l, s, n->block, p, str_is(type, "Number"));
    if (optional && is_number && (value_has(p, STR("MinLength")) || value_has(p, STR("MaxLength"))))
        diag_add(l->diags, RULE_WRONG_PLACE, d->span,
                 "a number that may be empty has no 'min' and 'max'");
    struct member *m = value_put(l->values, graph_section(l->graph, &l->graph->parameters), id, p);
    m->span = d->span;
    struct value *ref = value_ref(l->values, id);
    if (type_is(s, n->type, "secret"))
        ref->flags |= VALUE_SECRET;
    if (type_is(s, n->type, "bool"))
        return value_call(l->values, VAL_EQUALS, 2, ref, value_c(l->values, "true"));
    if (!optional)
        return ref;
    return logic_if(l, is_given(l, ref, list), ref, value_null(l->values));
}

static bool is_time_unit(enum unit u) {
    bool is_time;
    unit_factor(u, &is_time);
    return is_time;
}

/* A number with its unit as it stands, anything else by its sort. */
static const char *found_words(struct lang *l, const struct value *x) {
    return x->kind == VAL_NUMBER
               ? str_printf(l->arena, "%.*s%s", STR_ARG(x->text), unit_spelling(x->unit)).ptr
               : describe_value(x);
}

/* Whether a known number has a unit of the same sort: times with times, sizes with sizes. */
static bool has_dimension(const struct value *x, enum unit like) {
    bool a, b;
    unit_factor((enum unit)x->unit, &a);
    unit_factor(like, &b);
    return x->kind == VAL_NUMBER && x->unit && a == b;
}

/* ---- lets and their inputs ---------------------------------------------------------------------- */

/* What a value must be, as its declaration says. */
struct wanted {
    struct scope *scope;
    struct str name; /* as messages call it: "names[1]" */
    bool known;      /* a let's: known when built */
};

static bool check_type(struct lang *l, const struct wanted *w, node_id type, struct value *x);

static bool check_union(struct lang *l, const struct wanted *w, node_id type, struct value *x) {
    const struct node *n = scope_node(w->scope, type);
    struct buf words;
    buf_init(&words, l->arena, 0);
    for (uint32_t i = 0; i < n->count; i++) {
        struct value *one = eval(l, w->scope, tree_child(w->scope->space->tree, type, i));
        if (value_equal(one, x))
            return true;
        buf_printf(&words, "%s\"%.*s\"", i ? ", " : "", STR_ARG(value_text(one)));
    }
    if (value_is_intrinsic(x))
        return !w->known || need_known(l, x, x->span, str_cstr(l->arena, w->name));
    struct diag *diag = diag_add(
        l->diags, RULE_OPTION_VALUE, x->span, "'%.*s' is none of the values of '%.*s'",
        STR_ARG(value_text(x).len ? value_text(x) : str_from(describe_value(x))), STR_ARG(w->name));
    diag_help(l->diags, diag, "one of: %.*s", STR_ARG(buf_view(&words)));
    return false;
}

/* The elements of list<T> and map<T>. */
static bool check_elements(struct lang *l, const struct wanted *w, node_id type, struct value *x) {
    const struct node *n = scope_node(w->scope, type);
    bool fits = true;
    for (uint32_t i = 0; n->count == 1 && i < x->count; i++) {
        struct value *one = x->kind == VAL_MAP ? x->members[i].value : x->items[i];
        struct wanted inner = *w;
        inner.name = x->kind == VAL_MAP
                         ? str_printf(l->arena, "%.*s.%.*s", STR_ARG(w->name),
                                      STR_ARG(x->members[i].key))
                         : str_printf(l->arena, "%.*s[%u]", STR_ARG(w->name), i);
        fits &= check_type(l, &inner, tree_child(w->scope->space->tree, type, 0), one);
    }
    return fits;
}

/* What `x` would have to be, or NULL if it is that. */
static const char *missed_type(const struct node *n, const struct value *x) {
    enum unit unit = unit_by_type(n->text);
    if ((str_is(n->text, "string") || str_is(n->text, "secret")) && x->kind != VAL_STRING)
        return "a string";
    if (str_is(n->text, "number") && (x->kind != VAL_NUMBER || x->unit))
        return "a number without a unit";
    if (str_is(n->text, "bool") && x->kind != VAL_BOOL)
        return "true or false";
    if (str_is(n->text, "list") && x->kind != VAL_LIST)
        return "a list";
    if (str_is(n->text, "map") && x->kind != VAL_MAP)
        return "a map";
    if (unit && !has_dimension(x, unit))
        return is_time_unit(unit) ? "a time, such as 10s" : "a size, such as 256MB";
    return NULL;
}

static bool check_type(struct lang *l, const struct wanted *w, node_id type, struct value *x) {
    const struct node *n = scope_node(w->scope, type);
    if (is_error(x))
        return false;
    if (value_is_null(x) && n->op == TOK_QUESTION)
        return true;
    if (x->kind == VAL_IF && !w->known) { /* whichever it will be */
        struct value *yes = value_copy_shallow(l->values, x->items[1]);
        struct value *no = value_copy_shallow(l->values, x->items[2]);
        yes->span = no->span = x->span;
        return check_type(l, w, type, yes) && check_type(l, w, type, no);
    }
    if (n->kind == NODE_TYPE_UNION)
        return check_union(l, w, type, x);
    const char *wanted = missed_type(n, x);
    enum kind_id kind = kind_find(n->text);
    if (!w->known && kind != KIND_NONE) {
        const struct thing *t = thing_of(x);
        if (t && t->kind == kind && !t->is_collection)
            return true;
        wanted =
            str_cstr(l->arena, str_printf(l->arena, "%s %s", kind_article(kind), kinds[kind].name));
    } else if (!w->known && value_is_intrinsic(x) && x->kind != VAL_NUMBER) {
        return true;
    } else if (w->known && !value_is_known(x)) {
        return need_known(l, x, x->span, str_cstr(l->arena, w->name));
    } else if (!wanted) {
        return x->kind == VAL_LIST || x->kind == VAL_MAP ? check_elements(l, w, type, x) : true;
    }
    diag_add(l->diags, w->known ? RULE_OPTION_VALUE : RULE_VALUE_TYPE, x->span,
             "'%.*s' is %s, found %s", STR_ARG(w->name), wanted, found_words(l, x));
    return false;
}

bool let_check_type(struct lang *l, struct scope *s, node_id type, struct value *x,
                    const struct decl *d, bool known) {
    struct wanted w = {s, d->name, known};
    return check_type(l, &w, type, x);
}

/* Evaluates the text of --set as a literal of the language. */
static struct value *parse_input(struct lang *l, const struct lang_input *input) {
    struct str text = str_printf(l->arena, "let x = %.*s\n", STR_ARG(input->text));
    struct str path = str_printf(l->arena, "--set %.*s", STR_ARG(input->name));
    uint32_t source = source_add(l->sources, path, text);
    struct space *space = arena_new(l->arena, struct space);
    space->tree = lang_parse(l->arena, l->diags, l->sources, source);
    struct scope *s = arena_new(l->arena, struct scope);
    s->space = space;
    const struct node *let = scope_node(s, tree_child(space->tree, space->tree->root, 0));
    return node_is_nil(let->value) ? value_error(l) : eval(l, s, let->value);
}

static struct value *find_input(struct lang *l, struct scope *s, const struct decl *d,
                                const struct node *n) {
    const struct node *type = scope_node(s, n->type);
    bool raw = type->kind == NODE_TYPE_UNION || str_is(type->text, "string") ||
               str_is(type->text, "secret");
    for (uint32_t i = l->options->input_count; i-- > 0;) {
        struct lang_input *input = &l->options->inputs[i];
        if (!str_eq(input->name, d->name))
            continue;
        input->used = true;
        if (input->value)
            return input->value;
        return raw ? value_string(l->values, input->text) : parse_input(l, input);
    }
    return NULL;
}

static void report_missing_input(struct lang *l, const struct decl *d) {
    struct diag *diag = diag_add(l->diags, RULE_MISSING_INPUT, d->span,
                                 "the build input '%.*s' isn't set", STR_ARG(d->name));
    diag_help(l->diags, diag, "set it with --set %.*s=..., or give it a default", STR_ARG(d->name));
}

struct outputs {
    const struct node *node;
    struct value *all;
};

static void output_turn(struct lang *l, struct scope *turn, void *context) {
    struct outputs *o = context;
    struct value *x = eval(l, turn, o->node->value), *cond = NULL;
    struct guard own = {NULL, o->node->cond};
    if (guard_holds(l, turn, &own, &cond))
        value_put(l->values, o->all, turn->key,
                  cond ? logic_if(l, cond, x, value_null(l->values)) : x);
}

/* What an instance of a module gives; null where its `when` doesn't hold, of a loop a map. */
static struct value *instance_output(struct lang *l, struct scope *s, struct decl *d) {
    const struct node *n = scope_node(s, d->node);
    bool loop = !node_is_nil(n->loop);
    struct guard own = {d->guard, loop ? NODE_NIL : n->cond};
    struct value *cond = NULL;
    if (!guard_holds(l, s, &own, &cond))
        return value_null(l->values);
    struct outputs o = {n, value_map(l->values)};
    if (loop)
        for_each_turn(l, s, n->loop, output_turn, &o);
    struct value *x = loop ? o.all : eval(l, s, n->value);
    return cond ? logic_if(l, cond, x, value_null(l->values)) : x;
}

struct value *let_value(struct lang *l, struct decl *d) {
    struct scope *s = arena_new(l->arena, struct scope);
    *s = (struct scope){.space = d->space, .origin = d->space->origin};
    const struct node *n = scope_node(s, d->node);
    if (str_is(n->text, "output"))
        return instance_output(l, s, d);
    if (node_is_nil(n->type)) {
        struct value *x = eval(l, s, n->value);
        if (is_boolean(x) && x->kind != VAL_BOOL && x->kind != VAL_CONDITION)
            condition_prefer_name(l, x, d->name);
        return x;
    }
    struct value *x = d->space->root ? find_input(l, s, d, n) : NULL;
    if (!x && node_is_nil(n->value)) {
        report_missing_input(l, d);
        return value_error(l);
    }
    if (!x)
        x = eval(l, s, n->value);
    if (!let_check_type(l, s, n->type, x, d, true))
        return value_error(l);
    if (type_is(s, n->type, "secret")) {
        x = value_copy_shallow(l->values, x);
        x->flags |= VALUE_SECRET;
    }
    return x;
}
