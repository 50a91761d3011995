/* AWS::Serverless::Connector, and the resource attribute Connectors: what one resource needs to use
   another. By the types of the two, that is a policy for a role, for a queue or topic, or a
   permission for a function. */
#include "passes/expand/connector.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static const struct property rows[] = {
    {"Source", IS_MAP | REQUIRED | UNNAMED, 0, NULL},
    {"Destination", IS_MAP | IS_LIST | REQUIRED, IS_MAP, NULL},
    {"Permissions", IS_LIST | REQUIRED, IS_STR, NULL},
};

static const struct properties known = PROPERTIES(rows);

/* --- the statements ------------------------------------------------------------------------------- */

static bool is_permitted(const struct connector *c, const char *permission) {
    for (uint32_t i = 0; c->permissions->kind == VAL_LIST && i < c->permissions->count; i++)
        if (value_is_c(c->permissions->items[i], permission))
            return true;
    return false;
}

/* One of the two ends' properties, by a name like Source.Arn; NULL when it isn't such a name. */
static struct value *end_property(const struct connector *c, struct str name) {
    struct str property, side = str_split(name, '.', &property);
    const struct end *end = str_is(side, "Source")        ? &c->source
                            : str_is(side, "Destination") ? &c->destination
                                                          : NULL;
    if (!end || !property.len)
        return NULL;
    return str_is(property, "Arn")          ? end->arn
           : str_is(property, "ResourceId") ? end->resource_id
           : str_is(property, "Name")       ? end->name
           : str_is(property, "Qualifier")  ? end->qualifier
                                            : NULL;
}

/* "${Source.Arn}:x" with what it names: the property itself, a Fn::Sub, or plain text. */
static struct value *fill(struct expand *e, struct connector *c, struct str text) {
    struct buf b;
    buf_init(&b, e->arena, 0);
    struct value *variables = NULL;
    struct sub_piece piece;
    bool is_plain = true;
    for (uint32_t at = 0; sub_next(text, &at, &piece);) {
        struct value *x = piece.is_variable ? end_property(c, piece.text) : NULL;
        is_plain = is_plain && !piece.is_variable;
        if (x && sam_is_none(x))
            sam_fail(e, c->id, c->span, "%.*s is missing.", STR_ARG(piece.text));
        if (x && piece.start == 0 && piece.end == text.len)
            return x;
        if (!x) {
            buf_str(&b, str_slice(text, piece.start, piece.end));
            continue;
        }
        struct str side, property;
        side = str_split(piece.text, '.', &property);
        struct str variable = str_concat(e->arena, side, property);
        variables = variables ? variables : value_map(e->v);
        value_put(e->v, variables, variable, x);
        buf_printf(&b, "${%.*s}", STR_ARG(variable));
    }
    struct str filled = str_dup(e->arena, buf_view(&b));
    return is_plain ? value_string(e->v, filled) : value_sub(e->v, filled, variables);
}

static struct value *resources(struct expand *e, struct connector *c, const char *words) {
    struct str rest = str_from(words);
    bool is_list = str_has(rest, ' ') || str_ends(rest, STR(","));
    if (str_ends(rest, STR(",")))
        rest.len--;
    if (!is_list)
        return fill(e, c, rest);
    struct value *list = value_list(e->v);
    while (rest.len)
        value_push(e->v, list, fill(e, c, str_split(rest, ' ', &rest)));
    return list;
}

static struct value *actions(struct expand *e, const char *words) {
    if (*words == '=')
        return sam_c(e, words + 1);
    struct value *list = value_list(e->v);
    struct str rest = str_from(words);
    while (rest.len)
        value_push(e->v, list, value_string(e->v, str_split(rest, ' ', &rest)));
    return list;
}

static struct value *statement(struct expand *e, struct connector *c,
                               const struct connector_row *grant) {
    struct value *out =
        sam_map(e, "Effect", sam_c(e, "Allow"), "Action", actions(e, grant->actions), "Resource",
                resources(e, c, grant->resources), NULL);
    if (*grant->principal) {
        value_put_c(e->v, out, "Principal",
                    sam_map(e, "Service", sam_c(e, grant->principal), NULL));
        struct value *equals =
            sam_map(e, "aws:SourceArn", fill(e, c, STR("${Source.Arn}")), NULL);
        value_put_c(e->v, out, "Condition", sam_map(e, "ArnEquals", equals, NULL));
    }
    return out;
}

/* Every grant is filled in, so that what is missing is found, but only what is asked for is
   used. */
static struct value *document(struct expand *e, struct connector *c) {
    struct value *statements = value_list(e->v);
    for (const struct connector_row *grant = c->profile + 1; grant->permission; grant++) {
        struct value *one = statement(e, c, grant);
        if (is_permitted(c, grant->permission))
            value_push(e->v, statements, one);
    }
    return sam_map(e, "Version", sam_c(e, "2012-10-17"), "Statement", statements, NULL);
}

/* --- what is generated ---------------------------------------------------------------------------- */

