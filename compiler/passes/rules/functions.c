/* Intrinsic functions: their arguments, wherever they stand.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html */
#include "base/limits.h"
#include "passes/rules/functions.h"

struct site {
    struct check *c;
    const struct resource *r;
    const struct site *outer;
    struct str key; /* of the outer map */
    bool is_metadata;
    unsigned depth;
};

static void report(const struct site *at, const struct value *x, const char *found,
                   const char *expected) {
    const char *name = value_intrinsic(x->kind)->name.ptr;
    check_report(at->c, RULE_FUNCTION_ARGUMENTS, at->r, x, "%s %s, expected %s", name, found,
                 expected);
}

/* A map with a function's name that hasn't its form is reported by itself. */
static bool holds_function(const struct value *x) {
    return x->kind == VAL_MAP && !check_is_closed(x);
}

/* ---- arguments ------------------------------------------------------------------------ */

static const struct {
    enum value_kind kind;
    uint32_t least, most;
    const char *expected;
} counts[] = {
    {VAL_JOIN, 2, 2, "a delimiter and a list"},
    {VAL_SELECT, 2, 2, "an index and a list"},
    {VAL_SPLIT, 2, 2, "a delimiter and a string"},
    {VAL_IF, 3, 3, "a condition's name, a value for true and one for false"},
    {VAL_FIND_IN_MAP, 3, 4, "a mapping, a top-level key and a second-level key"},
    {VAL_CIDR, 2, 3, "an address block, a count and a number of bits"},
    {VAL_EQUALS, 2, 2, "two values"},
    {VAL_NOT, 1, 1, "one condition"},
    {VAL_AND, 2, 10, "two to ten conditions"},
    {VAL_OR, 2, 10, "two to ten conditions"},
};

static bool check_count(const struct site *at, const struct value *x) {
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        if (counts[i].kind != (enum value_kind)x->kind)
            continue;
        if (x->count >= counts[i].least && x->count <= counts[i].most)
            return true;
        struct str found = str_printf(at->c->arena, "has %u argument%s", x->count,
                                      x->count == 1 ? "" : "s");
        report(at, x, found.ptr, counts[i].expected);
        return false;
    }
    return true;
}

static void check_select(const struct site *at, const struct value *x) {
    int64_t n, count;
    const struct value *list = x->items[1];
    if (value_is_scalar(x->items[0]) && (!value_to_int(x->items[0], &n) || n < 0))
        report(at, x, "has an index that is no whole number",
               "0 or more");
    else if (list->kind == VAL_LIST && value_to_int(x->items[0], &n) && n >= (int64_t)list->count) {
        for (uint32_t i = 0; i < list->count; i++)
            if (value_is_intrinsic(list->items[i]) && list->items[i]->kind != VAL_REF &&
                list->items[i]->kind != VAL_GETATT && list->items[i]->kind != VAL_SUB)
                return;
        struct str found = str_printf(at->c->arena, "asks for item %lld of %u", (long long)n,
                                      list->count);
        report(at, x, found.ptr, "an index from 0 on");
    } else if (list->kind == VAL_CIDR && list->count > 1 && value_to_int(x->items[0], &n) &&
               check_int(at->c, list->items[1], &count) && n >= count) {
        struct str found = str_printf(at->c->arena, "asks for block %lld of %lld", (long long)n,
                                      (long long)count);
        report(at, x, found.ptr, "an index from 0 on");
    } else if (value_is_scalar(list) || list->kind == VAL_MAP || list->kind == VAL_JOIN ||
               list->kind == VAL_SUB || list->kind == VAL_BASE64) {
        report(at, x, "selects from what is no list", "a list");
    }
}

/* https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-cidr.html
 */
enum { MAX_CIDRS = 256, ADDRESS_BITS = 32 };

/* The bits after the slash of an IPv4 block; -1: it isn't one. */
static int64_t block_bits(struct str block) {
    struct str bits, address = str_split(block, '/', &bits);
    int64_t n, part;
    unsigned parts = 0;
    for (struct str rest = address; rest.ptr; parts++)
        if (!str_to_int(str_split(rest, '.', &rest), &part) || part < 0 || part > 255)
            return -1;
    return parts == 4 && bits.ptr && str_to_int(bits, &n) && n >= 0 && n <= ADDRESS_BITS ? n : -1;
}

