#include "iam/arn.h"

#include <string.h>

#include "base/buf.h"

enum { MAX_SEGMENT = 255, MAX_NESTING = 8 };

void holes_init(struct holes *h, struct arena *a, const struct str_vec *regions) {
    *h = (struct holes){.arena = a, .regions = regions};
}

uint32_t hole_symbol(struct holes *h, struct str key, enum hole_kind kind) {
    uintptr_t found = map_get(&h->by_key, key);
    if (!found) {
        vec_push(h->arena, &h->items, (struct hole){key, kind});
        found = h->items.count;
        map_put(h->arena, &h->by_key, key, found);
    }
    return ARN_HOLE + (uint32_t)found - 1;
}

static const struct hole *hole_of(const struct holes *h, uint32_t symbol) {
    return symbol >= ARN_HOLE ? &h->items.items[symbol - ARN_HOLE] : NULL;
}

enum hole_kind hole_kind_of(const struct holes *h, uint32_t symbol) {
    const struct hole *hole = hole_of(h, symbol);
    return hole ? hole->kind : (enum hole_kind)-1;
}

struct str hole_key_of(const struct holes *h, uint32_t symbol) {
    const struct hole *hole = hole_of(h, symbol);
    return hole ? hole->key : STR_NIL;
}

static bool is_any(const struct hole *hole) {
    return hole && (hole->kind == HOLE_ANY || hole->kind == HOLE_VARIABLE);
}

/* Its text may be another one in another place, or deployment. */
static bool is_vague(const struct hole *hole) {
    return is_any(hole) || (hole && hole->kind == HOLE_PART);
}

/* ---- making ------------------------------------------------------------------- */

static void push(struct holes *h, struct arn *out, uint32_t symbol) {
    vec_push(h->arena, out, symbol);
}

/* Makes room for so many more symbols. */
static void reserve(struct holes *h, struct arn *out, size_t more) {
    if (more <= out->cap - out->count)
        return;
    size_t cap = out->count + more;
    if (cap > UINT32_MAX)
        arena_fail(h->arena);
    out->items = arena_grow(h->arena, out->items, out->cap, cap, sizeof *out->items);
    out->cap = (uint32_t)cap;
}

/* Text of a policy: wildcards, ${*} for an asterisk itself, policy variables.
   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
static void push_pattern(struct holes *h, struct arn *out, struct str s, bool literal) {
    reserve(h, out, s.len);
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        bool opens = c == '$' && !literal && i + 1 < s.len && s.ptr[i + 1] == '{';
        size_t end = opens ? str_find_char(s, '}', i) : s.len;
        if (end < s.len) {
            struct str name = str_slice(s, i + 2, end);
            if (name.len == 1 && strchr("*?$", name.ptr[0]))
                push(h, out, (unsigned char)name.ptr[0]);
            else
                push(h, out, hole_symbol(h, name, HOLE_VARIABLE));
            i = end;
        } else {
            out->items[out->count++] = c == '*' ? ARN_STAR : c == '?' ? ARN_ONE : c;
        }
    }
}

static void push_literal(struct holes *h, struct arn *out, struct str s) {
    reserve(h, out, s.len);
    for (size_t i = 0; i < s.len; i++)
        out->items[out->count++] = (unsigned char)s.ptr[i];
}

static void push_arn(struct holes *h, struct arn *out, struct arn more) {
    reserve(h, out, more.count);
    if (more.count)
        memcpy(out->items + out->count, more.items, more.count * sizeof *more.items);
    out->count += more.count;
}

struct arn arn_of_text(struct holes *h, struct str text) {
    struct arn out = {0};
    push_pattern(h, &out, text, false);
    return out;
}

struct arn arn_literal(struct holes *h, struct str text) {
    struct arn out = {0};
    push_literal(h, &out, text);
    return out;
}

struct arn arn_inside(struct holes *h, struct arn of, struct str suffix) {
    struct arn out = {0};
    reserve(h, &out, of.count + suffix.len);
    push_arn(h, &out, of);
    for (size_t i = 0; i < suffix.len; i++)
        push(h, &out, suffix.ptr[i] == '*' ? hole_symbol(h, STR("anything"), HOLE_ANY)
                                           : (unsigned char)suffix.ptr[i]);
    return out;
}

/* The bucket can only be made if no part of its name has ':' or '/', wherever else it stands.
   https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
static void narrow(struct holes *h, struct arn name) {
    for (uint32_t i = 0; i < name.count; i++) {
        if (name.items[i] < ARN_HOLE)
            continue;
        struct hole *hole = &h->items.items[name.items[i] - ARN_HOLE];
        if (hole->kind == HOLE_ANY && !str_is(hole->key, "?"))
            hole->kind = HOLE_PART;
    }
}

/* A property or attribute of a resource: what the template sets, else a name of its own. */
static void push_own(struct arns *a, struct arn *out, const struct resource *r, struct str name) {
    const struct value *set = value_get(r->properties, name);
    if (!value_is_null(set) && a->depth < MAX_NESTING) {
        struct arn own = arn_of(a, set);
        if (resource_is(r, "AWS::S3::Bucket") && !resource_condition(r).ptr)
            narrow(a->holes, own);
        push_arn(a->holes, out, own);
        return;
    }
    a->cut = a->cut || !value_is_null(set);
    struct str key = str_printf(a->holes->arena, "%.*s.%.*s", STR_ARG(r->id), STR_ARG(name));
    push(a->holes, out, hole_symbol(a->holes, key, HOLE_OWN));
}

