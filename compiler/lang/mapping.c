#include "lang/api.h"

#include <string.h>

#include "base/limits.h"

/* Mapping templates of direct integrations: the files of mapping/ with their {{places}} filled.

   Places are: {{esc EXPR}}, EXPR safe inside a JSON string; {{NAME.part}}, another file;
   and the words of `filler` below. What a caller sends stands in a template only through
   {{esc ..}}, $util.urlEncode, $util.base64Encode or $input.json, so it can't end a string. */

struct mapping {
    const char *name, *text;
};

static const struct mapping mappings[] = {
#define MAPPING(name, text) {name, text},
#include "gen/mappings.inc"
#undef MAPPING
};

struct filler {
    struct lang *l;
    struct api *api;
    const struct route *route;
    struct table_key keys[4]; /* the table's, then the index's that aren't among them */
    unsigned own, all;        /* how many the table has; with the index's */
    const struct table_key *partition; /* what a query asks for */
    bool is_written;          /* the request has a body to look for keys in */
    unsigned depth;
};

static struct str replace_all(struct lang *l, struct str text, struct str old, struct str fresh) {
    struct buf out;
    buf_init(&out, l->arena, LIMIT_STRING_BYTES);
    for (size_t from = 0; from <= text.len;) {
        size_t at = str_find(text, old, from);
        buf_str(&out, str_slice(text, from, at));
        if (at < text.len)
            buf_str(&out, fresh);
        from = at < text.len ? at + old.len : text.len + 1;
    }
    return buf_view(&out);
}

static const char *mapping_find(struct str name) {
    for (size_t i = 0; i < sizeof mappings / sizeof *mappings; i++)
        if (str_is(name, mappings[i].name))
            return mappings[i].text;
    return NULL;
}

/* `$util.escapeJavaScript` also escapes single quotes, which JSON doesn't know. */
static void put_escaped(struct buf *b, struct str expression) {
    buf_printf(b, "$util.escapeJavaScript(%.*s).replaceAll(\"\\\\'\", \"'\")", STR_ARG(expression));
}

static bool is_in_path(struct str path, struct str name) {
    for (size_t open = 0; (open = str_find_char(path, '{', open)) < path.len; open++) {
        struct str one = str_slice(path, open + 1, str_find_char(path, '}', open));
        if (str_ends(one, STR("+")))
            one = str_slice(one, 0, one.len - 1);
        if (str_eq(one, name))
            return true;
    }
    return false;
}

bool is_connection_key(struct str name) {
    return str_is(name, "connection") || str_is(name, "connectionId") ||
           str_is(name, "connection_id");
}

/* {"S": "..."}, from the path, else from the body, else from the query string; of a WebSocket API
   the connection's id, which nobody can say of himself, else from the message. */
static void put_key_value(struct filler *f, struct buf *b, const struct table_key *key) {
    bool body = f->is_written && !is_in_path(f->route->path, key->name);
    struct str from = str_printf(
        f->l->arena, body ? "\"$!body.get('%.*s')\"" : "$input.params('%.*s')", STR_ARG(key->name));
    if (f->route->key.len && is_connection_key(key->name))
        from = STR("$context.connectionId");
    buf_printf(b, "{\"%s\": \"", key->type);
    put_escaped(b, from);
    buf_c(b, "\"}");
}

static void put_keys(struct filler *f, struct buf *b) {
    for (unsigned i = 0; i < f->own; i++) {
        buf_printf(b, "%s\"%.*s\": ", i ? ", " : "", STR_ARG(f->keys[i].name));
        put_key_value(f, b, &f->keys[i]);
    }
}

/* The key of the last item of a page, as the caller brings it back. */
static void put_next(struct filler *f, struct buf *b) {
    for (unsigned i = 0; i < f->all; i++) {
        const struct table_key *k = &f->keys[i];
        struct str from =
            str_printf(f->l->arena, "\"$!next.get('%.*s').get('%s')\"", STR_ARG(k->name), k->type);
        buf_printf(b, "%s\"%.*s\": {\"%s\": \"", i ? ", " : "", STR_ARG(k->name), k->type);
        put_escaped(b, from);
        buf_c(b, "\"}");
    }
}