static void check_cidr(const struct site *at, const struct value *x) {
    struct str block = check_text(at->c, x->items[0]);
    int64_t count, bits, own;
    bool has_count = check_int(at->c, x->items[1], &count);
    bool has_bits = x->count > 2 && check_int(at->c, x->items[2], &bits);
    if (has_count && (count < 1 || count > MAX_CIDRS)) {
        report(at, x, str_printf(at->c->arena, "makes %lld blocks", (long long)count).ptr,
               "1 to 256");
        return;
    }
    if (!block.len || str_has(block, ':'))
        return;
    own = block_bits(block);
    if (own < 0)
        report(at, x, str_printf(at->c->arena, "divides '%.*s'", STR_ARG(block)).ptr,
               "a block such as 10.0.0.0/16");
    else if (has_bits && (bits < 0 || bits > ADDRESS_BITS - own))
        report(at, x, str_printf(at->c->arena, "leaves %lld bits to blocks of '%.*s'",
                                 (long long)bits, STR_ARG(block)).ptr,
               str_printf(at->c->arena, "at most %lld", (long long)(ADDRESS_BITS - own)).ptr);
    else if (has_bits && has_count && count > (int64_t)1 << (ADDRESS_BITS - own - bits))
        report(at, x, str_printf(at->c->arena, "makes %lld blocks of %lld bits from '%.*s'",
                                 (long long)count, (long long)bits, STR_ARG(block)).ptr,
               str_printf(at->c->arena, "at most %lld",
                          1LL << (ADDRESS_BITS - own - bits)).ptr);
}

/* https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */
static void check_stack_output(const struct site *at, const struct value *x) {
    const struct value *map = value_at(x, 0);
    if (map->kind != VAL_MAP)
        report(at, x, "takes what is no map", "StackName and OutputName");
    else if (check_is_closed(map) &&
             (!value_has(map, STR("StackName")) || !value_has(map, STR("OutputName"))))
        report(at, x, "lacks a part", "StackName and OutputName");
}

static bool is_structure(const struct value *x) {
    return x->kind == VAL_LIST || x->kind == VAL_MAP;
}

static void check_join(const struct site *at, const struct value *x) {
    const struct value *list = x->items[1];
    if (is_structure(x->items[0]))
        report(at, x, "has a delimiter that is no string", "a string");
    else if (value_is_scalar(list) || list->kind == VAL_MAP)
        report(at, x, "joins what is no list", "a list");
    for (uint32_t i = 0; list->kind == VAL_LIST && i < list->count; i++)
        if (is_structure(list->items[i]) && !holds_function(list->items[i]))
            check_report(at->c, RULE_FUNCTION_ARGUMENTS, at->r, list->items[i],
                         "Fn::Join joins a %s, expected strings",
                         list->items[i]->kind == VAL_LIST ? "list" : "map");
}

/* https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-importvalue.html
 */
static const struct value *undecided(const struct check *c, const struct value *x, unsigned depth,
                                     bool only_resources) {
    struct sub_piece piece;
    const struct value *found = NULL;
    bool is_resource = x->kind == VAL_REF && graph_find(c->graph, x->text);
    if (depth > LIMIT_DEPTH)
        return NULL;
    if (x->kind == VAL_GETATT || is_resource ||
        (!only_resources && (x->kind == VAL_IMPORT || x->kind == VAL_GET_AZS)))
        return x;
    for (uint32_t at = 0; x->kind == VAL_SUB && sub_next(x->text, &at, &piece);) {
        struct str rest, name = str_split(piece.text, '.', &rest);
        if (piece.is_variable && !value_has(value_at(x, 0), piece.text) &&
            graph_find(c->graph, name))
            return x;
    }
    for (uint32_t i = 0; !found && i < x->count; i++)
        found = undecided(c, x->kind == VAL_MAP ? x->members[i].value : x->items[i], depth + 1,
                          only_resources);
    return found;
}

const struct value *value_undecided(const struct check *c, const struct value *x,
                                    bool only_resources) {
    return undecided(c, x, 0, only_resources);
}

