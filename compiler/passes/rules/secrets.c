/* Secrets that a template shows: passwords written out, or in parameters that everybody can read.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html#creds */
#include "base/limits.h"
#include "passes/check.h"

static bool is_secret_property(struct str key) {
    static const struct str names[] = {
        STR_ROW("MasterUserPassword"), STR_ROW("MasterPassword"), STR_ROW("Password"),
        STR_ROW("AdminPassword"), STR_ROW("SecretString"), STR_ROW("AuthToken"),
        STR_ROW("ClientSecret"), STR_ROW("client_secret"), STR_ROW("OAuthToken"),
        STR_ROW("OauthToken"), STR_ROW("PersonalAccessToken"), STR_ROW("SecretAccessKey"),
        STR_ROW("DirectoryPassword"),
    };
    return str_in(key, names);
}

static bool is_hidden(const struct check *c, struct str parameter) {
    const struct value *x = value_get(c->graph->parameters, parameter);
    return value_is_true(value_get_c(x, "NoEcho")) ||
           str_starts(value_text(value_get_c(x, "Type")), STR("AWS::SSM::"));
}

static void check_secret(struct check *c, const struct resource *r, const struct member *m) {
    const struct value *x = m->value;
    if (x->kind == VAL_REF && value_has(c->graph->parameters, x->text) && !is_hidden(c, x->text)) {
        struct diag *d = check_report(c, RULE_PLAIN_SECRET, r, x,
                                      "parameter '%.*s' becomes %.*s, but isn't NoEcho",
                                      STR_ARG(x->text), STR_ARG(m->key));
        diag_note(c->diags, d, value_member(c->graph->parameters, x->text)->span, "the parameter");
    } else if (x->kind == VAL_STRING && x->text.len && value_is_known(x)) {
        struct diag *d = check_report(c, RULE_PLAIN_SECRET, r, x, "%.*s is written in plain text",
                                      STR_ARG(m->key));
        diag_help(c->diags, d,
                  "use a dynamic reference: {{resolve:secretsmanager:NAME:SecretString:KEY}}");
    }
}

static void walk(struct check *c, const struct resource *r, const struct value *x, unsigned depth) {
    if (depth > LIMIT_DEPTH)
        return;
    for (uint32_t i = 0; i < x->count; i++) {
        if (x->kind != VAL_MAP) {
            walk(c, r, x->items[i], depth + 1);
            continue;
        }
        if (is_secret_property(x->members[i].key))
            check_secret(c, r, &x->members[i]);
        if (x->members[i].value->count)
            walk(c, r, x->members[i].value, depth + 1);
    }
}

static void check_defaults(struct check *c) {
    const struct value *parameters = c->graph->parameters;
    for (uint32_t i = 0; parameters->kind == VAL_MAP && i < parameters->count; i++) {
        const struct member *m = &parameters->members[i];
        const struct value *preset = value_get_c(m->value, "Default");
        if (!value_is_true(value_get_c(m->value, "NoEcho")) || !value_text(preset).len ||
            !value_is_known(preset))
            continue;
        check_report(c, RULE_PLAIN_SECRET, NULL, preset,
                     "parameter '%.*s' is NoEcho, but its default is there to read",
                     STR_ARG(m->key));
    }
}

void check_secrets(struct check *c) {
    if (!c->graph->is_template)
        return;
    for (uint32_t i = 0; i < c->graph->resources.count; i++) {
        const struct resource *r = c->graph->resources.items[i];
        walk(c, r, r->properties, 0);
    }
    check_defaults(c);
}
