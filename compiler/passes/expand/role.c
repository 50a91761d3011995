/* IAM roles and the policies in them. */
#include <stdlib.h>
#include <string.h>

#include "passes/expand/expand.h"

enum { ROOT, SERVICE, AWS, JOB };

static const char *const paths[] = {"", "service-role/", "aws-service-role/", "job-function/"};

static const struct managed {
    const char *name;
    unsigned char path;
    char partitions[5];
} managed[] = {
#define MANAGED(name, path, partitions) {name, path, partitions},
#include "passes/expand/managed_policies.def"
#undef MANAGED
};

static char partition_letter(struct str partition) {
    static const char *const names[] = {"aws", "aws-cn", "aws-us-gov", "aws-eusc"};
    for (unsigned i = 0; i < 4; i++)
        if (str_is(partition, names[i]))
            return "acge"[i];
    return '-';
}

static int compare_name(const void *name, const void *row) {
    return str_cmp(*(const struct str *)name, str_from(((const struct managed *)row)->name));
}

/* The ARN of a policy of AWS by its name; another text as it is. */
static struct value *policy_by_name(struct expand *e, struct value *name) {
    const struct managed *row = bsearch(&name->text, managed, sizeof managed / sizeof *managed,
                                        sizeof *managed, compare_name);
    if (!row || !strchr(row->partitions, partition_letter(e->partition)))
        return name;
    struct place before = e->v->place;
    e->v->place.span = name->span;
    struct value *arn = sam_string(e, "arn:%.*s:iam::aws:policy/%s%s", STR_ARG(e->partition),
                                   paths[row->path], row->name);
    e->v->place = before;
    return arn;
}

bool sam_contains(const struct value *list, const struct value *x) {
    for (uint32_t i = 0; list->kind == VAL_LIST && i < list->count; i++)
        if (value_equal(list->items[i], x))
            return true;
    return false;
}

static void add_named(struct expand *e, struct value *list, struct value *policy) {
    if (sam_is_string(policy)) {
        policy = policy_by_name(e, policy);
    } else if (sam_is_if(policy)) {
        struct value **arguments = sam_if_arguments(e, policy), *branches[2];
        for (unsigned i = 0; i < 2; i++) {
            struct value *x = arguments[i + 1];
            branches[i] = sam_is_string(x) ? policy_by_name(e, x) : x;
        }
        policy = sam_if(e, arguments[0], branches[0], branches[1]);
    }
    if (!sam_contains(list, policy))
        value_push(e->v, list, policy);
}

static struct value *named_document(struct expand *e, struct str role, uint32_t index,
                                    struct value *document) {
    return sam_map(e, "PolicyName", sam_string(e, "%.*sPolicy%u", STR_ARG(role), index),
                   "PolicyDocument", document, NULL);
}

static void add_document(struct expand *e, struct value *list, struct str role, uint32_t index,
                         struct value *policy) {
    if (!sam_is_if(policy)) {
        value_push(e->v, list, named_document(e, role, index, policy));
        return;
    }
    struct value **arguments = sam_if_arguments(e, policy), *branches[2];
    for (unsigned i = 0; i < 2; i++) {
        struct value *x = arguments[i + 1];
        branches[i] = sam_is_no_value(x) ? x : named_document(e, role, index, x);
    }
    value_push(e->v, list, sam_if(e, arguments[0], branches[0], branches[1]));
}

static void add_policies(struct expand *e, struct sam *s, const struct role *role,
                         struct value *arns, struct value *documents, struct str role_id) {
    struct value *policies = role->policies;
    if (!sam_is_truthy(policies))
        return;
    uint32_t count = sam_is_list(policies) ? policies->count : 1;
    for (uint32_t i = 0; i < count; i++) {
        struct value *policy = sam_is_list(policies) ? policies->items[i] : policies;
        switch (sam_policy_kind(e, policy)) {
        case POLICY_DOCUMENT:
            add_document(e, documents, role_id, i, policy);
            break;
        case POLICY_NAMED:
            add_named(e, arns, policy);
            break;
        default:
            sam_fail(e, s->id, sam_span(policy, policies->span),
                     "Policy at index %u in the 'Policies' property is not valid", i);
        }
    }
}

struct resource *sam_make_role(struct expand *e, struct sam *s, struct str id,
                               const struct role *role) {
    struct resource *r = sam_make(e, s, id, "AWS::IAM::Role", s->passed, "role", SPAN_NIL);
    sam_set(e, r, "AssumeRolePolicyDocument", role->assume);
    struct value *arns = sam_is_list(role->managed) ? role->managed : value_list(e->v);
    struct value *documents = sam_is_list(role->documents) ? role->documents : value_list(e->v);
    add_policies(e, s, role, arns, documents, id);
    sam_set(e, r, "ManagedPolicyArns", arns);
    if (documents->count)
        sam_set(e, r, "Policies", documents);
    sam_set(e, r, "Path", role->path);
    sam_set(e, r, "PermissionsBoundary", role->boundary);
    sam_set(e, r, "Tags", role->tags);
    return r;
}

struct value *sam_assume_role(struct expand *e, const char *service) {
    struct value *principal =
        sam_map(e, "Service", sam_list(e, sam_c(e, service), NULL), NULL);
    struct value *statement =
        sam_map(e, "Effect", sam_c(e, "Allow"), "Principal", principal, "Action",
                sam_list(e, sam_c(e, "sts:AssumeRole"), NULL), NULL);
    return sam_map(e, "Version", sam_c(e, "2012-10-17"), "Statement", sam_list(e, statement, NULL),
                   NULL);
}

const char *sam_xray_policy_name(const struct expand *e) {
    return str_is(e->partition, "aws") ? "AWSXrayWriteOnlyAccess" : "AWSXRayDaemonWriteAccess";
}

struct value *sam_allow(struct expand *e, const char *action, struct value *resource) {
    return sam_map(e, "Effect", sam_c(e, "Allow"), "Action", sam_c(e, action), "Resource", resource,
                   NULL);
}

struct value *sam_policy(struct expand *e, struct str name, struct value *statements) {
    struct value *document = sam_map(e, "Statement", statements, NULL);
    return sam_map(e, "PolicyName", value_string(e->v, name), "PolicyDocument", document, NULL);
}

struct value *sam_destination_policy(struct expand *e, const char *kind, struct value *arn,
                                     struct str id) {
    static const struct {
        const char *kind, *suffix, *action;
    } kinds[] = {
        {"SQS", "SQSPolicy", "sqs:SendMessage"},
        {"SNS", "SNSPolicy", "sns:publish"},
        {"EventBridge", "EventBridgePolicy", "events:PutEvents"},
        {"Lambda", "LambdaPolicy", "lambda:InvokeFunction"},
        {"StartExecution", "StartExecutionPolicy", "states:StartExecution"},
    };
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kind, kinds[i].kind) != 0)
            continue;
        struct value *statement = sam_allow(e, kinds[i].action, arn);
        return sam_policy(e, sam_id(e, "%.*s%s", STR_ARG(id), kinds[i].suffix),
                          sam_list(e, statement, NULL));
    }
    struct value *objects =
        value_call(e->v, VAL_JOIN, 2, sam_c(e, "/"), sam_list(e, arn, sam_c(e, "*"), NULL));
    return sam_policy(e, sam_id(e, "%.*sS3Policy", STR_ARG(id)),
                      sam_list(e, sam_allow(e, "s3:PutObject", objects),
                               sam_allow(e, "s3:ListBucket", arn), NULL));
}