/* https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-findinmap.html */
static void check_keys(const struct site *at, const struct value *x) {
    for (uint32_t i = 0; i < 3; i++) {
        const struct value *found = value_undecided(at->c, x->items[i], false);
        if (found && found->kind != VAL_GET_AZS)
            check_report(at->c, RULE_FUNCTION_ARGUMENTS, at->r, found,
                         "Fn::FindInMap depends on what is known only later, expected names or "
                         "parameters");
    }
}

static void check_import(const struct site *at, const struct value *x) {
    const struct value *name = value_at(x, 0), *found = value_undecided(at->c, name, false);
    if (is_structure(name) && !holds_function(name))
        report(at, x, "imports what is no string", "the name of an export");
    else if (found)
        check_report(at->c, RULE_FUNCTION_ARGUMENTS, at->r, found,
                     "Fn::ImportValue depends on what is known only later, expected no resource, "
                     "import or Fn::GetAZs");
}

/* A zone, or a slip; a region that the tables don't know may be a new one. */
static bool is_no_region(const struct check *c, struct str s) {
    bool has_form = s.len > 6 && s.ptr[2] == '-' && s.ptr[s.len - 2] == '-' &&
                    s.ptr[s.len - 1] >= '0' && s.ptr[s.len - 1] <= '9';
    return s.len && !has_form && !schema_region_find(c->schema, s).n;
}

static void check_zones(const struct site *at, const struct value *x) {
    const struct value *region = value_at(x, 0);
    if (is_structure(region) && !holds_function(region))
        report(at, x, "takes what is no string", "a region");
    else if (region->kind == VAL_STRING && value_is_known(region) &&
             is_no_region(at->c, region->text))
        check_report(at->c, RULE_FUNCTION_ARGUMENTS, at->r, region,
                     "Fn::GetAZs takes '%.*s', expected a region", STR_ARG(region->text));
}

static void check_arguments(const struct site *at, const struct value *x) {
    const struct value *first = value_at(x, 0), *second = value_at(x, 1);
    if (!check_count(at, x))
        return;
    switch (x->kind) {
    case VAL_JOIN:
        check_join(at, x);
        break;
    case VAL_BASE64:
        if (is_structure(first) && !holds_function(first))
            report(at, x, "encodes what is no string", "a string");
        break;
    case VAL_FIND_IN_MAP:
        check_keys(at, x);
        break;
    case VAL_IMPORT:
        check_import(at, x);
        break;
    case VAL_GET_AZS:
        check_zones(at, x);
        break;
    case VAL_SELECT:
        check_select(at, x);
        break;
    case VAL_CIDR:
        check_cidr(at, x);
        break;
    case VAL_SPLIT:
        if (first->kind != VAL_STRING && !value_is_intrinsic(first))
            report(at, x, "has a delimiter that is no string", "a string");
        else if (second->kind == VAL_LIST || second->kind == VAL_MAP)
            report(at, x, "splits what is no string", "a string");
        break;
    case VAL_LENGTH:
        if (value_is_scalar(first))
            report(at, x, "counts what is no list", "a list");
        break;
    case VAL_GET_STACK_OUTPUT:
        check_stack_output(at, x);
        break;
    case VAL_IF:
        if (first->kind != VAL_STRING)
            report(at, x, "has a condition that is no name", "a condition's name");
        break;
    case VAL_NOT:
    case VAL_AND:
    case VAL_OR:
        for (uint32_t i = 0; i < x->count; i++)
            if (!value_is_intrinsic(x->items[i]) && !value_has(x->items[i], STR("Condition")))
                report(at, x, "takes what is no condition",
                       "a condition function or { Condition: name }");
        break;
    default:
        break;
    }
}

/* ---- Fn::FindInMap ---------------------------------------------------------------------- */

static void report_key(const struct site *at, const struct value *key, const struct value *map,
                       struct str in) {
    struct str given = value_text(key), near = STR_NIL;
    for (uint32_t i = 0; i < map->count; i++)
        if (str_is_near(given, map->members[i].key))
            near = map->members[i].key;
    struct diag *d = check_report(at->c, RULE_MAPPING_KEY, at->r, key, "'%.*s' has no key '%.*s'",
                                  STR_ARG(in), STR_ARG(given));
    check_suggest(at->c, d, given, near);
}

