#include "driver/deploy.h"

#include <string.h>

#include "graph/packaged.h"

/* https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
enum { INLINE_TEMPLATE_BYTES = 51200 };

/* Types that need CAPABILITY_IAM, and the property that makes it CAPABILITY_NAMED_IAM.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html */
static const struct {
    const char *type, *name;
} iam_types[] = {
    {"AWS::IAM::AccessKey", NULL},
    {"AWS::IAM::Group", "GroupName"},
    {"AWS::IAM::InstanceProfile", "InstanceProfileName"},
    {"AWS::IAM::ManagedPolicy", "ManagedPolicyName"},
    {"AWS::IAM::Policy", NULL},
    {"AWS::IAM::Role", "RoleName"},
    {"AWS::IAM::User", "UserName"},
    {"AWS::IAM::UserToGroupAddition", NULL},
};

static void see_resource(struct deploy_plan *p, const struct resource *r) {
    p->needs_package |= resource_has_local_files(r);
    for (size_t i = 0; i < sizeof iam_types / sizeof *iam_types; i++) {
        if (!resource_is(r, iam_types[i].type))
            continue;
        p->iam = true;
        if (iam_types[i].name)
            p->named_iam |= !value_is_null(value_get_c(r->properties, iam_types[i].name));
    }
    if (resource_is(r, "AWS::CloudFormation::Stack") ||
        resource_is(r, "AWS::Serverless::Application"))
        p->iam = p->auto_expand = true; /* what is nested may need them, and can't be seen */
}

static bool has_transform(const struct value *x) {
    if (x->kind == VAL_TRANSFORM)
        return true;
    if (x->kind == VAL_MAP)
        for (uint32_t i = 0; i < x->count; i++)
            if (has_transform(x->members[i].value))
                return true;
    if (x->kind == VAL_LIST || value_is_intrinsic(x))
        for (uint32_t i = 0; i < x->count; i++)
            if (has_transform(x->items[i]))
                return true;
    return false;
}

/* Letters, digits and hyphens, a letter first. */
static struct str name_from_path(struct arena *a, struct str path) {
    size_t from = path.len, to = path.len;
    while (from > 0 && path.ptr[from - 1] != '/')
        from--;
    for (size_t i = from; i < path.len; i++)
        if (path.ptr[i] == '.' && i > from)
            to = i < to ? i : to;
    struct buf name;
    buf_init(&name, a, 128);
    for (size_t i = from; i < to; i++) {
        char c = path.ptr[i], lower = (char)(c | 0x20);
        bool letter = lower >= 'a' && lower <= 'z', digit = c >= '0' && c <= '9';
        if (letter || (name.len && digit))
            buf_char(&name, c);
        else if (name.len && buf_view(&name).ptr[name.len - 1] != '-')
            buf_char(&name, '-');
    }
    while (name.len && name.ptr[name.len - 1] == '-')
        name.len--;
    return name.len ? buf_view(&name) : STR("stack");
}

struct deploy_plan deploy_plan_of(struct arena *a, const struct job *j) {
    const struct graph *g = &j->graph;
    struct deploy_plan p = {.resources = g->resources.count,
                            .bytes = j->output.len,
                            .needs_bucket = j->output.len > INLINE_TEMPLATE_BYTES,
                            .stack_name = g->name,
                            .regions =
                                j->options->regions.items.count ? j->options->regions : g->regions};
    if (p.stack_name.len == 0)
        p.stack_name = name_from_path(a, j->path);
    for (uint32_t i = 0; i < g->resources.count; i++) {
        const struct resource *r = g->resources.items[i];
        see_resource(&p, r);
        p.auto_expand |= has_transform(r->properties);
    }
    p.auto_expand |= j->options->target == TARGET_SAM ? j->was_sam : !value_is_nil(g->transform);
    for (uint32_t i = 0; i < g->parameters->count && g->parameters->kind == VAL_MAP; i++) {
        const struct member *m = &g->parameters->members[i];
        if (!value_has(m->value, STR("Default")))
            vec_push(a, &p.parameters.items, m->key);
    }
    return p;
}

static bool is_plain(struct str s) {
    for (size_t i = 0; i < s.len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%",
                    s.ptr[i]))
            return false;
    return s.len > 0 && s.ptr[0] != '-';
}

static void quoted(struct buf *out, struct str s) {
    if (is_plain(s)) {
        buf_str(out, s);
        return;
    }
    buf_char(out, '\'');
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '\'')
            buf_c(out, "'\\''");
        else
            buf_char(out, s.ptr[i]);
    buf_char(out, '\'');
}

static void deploy_command(struct buf *out, const struct deploy_plan *p, struct str file,
                           struct str region) {
    buf_c(out, "aws cloudformation deploy --template-file ");
    quoted(out, file);
    buf_c(out, " --stack-name ");
    quoted(out, p->stack_name);
    if (region.len) {
        buf_c(out, " --region ");
        quoted(out, region);
    }
    if (p->iam || p->named_iam || p->auto_expand)
        buf_c(out, " --capabilities");
    if (p->iam)
        buf_c(out, p->named_iam ? " CAPABILITY_NAMED_IAM" : " CAPABILITY_IAM");
    if (p->auto_expand)
        buf_c(out, " CAPABILITY_AUTO_EXPAND");
    if (p->needs_bucket)
        buf_c(out, " --s3-bucket BUCKET");
    for (uint32_t i = 0; i < p->parameters.items.count; i++) {
        buf_c(out, i ? " " : " --parameter-overrides ");
        buf_str(out, p->parameters.items.items[i]);
        buf_c(out, "=VALUE");
    }
    buf_char(out, '\n');
}

/* "out.yaml" -> "out.packaged.yaml" */
static struct str packaged_name(struct arena *a, struct str file) {
    size_t dot = file.len;
    while (dot > 0 && file.ptr[dot - 1] != '.' && file.ptr[dot - 1] != '/')
        dot--;
    bool has_dot = dot > 1 && file.ptr[dot - 1] == '.' && file.ptr[dot - 2] != '/';
    size_t stem = has_dot ? dot - 1 : file.len;
    return str_printf(a, "%.*s.packaged%.*s", (int)stem, file.ptr, (int)(file.len - stem),
                      file.ptr + stem);
}

void deploy_commands(struct buf *out, const struct deploy_plan *p, struct str file) {
    struct str deployed = file;
    uint32_t count = p->regions.items.count;
    if (p->needs_package) {
        deployed = packaged_name(out->arena, file);
        buf_c(out, "aws cloudformation package --template-file ");
        quoted(out, file);
        buf_c(out, " --s3-bucket BUCKET --output-template-file ");
        quoted(out, deployed);
        buf_char(out, '\n');
    }
    for (uint32_t i = 0; i < (count ? count : 1); i++)
        deploy_command(out, p, deployed, count ? p->regions.items.items[i] : STR_NIL);
}