/* The condition under which $name is no key. */
static void put_other(struct filler *f, struct buf *b) {
    for (unsigned i = 0; i < f->own; i++)
        buf_printf(b, "%s$name != \"%.*s\"", i ? " && " : "", STR_ARG(f->keys[i].name));
}

static struct thing *holder(const struct route *r) {
    return r->on->kind == KIND_INDEX ? r->on->owner : r->on;
}

/* Names go into templates as they are: one of `unfit` in them, or a control character, is
   reported. */
static bool is_plain(struct lang *l, struct str name, const char *unfit, struct span span) {
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.ptr[i] < ' ' || strchr(unfit, name.ptr[i])) {
            diag_add(l->diags, RULE_VALUE_TYPE, span,
                     "a mapping template can't name the key '%.*s': a function can", STR_ARG(name));
            return false;
        }
    return true;
}

/* The key of a message; those of the events, $connect .., are no references of a template's. */
static struct value *message_key(struct lang *l, const struct route *r) {
    bool event = str_starts(r->key, STR("$"));
    return event || is_plain(l, r->key, "\"\\$#", r->span) ? value_string(l->values, r->key)
                                                           : value_error(l);
}

/* What stands in a place; NULL for a word that isn't one. */
static struct value *place(struct filler *f, struct str word) {
    struct lang *l = f->l;
    const struct route *r = f->route;
    struct buf b;
    buf_init(&b, l->arena, LIMIT_STRING_BYTES);
    if (str_starts(word, STR("esc ")))
        put_escaped(&b, str_slice(word, 4, word.len));
    else if (str_is(word, "keys"))
        put_keys(f, &b);
    else if (str_is(word, "other"))
        put_other(f, &b);
    else if (str_is(word, "next"))
        put_next(f, &b);
    else if (str_is(word, "partition"))
        buf_str(&b, f->partition->name);
    else if (str_is(word, "partition_value"))
        put_key_value(f, &b, f->partition);
    else if (str_is(word, "index") && r->on->kind == KIND_INDEX)
        buf_printf(&b, ",\n  \"IndexName\": \"%.*s\"", STR_ARG(r->on->name));
    else if (str_is(word, "index"))
        buf_c(&b, "");
    else if (str_is(word, "fifo"))
        buf_c(&b, is_fifo(l, r->on)
                      ? "&MessageGroupId=api&MessageDeduplicationId=$context.requestId"
                      : "");
    else if (str_is(word, "route") && r->key.len)
        return message_key(l, r);
    else if (str_is(word, "route"))
        buf_printf(&b, "%.*s %.*s", STR_ARG(r->method), STR_ARG(r->path));
    else if (str_is(word, "account"))
        return value_ref(l->values, STR("AWS::AccountId"));
    else if (str_is(word, "api"))
        return api_name(l, f->api->thing);
    else if (str_is(word, "table"))
        return thing_alias(l, holder(r), "name");
    else if (str_is(word, "name") || str_is(word, "arn") || str_is(word, "url"))
        return thing_alias(l, r->on, str_cstr(l->arena, word));
    else
        return NULL;
    return value_string(l->values, buf_view(&b));
}

static struct value *fill(struct filler *f, struct str text) {
    struct lang *l = f->l;
    struct value *out = text_value(l, "");
    f->depth++;
    for (size_t at = 0; at < text.len;) {
        size_t open = str_find(text, STR("{{"), at), close = str_find(text, STR("}}"), open);
        out = concat(l, out, value_string(l->values, str_slice(text, at, open)));
        if (close >= text.len)
            break;
        struct str word = str_slice(text, open + 2, close);
        if (f->route->key.len && str_is(word, "page.part"))
            word = STR("page-message.part");
        const char *part = f->depth < 4 ? mapping_find(word) : NULL;
        struct value *x = part ? fill(f, str_from(part)) : place(f, word);
        if (x && x->kind != VAL_STRING)
            x->flags &= ~VALUE_WORD;
        out = concat(l, out, x ? x : value_string(l->values, str_slice(text, open, close + 2)));
        at = close + 2;
    }
    f->depth--;
    return out;
}


