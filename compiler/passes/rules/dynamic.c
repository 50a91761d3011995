/* Dynamic references: {{resolve:service:key}}, that CloudFormation replaces when it deploys.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html */
#include "base/buf.h"
#include "base/limits.h"
#include "passes/check.h"

/* The keys that lead to a value. */
struct step {
    const struct step *outer;
    struct str key;
};

struct site {
    struct check *c;
    const struct resource *r; /* NULL: an output */
    const struct step *path;
    unsigned depth;
};

struct reference {
    const struct site *at;
    const struct value *value;
    struct str text; /* "{{resolve:ssm:name}}", with holes */
};

static bool has_hole(struct str s) {
    return str_has(s, TEXT_HOLE);
}

/* The reference as the user wrote it: holes are printed as dots. */
static struct str shown(struct arena *a, struct str s) {
    struct buf b;
    buf_init(&b, a, LIMIT_STRING_BYTES);
    for (struct str rest = s; rest.ptr;) {
        buf_str(&b, str_split(rest, TEXT_HOLE, &rest));
        buf_c(&b, rest.ptr ? ".." : "");
    }
    return buf_view(&b);
}

static struct diag *report(const struct reference *ref, const char *wrong) {
    struct str text = shown(ref->at->c->arena, ref->text);
    return check_report(ref->at->c, RULE_DYNAMIC_REFERENCE, ref->at->r, ref->value, "'%.*s' %s",
                        STR_ARG(text), wrong);
}

/* ---- where ssm-secure is resolved -------------------------------------------------------- */

/* https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm-secure-strings.html
 */
static const struct {
    const char *type, *path;
} secure[] = {
    {"AWS::DirectoryService::MicrosoftAD", "Password"},
    {"AWS::DirectoryService::SimpleAD", "Password"},
    {"AWS::ElastiCache::ReplicationGroup", "AuthToken"},
    {"AWS::IAM::User", "LoginProfile.Password"},
    {"AWS::KinesisFirehose::DeliveryStream", "RedshiftDestinationConfiguration.Password"},
    {"AWS::OpsWorks::App", "AppSource.Password"},
    {"AWS::OpsWorks::Stack", "RdsDbInstances.DbPassword"},
    {"AWS::OpsWorks::Stack", "CustomCookbooksSource.Password"},
    {"AWS::RDS::DBCluster", "MasterUserPassword"},
    {"AWS::RDS::DBInstance", "MasterUserPassword"},
    {"AWS::Redshift::Cluster", "MasterUserPassword"},
};

static struct str path_of(struct arena *a, const struct step *path) {
    if (!path)
        return STR_NIL;
    struct str outer = path_of(a, path->outer);
    return str_printf(a, "%.*s%s%.*s", STR_ARG(outer), outer.len ? "." : "", STR_ARG(path->key));
}

static void check_secure(const struct reference *ref) {
    const struct site *at = ref->at;
    if (!at->r)
        return;
    struct str path = path_of(at->c->arena, at->path);
    for (size_t i = 0; i < sizeof secure / sizeof *secure; i++)
        if (str_is(at->r->type, secure[i].type) && str_is(path, secure[i].path))
            return;
    struct diag *d = report(ref, "stands where no secure string is resolved");
    diag_help(at->c->diags, d, "a secret of Secrets Manager is resolved in every property: "
                               "{{resolve:secretsmanager:NAME:SecretString:KEY}}");
}

/* ---- forms ------------------------------------------------------------------------------- */

enum { MAX_FIELDS = 16 };

struct fields {
    struct str items[MAX_FIELDS];
    unsigned count;
};

static bool is_parameter_name(struct str s) {
    for (size_t i = 0; i < s.len; i++) {
        char ch = s.ptr[i];
        bool fits = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
                    (ch >= 'A' && ch <= 'Z') || ch == '_' || ch == '.' || ch == '-' ||
                    ch == '/' || ch == TEXT_HOLE;
        if (!fits)
            return false;
    }
    return s.len > 0;
}

static void check_parameter(const struct reference *ref, const struct fields *f) {
    int64_t version;
    struct str name = f->items[2];
    if (str_is(name, "arn"))
        return;
    if (!is_parameter_name(name))
        report(ref, "names no parameter, expected letters, digits, '_', '.', '-' and '/'");
    else if (f->count > 4)
        report(ref, "has too many parts, expected a name and a version");
    else if (f->count == 4 && !has_hole(f->items[3]) &&
             (!str_to_int(f->items[3], &version) || version < 1))
        report(ref, "has a version that is no number");
}