static const struct end *policy_end(const struct connector *c) {
    return c->profile->whose == WHOSE_SOURCE ? &c->source : &c->destination;
}

static void need(struct expand *e, const struct connector *c, const struct value *x,
                 const char *what) {
    if (!sam_is_truthy(x))
        sam_fail(e, c->id, c->span, "Unable to get %s from '%s' resource.", what,
                 c->profile->whose == WHOSE_SOURCE ? "Source" : "Destination");
}

static struct resource *make(struct expand *e, struct connector *c, const char *suffix,
                             const char *type) {
    struct str id = sam_id(e, "%.*s%s", STR_ARG(c->id), suffix);
    if (c->number >= 0)
        id = sam_id(e, "%.*sDestination%d", STR_ARG(id), c->number);
    struct resource *r = sam_make(e, c->s, id, type, c->attributes, c->part, c->span);
    sam_depend(e, r, c->depends_on);
    sam_push(e, c->s, r);
    vec_push(e->arena, &c->made, r);
    return r;
}

static void make_role_policy(struct expand *e, struct connector *c) {
    struct value *role = policy_end(c)->role_name;
    struct value *statements = document(e, c);
    need(e, c, role, "IAM role name");
    struct resource *r = make(e, c, "Policy", "AWS::IAM::ManagedPolicy");
    sam_set(e, r, "PolicyDocument", statements);
    sam_set(e, r, "Roles", sam_list(e, role, NULL));
    connector_order(e, c, r->id);
}

static void make_queue_policy(struct expand *e, struct connector *c) {
    struct value *url = policy_end(c)->queue_url;
    struct value *statements = document(e, c);
    need(e, c, url, "SQS queue URL");
    struct resource *r = make(e, c, "QueuePolicy", "AWS::SQS::QueuePolicy");
    sam_set(e, r, "PolicyDocument", statements);
    sam_set(e, r, "Queues", sam_list(e, url, NULL));
}

static void make_topic_policy(struct expand *e, struct connector *c) {
    struct value *arn = policy_end(c)->arn;
    struct value *statements = document(e, c);
    need(e, c, arn, "SNS topic ARN");
    struct resource *r = make(e, c, "TopicPolicy", "AWS::SNS::TopicPolicy");
    sam_set(e, r, "Topics", sam_list(e, arn, NULL));
    sam_set(e, r, "PolicyDocument", statements);
}

static void make_permissions(struct expand *e, struct connector *c) {
    struct value *arn = policy_end(c)->arn;
    for (const struct connector_row *grant = c->profile + 1; grant->permission; grant++) {
        struct value *source = fill(e, c, str_from(grant->resources));
        if (!is_permitted(c, grant->permission))
            continue;
        need(e, c, arn, "Lambda function ARN");
        struct resource *r =
            make(e, c, sam_id(e, "%sLambdaPermission", grant->permission).ptr,
                 "AWS::Lambda::Permission");
        sam_set(e, r, "Action", actions(e, grant->actions));
        sam_set(e, r, "FunctionName", arn);
        sam_set(e, r, "Principal", sam_c(e, grant->principal));
        sam_set(e, r, "SourceArn", source);
        if (*grant->account)
            sam_set(e, r, "SourceAccount", sam_sub(e, grant->account, NULL));
    }
}

/* --- checks --------------------------------------------------------------------------------------- */

/* The permissions of a profile, each once, in order. */
static struct str permission_names(struct expand *e, const struct connector_row *profile) {
    struct buf b;
    buf_init(&b, e->arena, 0);
    const char *last = "";
    for (const struct connector_row *grant = profile + 1; grant->permission; grant++) {
        if (strcmp(grant->permission, last) != 0)
            buf_printf(&b, "%s%s", b.len ? ", " : "", grant->permission);
        last = grant->permission;
    }
    return buf_view(&b);
}

static bool has_permission(const struct connector_row *profile, const struct value *name) {
    for (const struct connector_row *grant = profile + 1; grant->permission; grant++)
        if (value_is_c(name, grant->permission))
            return true;
    return false;
}

static _Noreturn void refuse_permissions(struct expand *e, const struct connector *c,
                                         const char *what, struct str names) {
    sam_fail(e, c->id, sam_span(c->permissions, c->span),
             "Unsupported 'Permissions' provided for connector from %.*s to %.*s; valid %s are: "
             "%.*s.",
             STR_ARG(c->source.type), STR_ARG(c->destination.type), what, STR_ARG(names));
}

/* Whether the permissions are exactly one of the valid sets: "Read Read+Write". */
static void check_combination(struct expand *e, const struct connector *c) {
    struct str rest = str_from(c->profile->combinations);
    struct buf b;
    buf_init(&b, e->arena, 0);
    if (!rest.len)
        return;
    while (rest.len) {
        struct str set = str_split(rest, ' ', &rest), names = set;
        bool same = true;
        unsigned count = 0;
        buf_c(&b, b.len ? ", " : "");
        for (; names.len; count++) {
            struct str name = str_split(names, '+', &names);
            same = same && is_permitted(c, str_cstr(e->arena, name));
            buf_printf(&b, "%s%.*s", count ? " + " : "", STR_ARG(name));
        }
        unsigned asked = (unsigned)is_permitted(c, "Read") + (unsigned)is_permitted(c, "Write");
        if (same && asked == count)
            return;
    }
    refuse_permissions(e, c, "combinations", buf_view(&b));
}