static struct schema_type_id type_of(struct arns *a, const struct resource *r) {
    return schema_type_find(a->schema, r->type);
}

/* The one property that Ref gives, unless that is the ARN or several. */
static struct str ref_name(struct arns *a, struct schema_type_id type) {
    struct schema_list ref = schema_type_ref(a->schema, type);
    enum schema_ref_kind kind = schema_type_ref_kind(a->schema, type);
    return ref.count == 1 && kind != SCHEMA_REF_ARN ? schema_list_at(a->schema, ref, 0) : STR_NIL;
}

static void push_placeholder(struct arns *a, struct arn *out, const struct resource *r,
                             struct str name) {
    if (str_is(name, "Partition")) {
        push(a->holes, out, hole_symbol(a->holes, STR("AWS::Partition"), HOLE_PARTITION));
        return;
    }
    if (str_is(name, "Account")) {
        push(a->holes, out, hole_symbol(a->holes, STR("AWS::AccountId"), HOLE_ACCOUNT));
        return;
    }
    struct schema_type_id type = type_of(a, r);
    struct schema_def_id body = schema_type_body(a->schema, type);
    bool is_property = schema_property_find(a->schema, body, name).n != 0;
    struct str ref = ref_name(a, type);
    push_own(a, out, r, !is_property && ref.len ? ref : name);
}

static void push_region(struct arns *a, struct arn *out) {
    const struct str_vec *regions = a->view->regions;
    if (regions && regions->items.count == 1)
        push_literal(a->holes, out, regions->items.items[0]);
    else
        push(a->holes, out, hole_symbol(a->holes, STR("AWS::Region"), HOLE_REGION));
}

/* A global table's replica in the stack's region is a table like others, and its ARN is what GetAtt
   gives; "global-table" is of the version of 2017. */
static struct str arn_form(struct arns *a, const struct resource *r) {
    bool global = resource_is(r, "AWS::DynamoDB::GlobalTable");
    return schema_type_arn(a->schema, global
                                          ? schema_type_find(a->schema, STR("AWS::DynamoDB::Table"))
                                          : type_of(a, r));
}

static struct arn make_of_resource(struct arns *a, const struct resource *r) {
    struct arn out = {0};
    struct str form = arn_form(a, r);
    struct sub_piece piece;
    if (!form.len || a->depth >= MAX_NESTING) {
        a->cut = a->cut || form.len;
        return out;
    }
    a->depth++;
    const struct value *path = value_get_c(r->properties, "Path");
    for (uint32_t at = 0; sub_next(form, &at, &piece);) {
        if (!piece.is_variable)
            push_literal(a->holes, &out, piece.text);
        else if (str_is(piece.text, "Region"))
            push_region(a, &out);
        else if (str_ends(piece.text, STR("WithPath")) && !value_is_null(path)) {
            out.count -= out.count && out.items[out.count - 1] == '/'; /* the path has one */
            push_own(a, &out, r, STR("Path"));
            push_placeholder(a, &out, r, piece.text);
        } else
            push_placeholder(a, &out, r, piece.text);
    }
    a->depth--;
    return out;
}

