/* Policies and statements that are named for reading, but allow to write.
   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html */
#include "passes/rules/access.h"

/* ---- names ----------------------------------------------------------------- */

static bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

/* The next word of a name in camel case, or with blanks, dashes and the like between. */
static struct str next_word(struct str name, size_t *at) {
    while (*at < name.len && !is_lower(name.ptr[*at]) && !is_upper(name.ptr[*at]))
        ++*at;
    size_t from = *at, to = from;
    while (to < name.len && is_upper(name.ptr[to]))
        to++;
    if (to > from + 1 && to < name.len && is_lower(name.ptr[to]))
        to--; /* of "S3ReadOnly" and "DDBRead" the last capital begins the next word */
    else
        while (to < name.len && is_lower(name.ptr[to]))
            to++;
    *at = to;
    return str_slice(name, from, to);
}

/* Whether a name says that something is read, and nothing else: of "ReadWrite", "MarkAsRead" and
   "ReadReplica" it isn't known what they mean. */
static bool says_read(struct str name) {
    static const char *const reads[] = {"read", "reads", "reader", "readers", "readonly"};
    static const char *const more[] = {
        "write",   "writes",  "writer",  "put",     "update",   "delete",  "full",    "modify",
        "manage",  "create",  "edit",    "all",     "crud",     "send",    "publish", "execute",
        "invoke",  "start",   "tag",     "lock",    "upload",   "remove",  "add",     "append",
        "insert",  "save",    "store",   "rw",      "admin",    "process", "consume", "poll",
        "and",     "or",      "then",    "sync",    "replicate", "backup", "restore", "archive",
        "move",    "copy",    "mark",    "receipt", "receipts", "replica", "replicas", "capacity",
        "import",  "export",  "load",    "cache",   "modifier", "not",     "deny",    "un",
    };
    bool found = false;
    for (size_t at = 0; at < name.len;) {
        struct str word = next_word(name, &at);
        if (str_in_nocase(word, more))
            return false;
        found = found || str_in_nocase(word, reads);
    }
    return found;
}

/* The name of the policy that a statement stands in; nil where nobody gave it one. */
static struct str policy_name(struct check *c, const struct statement *s) {
    const struct value *policies = property(s->owner, "Policies");
    static const char *const names[] = {"PolicyName", "ManagedPolicyName"};
    for (uint32_t i = 0; policies->kind == VAL_LIST && i < policies->count; i++)
        if (span_covers(policies->items[i]->span, s->span)) {
            const struct value *name = value_get_c(policies->items[i], "PolicyName");
            return name->origin && c->graph->is_template ? STR_NIL : check_text(c, name);
        }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!is_absent(property(s->owner, names[i])))
            return check_text(c, property(s->owner, names[i]));
    return resource_is(s->owner, "AWS::IAM::ManagedPolicy") ? s->owner->id : STR_NIL;
}

/* ---- actions --------------------------------------------------------------- */

/* Whether an action changes what is stored, and isn't what reading takes: consumers of queues delete
   what they have read, queries of Athena put their results into a bucket. */
static bool is_change(struct access *a, struct str text) {
    static const char *const verbs[] = {"Put",    "Delete", "Update", "Create", "BatchWrite",
                                        "Modify", "Remove", "Change", "Write",  "Terminate"};
    static const char *const others[] = {"sqs",     "logs",   "kinesis",    "kafka", "athena",
                                         "xray",    "ec2",    "cloudwatch", "kms",   "mq",
                                         "glue",    "redshift-data", "timestream"};
    struct named_action is = iam_action_named(&a->iam, text);
    enum iam_access level = iam_action_access(a->c->schema, is.action);
    if (!is.action.n || (level != IAM_ACCESS_WRITE && level != IAM_ACCESS_PERMISSIONS) ||
        str_in_nocase(is.prefix, others))
        return false;
    struct str name = iam_action_name(a->c->schema, is.action);
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (str_starts(name, str_from(verbs[i])))
            return true;
    return false;
}

/* The resources that hold a policy which queries with Athena: that writes. */
static void find_queries(struct access *a, struct map *out) {
    for (uint32_t i = 0; i < a->iam.statements.items.count; i++) {
        const struct statement *s = a->iam.statements.items.items[i];
        for (uint32_t k = 0; s->value && k < s->actions.items.count; k++)
            if (str_starts(check_text(a->c, s->actions.items.items[k].value), STR("athena:")))
                map_put_ptr(a->c->arena, out, s->owner->id, s->owner);
    }
}

static void check_statement(struct access *a, const struct map *queries,
                            const struct statement *s) {
    struct check *c = a->c;
    struct str sid = check_text(c, value_get_c(s->value, "Sid")), name = STR_NIL;
    const struct value *first = NULL;
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->actions.items.count; i++) {
        const struct value *x = s->actions.items.items[i].value;
        if (is_change(a, check_text(c, x)))
            first = count++ ? first : x;
    }
    if (!count)
        return;
    if (says_read(sid))
        name = sid;
    else if (!sid.len)
        name = policy_name(c, s);
    if (!says_read(name) || map_get(queries, s->owner->id))
        return;
    struct str action = check_text(c, first);
    struct diag *d = check_report(c, RULE_WRITE_AS_READ, s->owner, first,
                                  "'%.*s' speaks of reading, but allows %.*s", STR_ARG(name),
                                  STR_ARG(action));
    if (count > 1)
        diag_label(c->diags, d, "%u more like it", count - 1);
    diag_help(c->diags, d, "drop it, or say in the name that it writes");
}

void check_reading(struct check *c) {
    struct access *a = access_get(c);
    struct map queries = {0};
    if (a)
        find_queries(a, &queries);
    for (uint32_t i = 0; a && i < a->iam.statements.items.count; i++) {
        const struct statement *s = a->iam.statements.items.items[i];
        if (s->kind == POLICY_IDENTITY && s->allows && !s->not_action && s->value &&
            !access_is_generated(a, s))
            check_statement(a, &queries, s);
    }
}