static void check(struct expand *e, struct connector *c) {
    if (!c->profile)
        sam_fail(e, c->id, c->span,
                 "Unable to create connector from %.*s to %.*s; it's not supported or the template "
                 "is invalid.",
                 STR_ARG(c->source.type), STR_ARG(c->destination.type));
    struct str names = permission_names(e, c->profile);
    if (!c->permissions->count)
        sam_fail(e, c->id, sam_span(c->permissions, c->span),
                 "'Permissions' cannot be empty; valid values are: %.*s.", STR_ARG(names));
    for (uint32_t i = 0; i < c->permissions->count; i++)
        if (!has_permission(c->profile, c->permissions->items[i]))
            refuse_permissions(e, c, "values", names);
    check_combination(e, c);
}

/* --- one connector -------------------------------------------------------------------------------- */

static struct value *type_of(struct expand *e, const struct end *end) {
    const struct resource *source = end->id.len ? sam_source(e, end->id) : NULL;
    return sam_map(e, "Type", value_string(e->v, source ? source->type : end->type), NULL);
}

/* Notes in the generated resources which connector made them. */
static void add_metadata(struct expand *e, struct connector *c) {
    if (!e->g->is_template)
        return;
    struct value *ends = sam_map(e, "Source", type_of(e, &c->source), "Destination",
                                 type_of(e, &c->destination), NULL);
    struct value *named = value_map(e->v);
    value_put(e->v, named, c->id, ends);
    for (uint32_t i = 0; i < c->made.count; i++) {
        struct value *attributes = c->made.items[i]->attributes;
        struct value *metadata = sam_entries(e, value_get_c(attributes, "Metadata"));
        metadata = value_copy_shallow(e->v, metadata);
        value_put_c(e->v, metadata, "aws:sam:connectors", named);
        value_put_c(e->v, attributes, "Metadata", metadata);
    }
}

static void connect(struct expand *e, struct connector *c, struct value *source,
                    struct value *destination) {
    static void (*const makers[])(struct expand *, struct connector *) = {
        [KIND_ROLE] = make_role_policy,
        [KIND_QUEUE] = make_queue_policy,
        [KIND_TOPIC] = make_topic_policy,
        [KIND_FUNCTION] = make_permissions,
    };
    c->made.count = 0;
    c->destination = connector_end(e, c, destination, source);
    c->source = connector_end(e, c, source, destination);
    c->profile = connector_profile(c->source.type, c->destination.type);
    check(e, c);
    makers[c->profile->kind](e, c);
    add_metadata(e, c);
}

/* A list; the keys of a map, which only an intrinsic function could be. */
static struct value *permissions_of(struct expand *e, struct value *given) {
    struct value *entries = sam_entries(e, given), *list = value_list(e->v);
    if (sam_is_list(given))
        return given;
    for (uint32_t i = 0; i < entries->count; i++)
        value_push(e->v, list, value_string(e->v, entries->members[i].key));
    list->span = given->span;
    return list;
}

static void connector_expand(struct expand *e, struct connector *c, struct value *properties) {
    struct value *source = value_get_c(properties, "Source");
    struct value *destination = value_get_c(properties, "Destination");
    c->permissions = permissions_of(e, value_get_c(properties, "Permissions"));
    c->number = -1;
    uint32_t from = c->s->made.count;
    if (!sam_is_list(destination))
        connect(e, c, source, destination);
    for (uint32_t i = 0; sam_is_list(destination) && i < destination->count; i++) {
        c->number = (int)i;
        connect(e, c, source, destination->items[i]);
    }
    connector_replace_dependency(e, c->id, c->s, from);
    if (c->s->made.count == from)
        sam_fail(e, c->id, c->span, "'Destination' is an empty list");
}

static void expand(struct expand *e, struct sam *s) {
    struct connector c = {.s = s,
                          .id = s->id,
                          .span = s->source->span,
                          .attributes = s->attributes,
                          .depends_on = s->depends_on};
    connector_expand(e, &c, s->properties);
}

void connector_make(struct expand *e, struct sam *s, struct str id, struct value *properties,
                    const char *part, struct span span) {
    struct connector c = {.s = s,
                          .id = id,
                          .span = span,
                          .part = part,
                          .attributes = value_map(e->v),
                          .depends_on = &value_nil};
    sam_check_new_id(e, id, span);
    sam_check(e, id, "AWS::Serverless::Connector", &known, properties, span);
    connector_expand(e, &c, properties);
}

const struct sam_type sam_connector = {"AWS::Serverless::Connector", TURN_CONNECTOR, &known, NULL,
                                       expand, NULL};