static void check_mapping(const struct site *at, const struct value *x) {
    const struct value *name = x->items[0], *top = x->items[1], *second = x->items[2];
    const struct value *mappings = at->c->graph->mappings;
    if (name->kind != VAL_STRING || at->c->open || x->count > 3)
        return;
    const struct value *map = value_get(mappings, name->text);
    if (value_is_nil(map)) {
        struct str near = STR_NIL;
        for (uint32_t i = 0; mappings->kind == VAL_MAP && i < mappings->count; i++)
            if (str_is_near(name->text, mappings->members[i].key))
                near = mappings->members[i].key;
        struct diag *d = check_report(at->c, RULE_MAPPING_KEY, at->r, name,
                                      "there is no mapping '%.*s'", STR_ARG(name->text));
        check_suggest(at->c, d, name->text, near);
        return;
    }
    if (!check_is_closed(map) || !value_is_scalar(second))
        return;
    if (value_is_scalar(top)) {
        const struct value *entry = value_get(map, value_text(top));
        if (value_is_nil(entry))
            report_key(at, top, map, name->text);
        else if (check_is_closed(entry) && !value_has(entry, value_text(second)))
            report_key(at, second, entry, value_text(top));
        return;
    }
    for (uint32_t i = 0; i < map->count; i++)
        if (!check_is_closed(map->members[i].value) ||
            value_has(map->members[i].value, value_text(second)))
            return;
    if (map->count)
        report_key(at, second, map->members[0].value, name->text);
}

/* ---- Fn::Sub ------------------------------------------------------------------------------ */

static void check_variables(const struct site *at, const struct value *x) {
    const struct value *given = value_at(x, 0);
    struct sub_piece piece;
    struct map used = {0};
    if (given->kind != VAL_MAP)
        return;
    for (uint32_t offset = 0; sub_next(x->text, &offset, &piece);)
        if (piece.is_variable)
            map_put(at->c->arena, &used, piece.text, 1);
    for (uint32_t i = 0; i < given->count; i++) {
        if (!map_get(&used, given->members[i].key))
            check_report_span(at->c, RULE_UNUSED_VARIABLE, at->r, given->members[i].span,
                              "variable '%.*s' is not in the text of Fn::Sub",
                              STR_ARG(given->members[i].key));
    }
}

/* Keys whose text a service, a shell or a program reads, with variables of its own. */
static bool is_literal_key(struct str key) {
    static const struct str keys[] = {
        STR_ROW("ZipFile"), STR_ROW("InlineCode"), STR_ROW("DefinitionString"),
        STR_ROW("Definition"), STR_ROW("BuildSpec"), STR_ROW("UserData"), STR_ROW("DashboardBody"),
        STR_ROW("Command"), STR_ROW("Commands"), STR_ROW("FunctionCode"), STR_ROW("Content"),
        STR_ROW("content"), STR_ROW("Sql"), STR_ROW("Code"), STR_ROW("Body"),
        STR_ROW("DefinitionBody"), STR_ROW("QueryString"),
    };
    return str_in(key, keys) || str_ends(key, STR("Template")) || str_ends(key, STR("Script"));
}

static bool is_literal_text(const struct site *at) {
    for (; at; at = at->outer)
        if (at->is_metadata || is_literal_key(at->key))
            return true;
    return false;
}

/* A known name between ${ and } in a string that isn't an Fn::Sub. */
static void check_plain_text(const struct site *at, const struct value *x) {
    struct sub_piece piece;
    bool script = is_literal_text(at) || str_has(x->text, '\n');
    for (uint32_t offset = 0; sub_next(x->text, &offset, &piece);) {
        if (!piece.is_variable)
            continue;
        struct str rest, name = str_split(piece.text, '.', &rest);
        bool pseudo = is_pseudo_parameter(name);
        bool own = value_has(at->c->graph->parameters, name) || graph_find(at->c->graph, name);
        if (!pseudo && (script || !own))
            continue;
        struct diag *d = check_report_word(at->c, RULE_MISSING_SUB, at->r, x, piece.text,
                                           "'${%.*s}' stands in a string that isn't an Fn::Sub",
                                           STR_ARG(piece.text));
        diag_label(at->c->diags, d, "add !Sub");
        return;
    }
}

