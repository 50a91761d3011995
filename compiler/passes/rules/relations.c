/* What a property refers to: resources of other types than it takes, names and ids where ARNs are
   needed and the other way round. */
#include "passes/rules/types.h"

/* ---- names, ids and ARNs --------------------------------------------------------------- */

/* Whether all that the shape refers to in a type are ARNs. */
static bool wants_arn(struct check *c, struct schema_shape_id shape, struct str type) {
    struct schema_list refers = schema_shape_refers(c->schema, shape);
    bool any = false;
    for (uint32_t i = 0; i < refers.count; i++) {
        struct str entry = schema_list_at(c->schema, refers, i);
        struct str name = str_slice(entry, type.len + 1, entry.len);
        if (!str_starts(entry, type) || entry.len <= type.len || entry.ptr[type.len] != '.')
            continue;
        if (!str_ends(name, STR("Arn")) && !str_ends(name, STR("ARN")))
            return false;
        any = true;
    }
    return any;
}

/* Whether the shape's pattern has room for a plain name beside ARNs. */
static bool takes_names(struct check *c, struct schema_shape_id shape) {
    struct str pattern = schema_shape_pattern(c->schema, shape);
    return pattern.len && pattern_match(c->patterns, pattern, STR("name1")) == PATTERN_MATCH;
}

/* The last word of what a reference gives: "Arn", "QueueUrl", "UserPoolId"; nil where that isn't
 * known. */
static struct str given_name(struct check *c, const struct value *x, struct schema_type_id type) {
    if (x->kind == VAL_GETATT)
        return value_text(value_at(x, 0));
    struct schema_list ref = schema_type_ref(c->schema, type);
    enum schema_ref_kind kind = schema_type_ref_kind(c->schema, type);
    bool is_plain = kind == SCHEMA_REF_NAME || kind == SCHEMA_REF_ID || kind == SCHEMA_REF_URL;
    return ref.count == 1 && is_plain ? schema_list_at(c->schema, ref, 0) : STR_NIL;
}

/* Whether the tables say that the shape takes just what a reference gives. */
static bool takes_given(struct check *c, struct schema_shape_id shape, struct str type,
                        struct str given) {
    struct schema_list refers = schema_shape_refers(c->schema, shape);
    for (uint32_t i = 0; given.len && i < refers.count; i++) {
        struct str name, of = str_split(schema_list_at(c->schema, refers, i), '.', &name);
        if (str_eq(of, type) && str_eq(name, given))
            return true;
    }
    return false;
}

static bool is_arn_name(struct str name) {
    return str_ends(name, STR("Arn")) || str_ends(name, STR("ARN"));
}

/* Keys are named by their ids almost everywhere. */
static bool is_key_name(struct str name) {
    return str_find(name, STR("Key"), 0) < name.len || str_find(name, STR("Kms"), 0) < name.len ||
           str_find(name, STR("KMS"), 0) < name.len;
}

/* Whether Ref gives what can't be an ARN: a name, an id, several of them with bars between. */
static bool gives_no_arn(struct check *c, const struct value *x, struct schema_type_id type) {
    struct schema_list ref = schema_type_ref(c->schema, type);
    if (x->kind == VAL_REF && ref.count > 1)
        return true;
    struct str given = given_name(c, x, type);
    return str_ends(given, STR("Name")) || str_ends(given, STR("Id")) ||
           str_ends(given, STR("Url"));
}

/* A role's name where its ARN is needed, a pool's id where its ARN is. */
static bool check_needs_arn(struct check *c, const struct spot *spot, const struct value *x,
                            const struct resource *r, struct schema_type_id type) {
    if (!gives_no_arn(c, x, type))
        return false;
    struct str given = given_name(c, x, type);
    struct diag *d = check_report(c, RULE_REFERENCE_KIND, spot->r, x,
                                  "%s%.*s is given the %.*s of '%.*s', expected its ARN",
                                  spot_words(spot), STR_ARG(spot->name),
                                  STR_ARG(given.len ? given : STR("name and id")), STR_ARG(r->id));
    if (schema_attribute_find(c->schema, type, STR("Arn")).n)
        diag_label(c->diags, d, "!GetAtt %.*s.Arn", STR_ARG(r->id));
    return true;
}

