/* Where secrets flow to: parameters that are NoEcho, what Secrets Manager and SSM keep, and build
   inputs of the type secret, through Fn::Sub, Fn::Join and Fn::If, into what others may read.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
   https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html */
#include "base/limits.h"
#include "passes/rules/types.h"

/* ---- what a secret is --------------------------------------------------------------------- */

/* Where a secret stands: the value, and the word in it. */
struct secret {
    const struct value *at; /* NULL: there is none */
    struct str parameter;   /* nil: not a parameter */
};

static bool is_hidden(const struct check *c, struct str name) {
    return value_is_true(value_get_c(value_get(c->graph->parameters, name), "NoEcho"));
}

/* What a database's secret holds beside the password.
   https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
 */
static bool is_harmless_key(struct str key) {
    static const char *const keys[] = {"username", "host",   "port",       "dbname",
                                       "engine",   "dbInstanceIdentifier", "dbClusterIdentifier"};
    return str_in(key, keys);
}

static bool resolves_secret(struct str s) {
    struct str prefix = STR("{{resolve:secretsmanager:"), member = STR(":SecretString:");
    for (size_t at = 0; (at = str_find(s, prefix, at)) < s.len; at += prefix.len) {
        struct str rest, whole = str_slice(s, at, str_find(s, STR("}}"), at));
        size_t key = str_find(whole, member, 0);
        if (key == whole.len ||
            !is_harmless_key(str_split(str_slice(whole, key + member.len, whole.len), ':', &rest)))
            return true;
    }
    return str_find(s, STR("{{resolve:ssm-secure:"), 0) < s.len;
}

static struct secret in_sub(struct check *c, const struct value *x) {
    struct sub_piece piece;
    for (uint32_t at = 0; sub_next(x->text, &at, &piece);)
        if (piece.is_variable && !value_has(value_at(x, 0), piece.text) && is_hidden(c, piece.text))
            return (struct secret){x, piece.text};
    return (struct secret){0};
}

/* The first secret in a value; the nearest value that the source shows. */
static struct secret find(struct check *c, const struct value *x, unsigned depth) {
    struct secret found = {0};
    if (depth > LIMIT_DEPTH)
        return found;
    if (x->kind == VAL_REF && is_hidden(c, x->text))
        return (struct secret){x, x->text};
    if (x->kind == VAL_SUB)
        found = in_sub(c, x);
    bool is_text = x->kind == VAL_STRING || x->kind == VAL_SUB;
    if (!found.at && is_text && (x->flags & VALUE_SECRET || resolves_secret(x->text)))
        found.at = x;
    for (uint32_t i = 0; !found.at && i < x->count; i++)
        found = find(c, x->kind == VAL_MAP ? x->members[i].value : x->items[i], depth + 1);
    /* parts of a reference that Fn::Join puts together */
    if (!found.at && x->kind == VAL_JOIN && resolves_secret(view_text(&c->view, x).pattern))
        found.at = x;
    return found;
}

/* ---- where it goes ------------------------------------------------------------------------- */

struct sink {
    struct check *c;
    const struct resource *r; /* NULL: an output, or the template itself */
    enum rule_id rule;
    struct str what; /* "the name of 'Topic'" */
    const char *help;
    struct span key; /* of what is set to it */
};

/* A value of the language has the place where it was made, perhaps in a let far away: then the
   key's, or the block's, is nearer. */
static struct span place_of(const struct sink *s, const struct value *found) {
    struct span key = s->key, block = s->r && s->r->origin ? s->r->origin->span : SPAN_NIL;
    bool specific = !span_is_nil(key) && (key.source != block.source || key.start != block.start);
    bool inside = found->span.source == key.source && found->span.start > key.end;
    return span_is_nil(key) || (!specific && inside) ? found->span : key;
}

static bool holds_secret(struct check *c, const struct value *x) {
    return find(c, x, 0).at != NULL;
}