/* Made once, but for what depends on where it is asked for: texts of old policies, and what is
   nested too deep. */
struct arn arn_of_resource(struct arns *a, const struct resource *r) {
    const struct arn *known = a->literal ? NULL : map_get_ptr(&a->of, r->id);
    if (known)
        return *known;
    bool outer = a->cut;
    a->cut = false;
    struct arn out = make_of_resource(a, r);
    if (!a->literal && !a->cut) {
        struct arn *kept = arena_new(a->holes->arena, struct arn);
        *kept = out;
        map_put_ptr(a->holes->arena, &a->of, r->id, kept);
    }
    a->cut = a->cut || outer;
    return out;
}

static bool is_arn_attribute(struct arns *a, const struct resource *r, struct str attribute) {
    struct schema_type_id type = type_of(a, r);
    struct schema_list ref = schema_type_ref(a->schema, type);
    return str_is(attribute, "Arn") || (schema_type_ref_kind(a->schema, type) == SCHEMA_REF_ARN &&
                                        schema_list_has(a->schema, ref, attribute));
}

static void push_reference(struct arns *a, struct arn *out, const struct resource *r,
                           struct str attribute) {
    struct schema_type_id type = type_of(a, r);
    bool is_ref = attribute.ptr == NULL;
    bool is_arn = is_ref ? schema_type_ref_kind(a->schema, type) == SCHEMA_REF_ARN
                         : is_arn_attribute(a, r, attribute);
    struct arn whole = is_arn ? arn_of_resource(a, r) : (struct arn){0};
    if (whole.count) {
        push_arn(a->holes, out, whole);
        if (resource_is(r, "AWS::Logs::LogGroup"))
            push_pattern(a->holes, out, STR(":*"), false);
        return;
    }
    if (str_is(attribute, "StreamArn") && (whole = arn_of_resource(a, r)).count) {
        push_arn(a->holes, out, whole);
        push_pattern(a->holes, out, STR("/stream/"), false);
        push_own(a, out, r, STR("StreamLabel"));
        return;
    }
    struct str name = is_ref ? ref_name(a, type) : attribute;
    a->depth++;
    push_own(a, out, r, name.len ? name : STR("Ref"));
    a->depth--;
}

struct arn arn_of_ref(struct arns *a, const struct resource *r) {
    struct arn out = {0};
    push_reference(a, &out, r, STR_NIL);
    return out;
}

static void push_hole(struct arns *a, struct arn *out, const struct value *x) {
    static const struct {
        const char *name;
        enum hole_kind kind;
    } pseudo[] = {{"AWS::Partition", HOLE_PARTITION}, {"AWS::Region", HOLE_REGION},
                  {"AWS::AccountId", HOLE_ACCOUNT},   {"AWS::StackName", HOLE_WORD},
                  {"AWS::URLSuffix", HOLE_WORD}};
    for (size_t i = 0; x->kind == VAL_REF && i < sizeof pseudo / sizeof *pseudo; i++)
        if (str_is(x->text, pseudo[i].name)) {
            push(a->holes, out, hole_symbol(a->holes, x->text, pseudo[i].kind));
            return;
        }
    const struct resource *r =
        x->kind == VAL_REF || x->kind == VAL_GETATT ? graph_find(a->view->graph, x->text) : NULL;
    struct str attribute = x->kind == VAL_GETATT ? value_text(value_at(x, 0)) : STR_NIL;
    if (r && (x->kind == VAL_REF || attribute.len)) {
        push_reference(a, out, r, attribute);
        return;
    }
    struct str key = x->kind == VAL_REF ? x->text : value_canonical(a->holes->arena, x);
    push(a->holes, out, hole_symbol(a->holes, key, HOLE_ANY));
}