/* Types whose resources are taken for nothing else, nor anything else for them, where the tables
   relate a property to one of them alone. */
static bool is_strict_type(struct str type) {
    static const char *const types[] = {
        "AWS::ApiGateway::Resource",
        "AWS::ApiGateway::RestApi",
        "AWS::ApiGatewayV2::Api",
        "AWS::CertificateManager::Certificate",
        "AWS::Cognito::UserPool",
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::Subnet",
        "AWS::EC2::VPC",
        "AWS::Events::EventBus",
        "AWS::IAM::Role",
        "AWS::KMS::Key",
        "AWS::Logs::LogGroup",
        "AWS::S3::Bucket",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
    };
    return str_in(type, types);
}

/* The same, where the property is one whose relations are complete: see is_complete. */
static bool is_strict_beside(struct str type) {
    static const char *const types[] = {
        "AWS::ApiGateway::Authorizer",  "AWS::ApiGateway::Deployment",
        "AWS::ApiGateway::DomainName",  "AWS::ApiGateway::Stage",
        "AWS::ApiGatewayV2::Authorizer", "AWS::ApiGatewayV2::Deployment",
        "AWS::ApiGatewayV2::DomainName",
        "AWS::CloudFront::CachePolicy", "AWS::CloudFront::OriginAccessControl",
        "AWS::Cognito::UserPoolClient", "AWS::Lambda::Function",
        "AWS::WAFv2::WebACL",
    };
    return is_strict_type(type) || str_in(type, types);
}

/* Properties of which the tables name all that they take; of others, such as the targets of pipes,
   they name some. */
static bool is_complete(struct str property) {
    static const char *const names[] = {
        "ApiId",         "Audience",     "AuthorizerId",          "AuthorizerUri",
        "CachePolicyId", "ClientId",     "CreateAuthChallenge",   "CustomMessage",
        "DefineAuthChallenge", "DeploymentId", "DomainName",      "Function",
        "FunctionName",  "LambdaFunctionArn", "NotificationTargetARN", "OriginAccessControlId",
        "PostAuthentication", "PostConfirmation", "PreAuthentication", "PreSignUp",
        "PreTokenGeneration", "Stage",   "StageName",             "TargetArn",
        "TargetFunctionArn", "UserPoolClientId", "VerifyAuthChallengeResponse", "WebACLArn",
    };
    return str_in(property, names);
}

/* What stands for what in a relation: KMS's aliases for keys, a function's aliases and versions for
   the function. */
static struct str plain_type(struct str type) {
    if (str_starts(type, STR("AWS::KMS::")))
        return STR("AWS::KMS::Key");
    if (str_is(type, "AWS::Lambda::Alias") || str_is(type, "AWS::Lambda::Version"))
        return STR("AWS::Lambda::Function");
    if (str_is(type, "AWS::ApiGatewayV2::Stage"))
        return STR("AWS::ApiGateway::Stage"); /* usage plans take both */
    if (str_is(type, "AWS::ACM::Certificate"))
        return STR("AWS::CertificateManager::Certificate");
    return type;
}

static struct str type_of_entry(struct str entry) {
    struct str rest;
    return plain_type(str_split(entry, '.', &rest));
}

/* The types that a property may refer to, by its format or its relations. */
struct expected {
    struct str types[4];
    uint32_t count;
};

static bool expect(struct expected *e, struct str type) {
    if (str_in_list(type, e->types, e->count))
        return true;
    if (!is_strict_beside(type) || e->count == sizeof e->types / sizeof *e->types)
        return false;
    e->types[e->count++] = type;
    return true;
}