static void pour(const struct sink *s, const struct value *x) {
    struct check *c = s->c;
    struct secret found = find(c, x, 0);
    struct diag *d;
    if (!found.at)
        return;
    if (!c->graph->is_template) {
        d = check_report_span(c, s->rule, s->r, place_of(s, found.at), "%.*s shows a secret",
                              STR_ARG(s->what));
    } else if (found.parameter.len) {
        d = check_report_word(c, s->rule, s->r, found.at, found.parameter,
                              "%.*s shows the parameter '%.*s', which is NoEcho", STR_ARG(s->what),
                              STR_ARG(found.parameter));
        diag_note(c->diags, d, value_member(c->graph->parameters, found.parameter)->span,
                  "the parameter");
    } else {
        d = check_report(c, s->rule, s->r, found.at, "%.*s shows a secret", STR_ARG(s->what));
    }
    if (s->help)
        diag_help(c->diags, d, "%s", s->help);
}

static void expose(struct check *c, const struct resource *r, const struct member *m,
                   const char *what) {
    if (!holds_secret(c, m->value))
        return;
    struct str owner = check_name(c, r);
    struct sink s = {c, r, RULE_SECRET_EXPOSED,
                     str_printf(c->arena, "%s of %.*s", what, STR_ARG(owner)), NULL, m->span};
    pour(&s, m->value);
}

/* ---- environments ---------------------------------------------------------------------------- */

#define READ_LATER                                                                                 \
    "pass the secret's ARN, allow secretsmanager:GetSecretValue on it, and read it at run time"

static void check_variables(struct check *c, const struct resource *r,
                            const struct value *variables, const char *help) {
    for (uint32_t i = 0; variables->kind == VAL_MAP && i < variables->count; i++) {
        const struct member *m = &variables->members[i];
        if (!holds_secret(c, m->value))
            continue;
        struct str owner = check_name(c, r);
        struct sink s = {c, r, RULE_SECRET_IN_ENV,
                         str_printf(c->arena, "'%.*s' in the environment of %.*s", STR_ARG(m->key),
                                    STR_ARG(owner)), help, m->span};
        pour(&s, m->value);
    }
}

/* Lists of { Name, Value }. */
static void check_pairs(struct check *c, const struct resource *r, const struct value *list,
                        const char *help) {
    for (uint32_t i = 0; list->kind == VAL_LIST && i < list->count; i++) {
        const struct value *x = value_get_c(list->items[i], "Value");
        struct str type = value_text(value_get_c(list->items[i], "Type"));
        if ((type.len && !str_is(type, "PLAINTEXT")) || !holds_secret(c, x))
            continue;
        struct str name = value_text(value_get_c(list->items[i], "Name")), owner = check_name(c, r);
        struct sink s = {c, r, RULE_SECRET_IN_ENV,
                         str_printf(c->arena, "'%.*s' in the environment of %.*s", STR_ARG(name),
                                    STR_ARG(owner)), help, SPAN_NIL};
        pour(&s, x);
    }
}

static void check_environment(struct check *c, const struct resource *r) {
    if (resource_is(r, "AWS::Lambda::Function"))
        check_variables(c, r, value_get_c(property(r, "Environment"), "Variables"), READ_LATER);
    if (resource_is(r, "AWS::CodeBuild::Project"))
        check_pairs(c, r, value_get_c(property(r, "Environment"), "EnvironmentVariables"),
                    "give the variable the Type SECRETS_MANAGER");
    const struct value *containers = property(r, "ContainerDefinitions");
    if (!resource_is(r, "AWS::ECS::TaskDefinition") || containers->kind != VAL_LIST)
        return;
    for (uint32_t i = 0; i < containers->count; i++)
        check_pairs(c, r, value_get_c(containers->items[i], "Environment"),
                    "name the secret's ARN under Secrets, and ECS reads it");
}

/* ---- texts: code, scripts, definitions ---------------------------------- */