struct arn arn_of(struct arns *a, const struct value *x) {
    struct arn out = {0};
    if (a->depth >= MAX_NESTING) {
        a->cut = true;
        push(a->holes, &out, hole_symbol(a->holes, STR("?"), HOLE_ANY));
        return out;
    }
    a->depth++;
    struct text t = view_text(a->view, x);
    uint32_t hole = 0;
    reserve(a->holes, &out, t.pattern.len);
    for (size_t from = 0; from <= t.pattern.len;) {
        size_t at = str_find_char(t.pattern, TEXT_HOLE, from);
        push_pattern(a->holes, &out, str_slice(t.pattern, from, at), a->literal);
        if (at < t.pattern.len && hole < t.holes.items.count)
            push_hole(a, &out, t.holes.items.items[hole++]);
        from = at + 1;
    }
    a->depth--;
    return out;
}

/* ---- showing -------------------------------------------------------------------- */

static char symbol_char(uint32_t symbol) {
    return symbol == ARN_STAR ? '*' : symbol == ARN_ONE ? '?' : (char)symbol;
}

struct str arn_text(struct arena *a, const struct holes *h, struct arn x) {
    struct buf b;
    buf_init(&b, a, 0);
    for (uint32_t i = 0; i < x.count; i++) {
        const struct hole *hole = hole_of(h, x.items[i]);
        if (hole)
            buf_printf(&b, "${%.*s}", STR_ARG(hole->key));
        else
            buf_char(&b, symbol_char(x.items[i]));
    }
    return buf_view(&b);
}

struct str arn_sample(struct arena *a, const struct holes *h, struct arn x) {
    static const char *const samples[] = {"aws", "us-east-1", "123456789012", "x",
                                          "x",   "*",         "*",            "x"};
    struct buf b;
    buf_init(&b, a, 0);
    for (uint32_t i = 0; i < x.count; i++) {
        const struct hole *hole = hole_of(h, x.items[i]);
        if (hole)
            buf_c(&b, samples[hole->kind]);
        else
            buf_char(&b, symbol_char(x.items[i]));
    }
    return buf_view(&b);
}

bool arn_is_open(const struct holes *h, struct arn x) {
    for (uint32_t i = 0; i < x.count; i++) {
        const struct hole *hole = hole_of(h, x.items[i]);
        if (is_any(hole) && !str_is(hole->key, "anything"))
            return true;
    }
    return false;
}

struct str arn_unknown(const struct holes *h, struct arn x) {
    for (uint32_t i = 0; i < x.count; i++) {
        const struct hole *hole = hole_of(h, x.items[i]);
        if (is_vague(hole) && !str_is(hole->key, "anything"))
            return hole->key;
    }
    return STR_NIL;
}

/* ---- matching ------------------------------------------------------------------- */

static bool is_run_of(const uint32_t *run, uint32_t n, struct str text) {
    for (uint32_t i = 0; i < n; i++)
        if (i >= text.len || run[i] != (unsigned char)text.ptr[i])
            return false;
    return n == text.len;
}

static enum match absorb_partition(const uint32_t *run, uint32_t n) {
    static const char *const names[] = {"aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b",
                                        "aws-iso-e", "aws-iso-f", "aws-eusc"};
    /* a policy that names another partition than the stack's is refused, so it is the stack's */
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is_run_of(run, n, str_from(names[i])))
            return MATCH_YES;
    return MATCH_NO;
}

static enum match absorb_region(const struct holes *h, const uint32_t *run, uint32_t n) {
    uint32_t dashes = 0, count = h->regions ? h->regions->items.count : 0;
    for (uint32_t i = 0; i < count; i++)
        if (is_run_of(run, n, h->regions->items.items[i]))
            return count == 1 ? MATCH_YES : MATCH_MAYBE;
    if (count)
        return MATCH_NO;
    for (uint32_t i = 0; i < n; i++) {
        bool is_letter = run[i] >= 'a' && run[i] <= 'z', is_digit = run[i] >= '0' && run[i] <= '9';
        if (run[i] != '-' && !is_letter && !is_digit)
            return MATCH_NO;
        dashes += run[i] == '-';
    }
    return dashes >= 2 ? MATCH_MAYBE : MATCH_NO;
}