/* None where others than strict types are among them. */
static struct expected expected_types(struct check *c, const struct spot *spot,
                                      struct schema_shape_id shape) {
    struct expected out = {.count = 0};
    struct str format = type_of_entry(schema_shape_format(c->schema, shape));
    struct schema_list refers = schema_shape_refers(c->schema, shape);
    bool strict = !str_starts(format, STR("AWS::")) || expect(&out, format);
    for (uint32_t i = 0; strict && i < refers.count; i++)
        strict = expect(&out, type_of_entry(schema_list_at(c->schema, refers, i)));
    bool alone = out.count == 1 && is_strict_type(out.types[0]);
    if (!strict || !(alone || is_complete(spot->name)))
        out.count = 0;
    return out;
}

static bool expects(const struct expected *e, const char *type) {
    return str_in_list(str_from(type), e->types, e->count);
}

static struct str expected_words(struct check *c, const struct expected *e) {
    struct str out = e->types[0];
    for (uint32_t i = 1; i < e->count; i++)
        out = str_printf(c->arena, "%.*s or %.*s", STR_ARG(out), STR_ARG(e->types[i]));
    return out;
}

/* Types whose Ref or attribute may be anything's: what a nested stack puts out, a parameter's value;
   certificates that ACM didn't issue; a record's own name. */
static bool is_wild_type(struct str type) {
    return str_starts(type, STR("AWS::CloudFormation::")) || str_starts(type, STR("AWS::SSM::")) ||
           str_starts(type, STR("AWS::Serverless::")) ||
           str_starts(type, STR("AWS::ServiceCatalog::")) ||
           str_is(type, "AWS::IAM::ServerCertificate") ||
           str_starts(type, STR("AWS::ACMPCA::")) || str_starts(type, STR("AWS::Route53::"));
}

static bool is_same_service(struct str a, struct str b) {
    size_t end = str_find(a, STR("::"), 5);
    return end < a.len && str_starts(b, str_slice(a, 0, end + 2));
}

/* A table where a user pool is needed, a function's ARN where a role's is. */
static bool check_other_type(struct check *c, const struct spot *spot, const struct value *x,
                             const struct resource *r, struct schema_type_id type,
                             const struct expected *expected) {
    static const char *const alone[] = {"AWS::IAM::Role", "AWS::Cognito::UserPool",
                                        "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"};
    struct str given = given_name(c, x, type), mine = plain_type(r->type);
    bool is_plain = x->kind == VAL_REF
                        ? given.len > 0 || schema_type_ref_kind(c->schema, type) == SCHEMA_REF_ARN
                        : is_arn_name(given);
    bool same_service = false, is_alone = false;
    for (uint32_t i = 0; i < expected->count; i++)
        same_service |= is_same_service(r->type, expected->types[i]);
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
        is_alone |= expects(expected, alone[i]);
    if (!is_strict_beside(mine))
        is_plain = is_plain && (!same_service || is_alone);
    bool both_network =
        str_starts(r->type, STR("AWS::EC2::")) && str_starts(expected->types[0], STR("AWS::EC2::"));
    bool is_plan =
        str_is(spot->name, "ApiId") && str_ends(r->type, STR("::Api")); /* of a usage plan */
    if (!is_plain || both_network || is_plan || is_wild_type(r->type) ||
        expects(expected, str_cstr(c->arena, mine)))
        return false;
    struct str words = expected_words(c, expected);
    check_report(c, RULE_REFERENCE_KIND, spot->r, x,
                 "%s%.*s is given '%.*s', which is %.*s, expected %.*s", spot_words(spot),
                 STR_ARG(spot->name), STR_ARG(r->id), STR_ARG(r->type), STR_ARG(words));
    return true;
}

