#include "driver/values.h"

#include "base/limits.h"
#include "base/os.h"
#include "lang/tree.h"

void values_put(struct job *j, struct values_list *list, struct lang_input input) {
    for (uint32_t i = 0; i < list->count; i++) {
        if (str_eq(list->items[i].name, input.name)) {
            list->items[i] = input;
            return;
        }
    }
    vec_push(&j->arena, list, input);
}

static struct value *refuse(struct job *j, const struct node *n) {
    diag_label(
        &j->diags,
        diag_add(&j->diags, RULE_OPTION_VALUE, n->span, "a file of values holds literals only"),
        "expected a string, number, true, false, null, list or map");
    return value_null(&j->graph.values);
}

static struct value *literal(struct job *j, const struct tree *t, node_id id);

static struct value *literal_string(struct job *j, const struct tree *t, const struct node *n) {
    struct buf text;
    buf_init(&text, &j->arena, LIMIT_STRING_BYTES);
    for (uint32_t i = 0; i < n->count; i++) {
        const struct node *piece = tree_node(t, t->children.items[n->list + i]);
        if (piece->kind != NODE_TEXT)
            return refuse(j, n);
        buf_str(&text, piece->text);
    }
    return value_string(&j->graph.values, buf_view(&text));
}

static struct value *literal_number(struct job *j, const struct node *n, bool negative) {
    struct str text = negative ? str_concat(&j->arena, STR("-"), n->text) : n->text;
    struct value *x = value_number(&j->graph.values, text);
    x->unit = n->unit;
    return x;
}

/* The text of a key or of an entry's name: a word, or a string without interpolation. */
static struct str entry_name(struct job *j, const struct tree *t, node_id id) {
    const struct node *n = tree_node(t, id);
    return n->kind == NODE_STRING ? value_text(literal_string(j, t, n)) : n->text;
}

static struct value *literal_map(struct job *j, const struct tree *t, const struct node *n) {
    struct values *v = &j->graph.values;
    struct value *map = value_map(v);
    for (uint32_t i = 0; i < n->count; i++) {
        const struct node *entry = tree_node(t, t->children.items[n->list + i]);
        if (entry->kind != NODE_ATTRIBUTE)
            return refuse(j, entry);
        struct str key = entry_name(j, t, entry->name);
        if (value_has(map, key))
            diag_add(&j->diags, RULE_DUPLICATE_NAME, entry->span, "'%.*s' is set twice",
                     STR_ARG(key));
        value_put(v, map, key, literal(j, t, entry->value));
    }
    return map;
}

static struct value *literal(struct job *j, const struct tree *t, node_id id) {
    const struct node *n = tree_node(t, id);
    struct values *v = &j->graph.values;
    struct place outer = v->place;
    v->place = (struct place){.span = n->span};
    struct value *x = NULL;
    if (n->kind == NODE_STRING)
        x = literal_string(j, t, n);
    else if (n->kind == NODE_NUMBER)
        x = literal_number(j, n, false);
    else if (n->kind == NODE_UNARY && n->op == TOK_MINUS &&
             tree_node(t, n->value)->kind == NODE_NUMBER)
        x = literal_number(j, tree_node(t, n->value), true);
    else if (n->kind == NODE_BOOL)
        x = value_bool(v, n->op == TOK_TRUE);
    else if (n->kind == NODE_NULL)
        x = value_null(v);
    else if (n->kind == NODE_MAP)
        x = literal_map(j, t, n);
    else if (n->kind != NODE_LIST)
        x = refuse(j, n);
    if (!x) {
        x = value_list(v);
        for (uint32_t i = 0; i < n->count; i++)
            value_push(v, x, literal(j, t, t->children.items[n->list + i]));
    }
    v->place = outer;
    return x;
}

void values_read(struct job *j, struct values_list *list, struct str path) {
    const char *error;
    struct str text = os_read(&j->arena, path, LIMIT_SOURCE_BYTES, &error);
    if (error) {
        diag_add(&j->diags, RULE_FILE, SPAN_NIL, "can't read '%.*s': %s", STR_ARG(path), error);
        j->failed = true;
        return;
    }
    uint32_t source = source_add(&j->sources, path, text);
    const struct tree *t = lang_parse(&j->arena, &j->diags, &j->sources, source);
    const struct node *file = tree_node(t, t->root);
    for (uint32_t i = 0; i < file->count; i++) {
        const struct node *entry = tree_node(t, t->children.items[file->list + i]);
        if (entry->kind != NODE_ATTRIBUTE) {
            if (entry->kind != NODE_ERROR)
                diag_help(&j->diags,
                          diag_add(&j->diags, RULE_OPTION_VALUE, entry->span,
                                   "found a statement, expected 'name = literal'"),
                          "a file of values holds nothing else");
            continue;
        }
        values_put(j, list,
                   (struct lang_input){.name = entry_name(j, t, entry->name),
                                       .value = literal(j, t, entry->value),
                                       .span = entry->span});
    }
}