static enum match absorb_account(const struct holes *h, const uint32_t *run, uint32_t n) {
    if (h->account.len)
        return is_run_of(run, n, h->account) ? MATCH_YES : MATCH_NO;
    for (uint32_t i = 0; i < n; i++)
        if (run[i] < '0' || run[i] > '9')
            return MATCH_NO;
    return n == 12 ? MATCH_MAYBE : MATCH_NO;
}

/* Whether a hole's text can be a run of the other side; `asked`: the hole is in what is asked for,
   and the run in the pattern. */
static enum match absorb(const struct holes *h, uint32_t symbol, const uint32_t *run, uint32_t n,
                         bool asked) {
    bool wild = false, vague = false, cut = false;
    uint32_t stars = 0;
    const struct hole *hole = hole_of(h, symbol);
    if (n == 1 && run[0] == symbol)
        return MATCH_YES;
    for (uint32_t i = 0; i < n; i++) {
        const struct hole *other = hole_of(h, run[i]);
        stars += run[i] == ARN_STAR;
        wild = wild || run[i] == ARN_STAR || run[i] == ARN_ONE;
        vague = vague || is_vague(other);
        cut = cut || run[i] == ':' || run[i] == '/';
    }
    if (asked && n && stars == n)
        return MATCH_YES;
    if (!hole || is_any(hole))
        return MATCH_MAYBE;
    if (cut || (n == 0 && hole->kind != HOLE_PART))
        return MATCH_NO;
    if (wild || vague)
        return MATCH_MAYBE;
    switch (hole->kind) {
    case HOLE_PARTITION:
        return absorb_partition(run, n);
    case HOLE_REGION:
        return absorb_region(h, run, n);
    case HOLE_ACCOUNT:
        return absorb_account(h, run, n);
    case HOLE_WORD:
    case HOLE_PART:
        return MATCH_MAYBE;
    default:
        return MATCH_NO;
    }
}

struct grid {
    const struct holes *h;
    const uint32_t *p, *a;
    uint8_t best[MAX_SEGMENT + 1][MAX_SEGMENT + 1];
};

static void raise(struct grid *g, uint32_t i, uint32_t j, enum match m) {
    if (m > g->best[i][j])
        g->best[i][j] = (uint8_t)m;
}

/* Ways to a pattern's first i symbols having matched the first j that are asked for. */
static void fill(struct grid *g, uint32_t i, uint32_t j) {
    uint32_t p = i ? g->p[i - 1] : 0, a = j ? g->a[j - 1] : 0;
    if (i && p == ARN_STAR) {
        raise(g, i, j, g->best[i - 1][j]);
        if (j)
            raise(g, i, j, g->best[i][j - 1]);
    }
    bool asked_text = j && a != ARN_STAR && a != ARN_ONE && a < ARN_HOLE;
    if (i && asked_text && (p == a || p == ARN_ONE))
        raise(g, i, j, g->best[i - 1][j - 1]);
    if (i && j && p == ARN_ONE && a == ARN_ONE)
        raise(g, i, j, g->best[i - 1][j - 1]);
    if (j && !asked_text)
        for (uint32_t k = 0; k <= i; k++)
            if (g->best[k][j - 1])
                raise(g, i, j,
                      match_least(g->best[k][j - 1], absorb(g->h, a, g->p + k, i - k, true)));
    if (i && p >= ARN_HOLE)
        for (uint32_t k = 0; k <= j; k++)
            if (g->best[i - 1][k])
                raise(g, i, j,
                      match_least(g->best[i - 1][k], absorb(g->h, p, g->a + k, j - k, false)));
}

/* Symbols that stand for one text wherever they stand. */
static bool is_fixed(const struct holes *h, uint32_t symbol) {
    const struct hole *hole = hole_of(h, symbol);
    return hole ? !is_vague(hole) : symbol != ARN_STAR && symbol != ARN_ONE;
}

enum step { STEP_STOP, STEP_ON, STEP_DIFFER };

/* What the first symbols, or the last, say by themselves: most patterns differ from most texts
 * there. */
