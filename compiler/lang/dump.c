#include "lang/dump.h"

static const char *const kind_names[NODE_KINDS] = {
    [NODE_NIL_KIND] = "NIL",
#define NODE(id, fields) [NODE_##id] = #id,
#include "lang/nodes.def"
#undef NODE
};

static void dump_text(struct buf *out, struct str text) {
    buf_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == '\n')
            buf_c(out, "\\n");
        else if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            buf_printf(out, "\\x%02x", c);
        else
            buf_char(out, (char)c);
    }
    buf_char(out, '"');
}

static void dump_kind(struct buf *out, const char *name) {
    for (; *name; name++)
        buf_char(out, *name == '_' ? '-' : (char)(*name | 0x20));
}

static void dump_node(struct buf *out, const struct tree *t, node_id id, const char *field,
                      unsigned depth) {
    static const char *const units[] = {"", "ms", "s", "m", "h", "d", "B", "KB", "MB", "GB"};
    const struct node *n = tree_node(t, id);
    if (depth)
        buf_char(out, '\n');
    buf_repeat(out, ' ', depth * 2);
    if (field)
        buf_printf(out, "%s: ", field);
    buf_char(out, '(');
    dump_kind(out, kind_names[n->kind]);
    buf_printf(out, " %u-%u", n->span.start, n->span.end);
    if (n->op)
        buf_printf(out, " op %s", token_describe((enum token_kind)n->op));
    if (n->text.ptr) {
        buf_char(out, ' ');
        dump_text(out, n->text);
    }
    if (n->unit)
        buf_printf(out, " %s", units[n->unit]);
    if (n->doc.len) {
        buf_c(out, " doc ");
        dump_text(out, n->doc);
    }
    const struct {
        const char *name;
        node_id id;
    } fields[] = {{"name", n->name},   {"type", n->type},   {"loop", n->loop},  {"cond", n->cond},
                  {"value", n->value}, {"extra", n->extra}, {"block", n->block}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!node_is_nil(fields[i].id))
            dump_node(out, t, fields[i].id, fields[i].name, depth + 1);
    for (uint32_t i = 0; i < n->count; i++)
        dump_node(out, t, tree_child(t, id, i), NULL, depth + 1);
    buf_char(out, ')');
}

void tree_dump(struct buf *out, const struct tree *t) {
    dump_node(out, t, t->root, NULL, 0);
    buf_char(out, '\n');
}