/* Which keys there are, and which of them a query asks for; false after a message. */
static bool find_keys(struct filler *f) {
    struct thing *on = f->route->on, *table = holder(f->route);
    if (table->kind != KIND_TABLE)
        return true;
    f->own = f->all = table_keys(f->l, table, STR_NIL, f->keys);
    f->partition = &f->keys[0];
    struct table_key of_index[2];
    unsigned more = on->kind == KIND_INDEX ? table_keys(f->l, table, on->name, of_index) : 0;
    for (unsigned i = 0; i < more; i++) {
        unsigned k = 0;
        while (k < f->all && !str_eq(f->keys[k].name, of_index[i].name))
            k++;
        if (k == f->all)
            f->keys[f->all++] = of_index[i];
        if (i == 0)
            f->partition = &f->keys[k];
    }
    for (unsigned i = 0; i < f->all; i++)
        if (!is_plain(f->l, f->keys[i].name, "'\"\\$#{}", f->route->span))
            return false;
    if (f->own)
        return true;
    struct diag *d = diag_add(f->l->diags, RULE_MISSING_ATTRIBUTE, f->route->span,
                              "the route needs the key of '%.*s'", STR_ARG(table->name));
    diag_help(f->l->diags, d, "say it there: key (id: string)");
    return false;
}

struct value *mapping_fill(struct lang *l, struct api *a, const struct route *r, const char *text) {
    struct filler f = {.l = l, .api = a, .route = r};
    f.is_written = str_is(r->method, "POST") || str_is(r->method, "PUT") ||
                   str_is(r->method, "PATCH") || str_is(r->method, "ANY");
    if (!find_keys(&f))
        return value_error(l);
    return fill(&f, str_from(text));
}

/* As a WebSocket API has it: a message instead of parameters, and no status to set. Connecting and
   disconnecting are a message of their own. */
static const char *of_message(struct lang *l, const struct route *r, const char *text,
                              bool request) {
    struct buf out;
    buf_init(&out, l->arena, LIMIT_STRING_BYTES);
    struct str rest = str_from(text), body = STR("#set($body = $input.path('$'))\n");
    bool whole = str_find(rest, STR("$input.json('$')"), 0) < rest.len ||
                 str_find(rest, STR("$input.body"), 0) < rest.len;
    bool keyed = str_find(rest, STR("{{keys}}"), 0) < rest.len ||
                 str_find(rest, STR("{{partition_value}}"), 0) < rest.len ||
                 str_find(rest, STR("{{page.part}}"), 0) < rest.len;
    bool own = request && whole && !route_has_message(r);
    if (own)
        buf_c(&out,
              "#set($q = '\"')\n#set($message = \"{${q}connectionId${q}: "
              "${q}$context.connectionId${q}, ${q}event${q}: ${q}$context.eventType${q}}\")\n");
    else if (request && keyed && route_has_message(r) && str_find(rest, body, 0) == rest.len)
        buf_str(&out, body);
    while (rest.len) {
        struct str line = str_split(rest, '\n', &rest);
        if (str_starts(line, STR("#set($context.responseOverride")))
            continue;
        if (own)
            line = replace_all(l, replace_all(l, line, STR("$input.json('$')"), STR("$message")),
                               STR("$input.body"), STR("$message"));
        buf_str(&out, line);
        if (rest.len)
            buf_char(&out, '\n');
    }
    return str_cstr(l->arena, buf_view(&out));
}

struct value *mapping_template(struct lang *l, struct api *a, const struct route *r,
                               const char *name, const char *sort) {
    bool request = str_is(str_from(sort), "request");
    bool bare = r->key.len && !route_has_message(r) && str_is(str_from(name), "table-put");
    struct str file = str_printf(l->arena, "%s%s.%s", name, bare ? "-connection" : "", sort);
    const char *text = mapping_find(file);
    if (r->key.len && text)
        text = of_message(l, r, text, request && !bare);
    struct value *x = mapping_fill(l, a, r, text ? text : "");
    if (!is_error(x) && str_find_char(str_from(text), '\n', 0) < strlen(text))
        x->flags |= VALUE_BLOCK;
    return x;
}