static enum step compare_ends(const struct holes *h, uint32_t p, uint32_t a) {
    if (p == a && is_fixed(h, p))
        return STEP_ON;
    bool plain = a < ARN_STAR;
    if (plain && p == ARN_ONE)
        return STEP_ON;
    return plain && p < ARN_STAR ? STEP_DIFFER : STEP_STOP;
}

static enum match match_grid(const struct holes *h, const uint32_t *p, uint32_t n,
                             const uint32_t *a, uint32_t m) {
    if (n > MAX_SEGMENT || m > MAX_SEGMENT)
        return MATCH_MAYBE;
    struct grid g;
    g.h = h, g.p = p, g.a = a;
    for (uint32_t i = 0; i <= n; i++)
        for (uint32_t j = 0; j <= m; j++) {
            g.best[i][j] = i == 0 && j == 0 ? MATCH_YES : MATCH_NO;
            fill(&g, i, j);
        }
    return g.best[n][m];
}

static enum match match_run(const struct holes *h, const uint32_t *p, uint32_t n, const uint32_t *a,
                            uint32_t m) {
    enum step step = STEP_ON;
    while (n && m && (step = compare_ends(h, *p, *a)) == STEP_ON)
        p++, a++, n--, m--;
    if (step == STEP_DIFFER)
        return MATCH_NO;
    while (n && m && (step = compare_ends(h, p[n - 1], a[m - 1])) == STEP_ON)
        n--, m--;
    if (n && m && step == STEP_DIFFER)
        return MATCH_NO;
    if (n == 1 && *p == ARN_STAR)
        return MATCH_YES;
    return n || m ? match_grid(h, p, n, a, m) : MATCH_YES;
}

enum { SEGMENTS = 6 };

/* Where the six parts of an ARN end; false when there are fewer. */
static bool cut(struct arn x, uint32_t ends[SEGMENTS]) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < x.count && n < SEGMENTS - 1; i++)
        if (x.items[i] == ':')
            ends[n++] = i;
    ends[SEGMENTS - 1] = x.count;
    return n == SEGMENTS - 1;
}

static bool equal(struct arn x, struct arn y) {
    return x.count == y.count && (!x.count || !memcmp(x.items, y.items, x.count * sizeof *x.items));
}

enum match arn_match_text(const struct holes *h, struct arn pattern, struct arn asked) {
    return equal(pattern, asked)
               ? MATCH_YES
               : match_run(h, pattern.items, pattern.count, asked.items, asked.count);
}

/* "arn:aws:s3:*" speaks of every region, account and resource: parts that are left out are
   anything. What doesn't begin as an ARN stays as it is. */
static struct arn padded(const struct holes *h, struct arn x) {
    uint32_t colons = 0;
    struct arn out = {0};
    for (uint32_t i = 0; i < x.count; i++)
        colons += x.items[i] == ':';
    if (!is_run_of(x.items, x.count < 4 ? x.count : 4, STR("arn:")) || colons >= SEGMENTS - 1)
        return x;
    for (uint32_t i = 0; i < x.count; i++) {
        if (x.items[i] >= ARN_HOLE)
            return x; /* it may have the rest */
        vec_push(h->arena, &out, x.items[i]);
    }
    for (; colons < SEGMENTS - 1; colons++) {
        vec_push(h->arena, &out, ':');
        vec_push(h->arena, &out, ARN_STAR);
    }
    return out;
}

enum match arn_match(const struct holes *h, struct arn pattern, struct arn asked) {
    uint32_t p[SEGMENTS], a[SEGMENTS];
    if (equal(pattern, asked) || (pattern.count == 1 && pattern.items[0] == ARN_STAR))
        return MATCH_YES;
    bool is_arn = cut(asked, a);
    if (is_arn)
        pattern = padded(h, pattern);
    if (!cut(pattern, p) || !is_arn)
        return match_run(h, pattern.items, pattern.count, asked.items, asked.count);
    enum match all = MATCH_YES;
    uint32_t from = 0, at = 0;
    for (int i = 0; i < SEGMENTS && all; i++) {
        all = match_least(all, match_run(h, pattern.items + from, p[i] - from, asked.items + at,
                                   a[i] - at));
        from = p[i] + 1, at = a[i] + 1;
    }
    return all;
}