static void check_secret(const struct reference *ref, const struct fields *f) {
    unsigned next = 3;
    if (str_is(f->items[2], "arn"))
        next = 9;
    if (!f->items[2].len) {
        report(ref, "names no secret");
        return;
    }
    if (f->count < next) {
        report(ref, "has no complete ARN of a secret");
        return;
    }
    struct str what = next < f->count ? f->items[next] : STR_NIL;
    if (what.len && !has_hole(what) && !str_is(what, "SecretString")) {
        struct diag *d = report(ref, "asks for another part than SecretString");
        struct str right = STR("SecretString");
        if (str_is_near(what, right) || str_eq_nocase(what, right))
            check_suggest(ref->at->c, d, what, right);
    } else if (f->count > next + 4) {
        report(ref, "has too many parts, expected a secret, SecretString, a key and a version");
    } else if (f->count == next + 4 && f->items[next + 2].len && f->items[next + 3].len) {
        report(ref, "has a version's stage and its id, expected one of them");
    }
}

static void check_form(const struct reference *ref) {
    struct fields f = {0};
    struct str inner = str_slice(ref->text, 2, ref->text.len - 2), rest = inner;
    while (rest.ptr && f.count < MAX_FIELDS)
        f.items[f.count++] = str_split(rest, ':', &rest);
    if (has_hole(f.items[1]))
        return;
    bool is_secure = str_is(f.items[1], "ssm-secure");
    bool is_known = is_secure || str_is(f.items[1], "ssm") || str_is(f.items[1], "secretsmanager");
    if (!is_known) {
        struct diag *d =
            report(ref, "asks another service than ssm, ssm-secure or secretsmanager");
        bool is_secret = str_is_near(f.items[1], STR("secretsmanager"));
        check_suggest(ref->at->c, d, f.items[1], is_secret ? STR("secretsmanager") : STR_NIL);
    } else if (f.count < 3) {
        report(ref, "names nothing, expected a parameter or secret");
    } else if (str_is(f.items[1], "secretsmanager")) {
        check_secret(ref, &f);
    } else {
        check_parameter(ref, &f);
        if (is_secure)
            check_secure(ref);
    }
}

/* ---- finding them ------------------------------------------------------------------------ */

/* "{{ resolve:ssm:", which stays as it is. */
static bool is_spaced(struct str s, size_t open) {
    size_t i = open + 2;
    while (i < s.len && s.ptr[i] == ' ')
        i++;
    if (i == open + 2 || !str_starts(str_slice(s, i, s.len), STR("resolve:")))
        return false;
    struct str service = str_slice(s, i + 8, s.len);
    return str_starts(service, STR("ssm")) || str_starts(service, STR("secretsmanager:"));
}

/* The text with its references, which are no known text to a view. */
static struct str text_of(struct check *c, const struct value *x) {
    const struct value *delimiter = value_at(x, 0), *list = value_at(x, 1);
    struct buf b;
    if (x->kind == VAL_STRING)
        return x->text;
    if (x->kind != VAL_JOIN || delimiter->kind != VAL_STRING || list->kind != VAL_LIST)
        return view_text(&c->view, x).pattern;
    buf_init(&b, c->arena, LIMIT_STRING_BYTES);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct value *item = list->items[i];
        buf_str(&b, i ? delimiter->text : STR_NIL);
        buf_str(&b, item->kind == VAL_STRING ? item->text : view_text(&c->view, item).pattern);
    }
    return buf_view(&b);
}

static void check_text_of(const struct site *at, const struct value *x) {
    struct str s = text_of(at->c, x);
    size_t open = 0;
    for (; (open = str_find(s, STR("{{"), open)) < s.len; open += 2) {
        struct reference ref = {at, x, str_slice(s, open, s.len)};
        size_t close = str_find(s, STR("}}"), open), line = str_find_char(s, '\n', open);
        if (is_spaced(s, open)) {
            ref.text = str_slice(s, open, (close < s.len ? close + 2 : line));
            report(&ref, "has blanks after the braces, and so isn't resolved");
        }
        if (!str_starts(ref.text, STR("{{resolve:")))
            continue;
        if (close > line || close == s.len) {
            ref.text = str_slice(s, open, line);
            report(&ref, "isn't closed, expected }}");
            continue;
        }
        ref.text = str_slice(s, open, close + 2);
        check_form(&ref);
    }
}

static void walk(struct site at, const struct value *x) {
    if (++at.depth > LIMIT_DEPTH || (x->kind == VAL_STRING && !str_has(x->text, '{')))
        return;
    if (x->kind == VAL_STRING || x->kind == VAL_SUB || x->kind == VAL_JOIN) {
        check_text_of(&at, x);
        return;
    }
    for (uint32_t i = 0; i < x->count; i++) {
        if (x->kind != VAL_MAP) {
            walk(at, x->items[i]);
            continue;
        }
        struct step step = {at.path, x->members[i].key};
        struct site inner = at;
        inner.path = &step;
        walk(inner, x->members[i].value);
    }
}

void check_dynamic(struct check *c) {
    for (uint32_t i = 0; i < c->graph->resources.count; i++) {
        const struct resource *r = c->graph->resources.items[i];
        if (!str_starts(r->type, STR("AWS::CloudFormation::")))
            walk((struct site){.c = c, .r = r}, r->properties);
    }
    walk((struct site){.c = c}, c->graph->outputs);
}