/* An ARN where only a name, an id or a URL is taken. */
static void check_needs_name(struct check *c, const struct spot *spot, struct schema_shape_id shape,
                             const struct value *x, const struct resource *r) {
    struct schema_list refers = schema_shape_refers(c->schema, shape);
    struct str given = x->kind == VAL_GETATT ? value_text(value_at(x, 0)) : STR_NIL,
               wanted = STR_NIL;
    struct str pattern = schema_shape_pattern(c->schema, shape);
    static const char arn[] = "arn:aws:service:eu-west-1:123456789012:name1";
    for (uint32_t i = 0; i < refers.count; i++) {
        struct str rest, entry = schema_list_at(c->schema, refers, i);
        if (!str_eq(str_split(entry, '.', &rest), r->type))
            continue;
        if (is_arn_name(rest) || str_eq(rest, given))
            return;
        wanted = rest;
    }
    struct str part, of = str_split(schema_shape_format(c->schema, shape), '.', &part);
    if (str_eq(of, r->type) && (str_is(part, "Name") || str_is(part, "Id")) && is_arn_name(given))
        wanted = part;
    bool rejects =
        pattern.len && pattern_match(c->patterns, pattern, str_from(arn)) == PATTERN_NO_MATCH;
    bool is_other =
        str_is(r->type, "AWS::Cognito::UserPool") || str_is(wanted, "BucketName") ||
        str_is(r->type, "AWS::SQS::Queue") ||
        (is_arn_name(given) && (str_is(wanted, "LogGroupName") || str_eq(wanted, part)));
    if (wanted.len && given.len && (is_other || (rejects && is_arn_name(given))))
        check_report(c, RULE_REFERENCE_KIND, spot->r, x,
                     "%s%.*s is given the %.*s of '%.*s', expected its %.*s", spot_words(spot),
                     STR_ARG(spot->name), STR_ARG(given), STR_ARG(r->id), STR_ARG(wanted));
}

/* CodeBuild takes a role's name, but looks for it without a path.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codebuild-project.html */
static bool check_role_path(struct check *c, const struct spot *spot, const struct value *x,
                            const struct resource *r) {
    struct str path = check_text(c, property(r, "Path"));
    if (x->kind != VAL_REF || !str_is(spot->name, "ServiceRole") || !path.len ||
        str_is(path, "/") || !resource_is(spot->r, "AWS::CodeBuild::Project") ||
        !resource_is(r, "AWS::IAM::Role"))
        return false;
    struct diag *d = check_report(c, RULE_REFERENCE_KIND, spot->r, x,
                                  "%.*s is given the name of '%.*s' without its path '%.*s', "
                                  "expected its ARN",
                                  STR_ARG(spot->name), STR_ARG(r->id), STR_ARG(path));
    diag_label(c->diags, d, "!GetAtt %.*s.Arn", STR_ARG(r->id));
    return true;
}

void reference_check(struct check *c, const struct spot *spot, struct schema_shape_id shape,
                     const struct value *x) {
    const struct resource *r =
        x->kind == VAL_REF || x->kind == VAL_GETATT ? graph_find(c->graph, x->text) : NULL;
    struct schema_type_id type = schema_type_find(c->schema, r ? r->type : STR_NIL);
    if (!type.n || check_role_path(c, spot, x, r) ||
        takes_given(c, shape, r->type, given_name(c, x, type)))
        return;
    struct str rest, of = str_split(schema_shape_format(c->schema, shape), '.', &rest);
    bool arn = wants_arn(c, shape, r->type) || (str_eq(of, r->type) && str_is(rest, "Arn")) ||
               (x->kind == VAL_REF && is_arn_name(spot->name) && !is_wild_type(r->type) &&
                !(str_starts(r->type, STR("AWS::KMS::")) && is_key_name(spot->name)));
    if (arn && !takes_names(c, shape) && check_needs_arn(c, spot, x, r, type))
        return;
    struct expected expected = expected_types(c, spot, shape);
    if (!(expected.count && check_other_type(c, spot, x, r, type, &expected)))
        check_needs_name(c, spot, shape, x, r);
}
