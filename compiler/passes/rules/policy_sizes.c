/* Policies over the size that AWS takes, counted by what is known of them: a lower bound.
   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
#include "base/limits.h"
#include "passes/rules/access.h"

static const struct {
    const char *type, *property;
    size_t limit;
    const char *name, *document;
} sizes[] = {
#define POLICY_SIZE(type, property, limit, name, document) {type, property, limit, name, document},
#include "iam/policy_sizes.def"
};

static const struct {
    const char *type;
    size_t limit;
} inlines[] = {
#define INLINE_SIZE(type, limit) {type, limit},
#include "iam/policy_sizes.def"
};

/* ---- counting ---------------------------------------------------------------------------- */

/* The least that a function leaves in a text: what AWS knows to be that long. */
static size_t least_of_hole(const struct value *x) {
    static const struct {
        const char *name;
        size_t least;
    } pseudo[] = {{"AWS::AccountId", 12}, {"AWS::Region", 9}, {"AWS::Partition", 3},
                  {"AWS::StackName", 1},  {"AWS::URLSuffix", 13}};
    for (size_t i = 0; x->kind == VAL_REF && i < sizeof pseudo / sizeof *pseudo; i++)
        if (str_is(x->text, pseudo[i].name))
            return pseudo[i].least;
    return x->kind == VAL_GETATT && str_ends(value_text(value_at(x, 0)), STR("Arn")) ? 16 : 0;
}

static size_t count_of(struct str s, char c) {
    size_t n = 0;
    for (size_t at = 0; (at = str_find_char(s, c, at)) < s.len; at++)
        n++;
    return n;
}

static size_t text_size(struct check *c, const struct value *x) {
    struct text t = view_text(&c->view, x);
    size_t n = 2 + t.pattern.len;
    n += count_of(t.pattern, '"') + count_of(t.pattern, '\\'); /* which are escaped */
    for (uint32_t i = 0; i < t.holes.items.count; i++)
        n += least_of_hole(t.holes.items.items[i]) - 1;
    return n;
}

/* The least characters of a value as JSON without blanks; 0 where it may be left out. */
static size_t size_of(struct check *c, const struct value *x, unsigned depth) {
    size_t n = 2;
    if (depth > LIMIT_DEPTH)
        return 0;
    if (x->kind == VAL_MAP) {
        for (uint32_t i = 0; i < x->count; i++) {
            size_t inner = size_of(c, x->members[i].value, depth + 1);
            n += inner ? x->members[i].key.len + 3 + inner + (n > 2) : 0;
        }
        return n;
    }
    if (x->kind == VAL_LIST) {
        for (uint32_t i = 0; i < x->count; i++) {
            size_t inner = size_of(c, x->items[i], depth + 1);
            n += inner ? inner + (n > 2) : 0;
        }
        return n;
    }
    if (x->kind == VAL_IF) {
        size_t yes = size_of(c, value_at(x, 1), depth + 1);
        size_t no = size_of(c, value_at(x, 2), depth + 1);
        return yes < no ? yes : no;
    }
    if (x->kind == VAL_BOOL)
        return x->truth ? 4 : 5;
    if (value_is_null(x))
        return 0;
    return x->kind == VAL_NUMBER ? x->text.len : text_size(c, x);
}

/* ---- one document --------------------------------------------------------------------------- */

static void check_document(struct check *c, const struct resource *r) {
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (!resource_is(r, sizes[i].type))
            continue;
        const struct value *document = property(r, sizes[i].property);
        size_t n = value_is_null(document) ? 0 : size_of(c, document, 0);
        if (n <= sizes[i].limit)
            continue;
        struct diag *d = check_report(c, RULE_POLICY_SIZE, r, document,
                                      "the policy has at least %zu characters, and %s takes %zu", n,
                                      sizes[i].name, sizes[i].limit);
        diag_help(c->diags, d,
                  "join statements and resources by common prefixes, or split the policy; "
                  "see https://docs.aws.amazon.com/%s", sizes[i].document);
    }
}

/* ---- inline policies ------------------------------------------------------------------------- */

struct sum {
    size_t size;
    uint32_t policies;
};

/* The sizes of what AWS::IAM::Policy and its like add to a principal that is there without them. */
static void add_attached(struct access *a, struct map *sums, const struct resource *r) {
    static const char *const lists[] = {"Roles",    "Users",    "Groups",
                                        "RoleName", "UserName", "GroupName"};
    struct check *c = a->c;
    if (!resource_is(r, "AWS::IAM::Policy") && !resource_is(r, "AWS::IAM::RolePolicy") &&
        !resource_is(r, "AWS::IAM::UserPolicy") && !resource_is(r, "AWS::IAM::GroupPolicy"))
        return;
    size_t size = size_of(c, property(r, "PolicyDocument"), 0);
    struct bdd_id when = formula_of_resource(&c->formulas, r);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const struct value *list = property(r, lists[i]);
        for (uint32_t k = 0; k < (list->kind == VAL_LIST ? list->count : 1); k++) {
            const struct value *one = list->kind == VAL_LIST ? list->items[k] : list;
            const struct resource *to = check_target(c, one);
            struct sum *sum = to ? map_get_ptr(sums, to->id) : NULL;
            if (!sum || iam_is_there(&a->iam, when, formula_of_resource(&c->formulas, to)) !=
                            MATCH_YES)
                continue;
            sum->size += size;
            sum->policies++;
        }
    }
}

static void add_own(struct check *c, struct map *sums, const struct resource *r) {
    const struct value *policies = property(r, "Policies");
    struct sum *sum = arena_new(c->arena, struct sum);
    for (uint32_t i = 0; policies->kind == VAL_LIST && i < policies->count; i++) {
        const struct value *document = value_get_c(policies->items[i], "PolicyDocument");
        sum->size += value_is_null(document) ? 0 : size_of(c, document, 0);
        sum->policies++;
    }
    map_put_ptr(c->arena, sums, r->id, sum);
}

static void check_inline(struct check *c, const struct map *sums, const struct resource *r) {
    const struct sum *sum = map_get_ptr(sums, r->id);
    for (size_t i = 0; i < sizeof inlines / sizeof *inlines; i++) {
        if (!resource_is(r, inlines[i].type) || sum->size <= inlines[i].limit)
            continue;
        struct diag *d = check_report(
            c, RULE_POLICY_SIZE, r, property(r, "Policies"),
            "%s of '%.*s' %s at least %zu characters, and IAM takes %zu",
            sum->policies == 1 ? "the inline policy" : "the inline policies", STR_ARG(r->id),
            sum->policies == 1 ? "has" : "have", sum->size, inlines[i].limit);
        diag_help(c->diags, d,
                  "move statements into managed policies, each of at most 6144 characters");
    }
}

void check_policy_sizes(struct check *c) {
    struct access *a = access_get(c);
    struct map sums = {0};
    if (!a)
        return;
    for (uint32_t i = 0; i < a->iam.principals.count; i++)
        add_own(c, &sums, a->iam.principals.items[i]->resource);
    for (uint32_t i = 0; i < c->graph->resources.count; i++) {
        add_attached(a, &sums, c->graph->resources.items[i]);
        check_document(c, c->graph->resources.items[i]);
    }
    for (uint32_t i = 0; i < a->iam.principals.count; i++)
        check_inline(c, &sums, a->iam.principals.items[i]->resource);
}