static const struct {
    struct str type;
    const char *property, *what;
} texts[] = {
    {STR_ROW("AWS::ApiGateway::RestApi"), "Body", "the definition"},
    {STR_ROW("AWS::ApiGateway::Method"), "Integration", "the integration"},
    {STR_ROW("AWS::ApiGateway::Stage"), "Variables", "a stage variable"},
    {STR_ROW("AWS::ApiGatewayV2::Api"), "Body", "the definition"},
    {STR_ROW("AWS::ApiGatewayV2::Integration"), "RequestParameters", "the request"},
    {STR_ROW("AWS::ApiGatewayV2::Integration"), "RequestTemplates", "the request"},
    {STR_ROW("AWS::ApiGatewayV2::Stage"), "StageVariables", "a stage variable"},
    {STR_ROW("AWS::AutoScaling::LaunchConfiguration"), "UserData", "the user data"},
    {STR_ROW("AWS::CloudFront::Function"), "FunctionCode", "the code"},
    {STR_ROW("AWS::CloudWatch::Dashboard"), "DashboardBody", "the dashboard"},
    {STR_ROW("AWS::CodeBuild::Project"), "Source", "the build specification"},
    {STR_ROW("AWS::EC2::Instance"), "UserData", "the user data"},
    {STR_ROW("AWS::EC2::LaunchTemplate"), "LaunchTemplateData", "the launch template"},
    {STR_ROW("AWS::Lambda::Function"), "Code", "the code"},
    {STR_ROW("AWS::StepFunctions::StateMachine"), "Definition", "the definition"},
    {STR_ROW("AWS::StepFunctions::StateMachine"), "DefinitionString", "the definition"},
    {STR_ROW("AWS::StepFunctions::StateMachine"), "DefinitionSubstitutions", "the definition"},
};

static void check_texts(struct check *c, const struct resource *r) {
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (!str_eq(r->type, texts[i].type) || !holds_secret(c, property(r, texts[i].property)))
            continue;
        struct str owner = check_name(c, r);
        struct sink s = {c, r, RULE_SECRET_IN_TEXT,
                         str_printf(c->arena, "%s of %.*s", texts[i].what, STR_ARG(owner)),
                         "who may read the configuration reads it; let what runs there ask Secrets "
                         "Manager", SPAN_NIL};
        pour(&s, property(r, texts[i].property));
    }
}

/* ---- what everybody sees ------------------------------------------------ */

static bool is_identifier(const struct check *c, const struct resource *r, struct str key) {
    struct schema_type_id type = schema_type_find(c->schema, r->type);
    return schema_list_has(c->schema, schema_type_identifier(c->schema, type), key);
}

static void check_shown(struct check *c, const struct resource *r) {
    struct str tags =
        schema_type_tag_property(c->schema, schema_type_find(c->schema, r->type));
    struct str name = name_property(r->type);
    for (uint32_t i = 0; r->properties->kind == VAL_MAP && i < r->properties->count; i++) {
        const struct member *m = &r->properties->members[i];
        if (str_is(m->key, "Description"))
            expose(c, r, m, "the description");
        else if (tags.len && str_eq(m->key, tags))
            expose(c, r, m, "a tag");
        else if (str_eq(m->key, name) ||
                 (str_ends(m->key, STR("Name")) && is_identifier(c, r, m->key)))
            expose(c, r, m, "the name");
    }
    const struct member *metadata = value_member(r->attributes, STR("Metadata"));
    if (metadata)
        expose(c, r, metadata, "the metadata");
}

static void check_outputs(struct check *c) {
    const struct value *outputs = c->graph->outputs;
    for (uint32_t i = 0; outputs->kind == VAL_MAP && i < outputs->count; i++) {
        const struct member *m = &outputs->members[i];
        if (!holds_secret(c, m->value))
            continue;
        struct sink s = {c, NULL, RULE_SECRET_EXPOSED,
                         str_printf(c->arena, "the output '%.*s'", STR_ARG(m->key)), NULL, m->span};
        pour(&s, m->value);
    }
}

void check_taint(struct check *c) {
    for (uint32_t i = 0; i < c->graph->resources.count; i++) {
        const struct resource *r = c->graph->resources.items[i];
        check_environment(c, r);
        check_texts(c, r);
        check_shown(c, r);
    }
    check_outputs(c);
    struct sink metadata = {c,    NULL,    RULE_SECRET_EXPOSED, STR("the template's metadata"),
                            NULL, SPAN_NIL};
    pour(&metadata, c->graph->metadata);
}