/* ---- walking -------------------------------------------------------------------------------- */

static void walk(struct site at, const struct value *x);

/* Whether a macro gives the arguments, or one of them. */
static bool holds_macro(const struct value *x) {
    for (uint32_t i = 0; x->kind == VAL_LIST && i < x->count; i++)
        if (x->items[i]->kind == VAL_TRANSFORM)
            return true;
    return x->kind == VAL_TRANSFORM || value_has(x, STR("Fn::Transform"));
}

/* A map that looks like a function but doesn't have its form. */
static void check_key(const struct site *at, const struct value *map, const struct member *m) {
    bool is_computed = str_is(m->key, "Ref") && map->count == 1 && value_is_intrinsic(m->value);
    if (!str_starts(m->key, STR("Fn::")) && !is_computed)
        return;
    enum value_kind kind = value_kind_by_name(m->key);
    if (kind == VAL_NIL || kind == VAL_TRANSFORM || holds_macro(m->value))
        return;
    if (map->count > 1) {
        check_report_span(at->c, RULE_FUNCTION_ARGUMENTS, at->r, m->span,
                          "%.*s stands beside other keys, expected it alone", STR_ARG(m->key));
        return;
    }
    static const char *const forms[] = {
        [FORM_NAME] = "a name", [FORM_ONE] = "a value", [FORM_LIST] = "a list of arguments",
        [FORM_GETATT] = "a logical id and an attribute",
        [FORM_SUB] = "a string, or a list of a string and a map of variables"};
    check_report_span(at->c, RULE_FUNCTION_ARGUMENTS, at->r, m->span,
                      "%.*s has arguments of another form, expected %s", STR_ARG(m->key),
                      forms[value_intrinsic(kind)->form]);
}

static void walk_map(const struct site *at, const struct value *x) {
    for (uint32_t i = 0; i < x->count; i++) {
        struct site inner = *at;
        check_key(at, x, &x->members[i]);
        inner.outer = at;
        inner.key = x->members[i].key;
        walk(inner, x->members[i].value);
    }
}

static void walk(struct site at, const struct value *x) {
    if (++at.depth > LIMIT_DEPTH || (x->kind == VAL_STRING && !str_has(x->text, '$')))
        return;
    if (x->kind == VAL_STRING) {
        check_plain_text(&at, x);
        return;
    }
    if (x->kind == VAL_MAP) {
        walk_map(&at, x);
        return;
    }
    if (x->kind == VAL_FN && !at.c->open && !str_is(x->text, "Ref") &&
        !str_is(x->text, "Fn::GetAtt"))
        check_report(at.c, RULE_FUNCTION_ARGUMENTS, at.r, x, "there is no function '%.*s'",
                     STR_ARG(x->text));
    if (value_is_intrinsic(x) && x->kind != VAL_FN)
        check_arguments(&at, x);
    if (x->kind == VAL_FIND_IN_MAP && x->count >= 3)
        check_mapping(&at, x);
    if (x->kind == VAL_SUB)
        check_variables(&at, x);
    for (uint32_t i = 0; i < x->count; i++)
        if (!(value_is_intrinsic(x) && x->items[i]->kind == VAL_STRING))
            walk(at, x->items[i]);
}

static void walk_section(struct check *c, const struct value *section) {
    walk((struct site){.c = c}, section);
}

void check_functions(struct check *c) {
    for (uint32_t i = 0; i < c->graph->resources.count; i++) {
        const struct resource *r = c->graph->resources.items[i];
        struct site at = {.c = c, .r = r};
        walk(at, r->properties);
        for (uint32_t j = 0; r->attributes->kind == VAL_MAP && j < r->attributes->count; j++) {
            const struct member *m = &r->attributes->members[j];
            at.is_metadata = str_is(m->key, "Metadata");
            walk(at, m->value);
        }
    }
    walk_section(c, c->graph->outputs);
    walk_section(c, c->graph->conditions);
}
