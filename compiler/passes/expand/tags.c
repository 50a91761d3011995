#include "passes/expand/expand.h"

static const char *const reserved[] = {"lambda:createdBy", "serverlessrepo:applicationId",
                                       "serverlessrepo:semanticVersion"};

static void append(struct expand *e, struct value *list, const struct value *tags) {
    const struct value *map = sam_entries(e, (struct value *)tags);
    const struct member **walk = sam_walk(e, map);
    for (uint32_t i = 0; i < map->count; i++) {
        struct value *x = walk[i]->value;
        if (sam_is_none(x))
            x = sam_c(e, "");
        value_push(e->v, list, sam_map(e, "Key", value_string(e->v, walk[i]->key), "Value", x,
                                       NULL));
    }
}

struct value *sam_tag_list(struct expand *e, const struct value *tags) {
    struct value *list = value_list(e->v);
    append(e, list, tags);
    return list;
}

struct value *sam_tags(struct expand *e, struct sam *s, const struct value *additional,
                       const struct value *tags) {
    for (unsigned i = 0; i < sizeof reserved / sizeof *reserved; i++) {
        if (sam_has(e, tags, reserved[i]))
            sam_fail(e, s->id, sam_span_of(s, "Tags"),
                     "%s is a reserved Tag key name and cannot be set on your resource. "
                     "Please change the tag key in the input.",
                     reserved[i]);
    }
    struct value *list = value_list(e->v);
    if (e->g->is_template)
        value_push(e->v, list,
                   sam_map(e, "Key", sam_c(e, reserved[0]), "Value", sam_c(e, "SAM"), NULL));
    if (additional)
        append(e, list, additional);
    append(e, list, tags);
    return list->count ? list : &value_nil;
}

/* Generated resources that take tags: as a list of keys and values, or as a map. */
static const struct {
    const char *type;
    bool is_map;
} tagged[] = {
    {"AWS::ApiGateway::ApiKey", false},
    {"AWS::ApiGateway::DomainName", false},
    {"AWS::ApiGateway::DomainNameAccessAssociation", false},
    {"AWS::ApiGateway::DomainNameV2", false},
    {"AWS::ApiGateway::RestApi", false},
    {"AWS::ApiGateway::Stage", false},
    {"AWS::ApiGateway::UsagePlan", false},
    {"AWS::ApiGatewayV2::DomainName", true},
    {"AWS::ApiGatewayV2::Stage", true},
    {"AWS::AppSync::GraphQLApi", false},
    {"AWS::CloudFormation::Stack", false},
    {"AWS::CodeDeploy::Application", false},
    {"AWS::CodeDeploy::DeploymentGroup", false},
    {"AWS::DynamoDB::Table", false},
    {"AWS::IAM::Role", false},
    {"AWS::IoT::TopicRule", false},
    {"AWS::Lambda::CapacityProvider", false},
    {"AWS::Lambda::Function", false},
    {"AWS::S3::Bucket", false},
    {"AWS::SNS::Topic", false},
    {"AWS::SQS::Queue", false},
    {"AWS::StepFunctions::StateMachine", false},
};

static void set_tags(struct expand *e, struct resource *r, const struct value *tags) {
    bool is_web_socket = resource_is(r, "AWS::ApiGatewayV2::Api") &&
                         value_has(r->properties, STR("ProtocolType"));
    if (is_web_socket)
        value_put_c(e->v, r->properties, "Tags", (struct value *)tags);
    for (unsigned i = 0; i < sizeof tagged / sizeof *tagged; i++)
        if (resource_is(r, tagged[i].type))
            value_put_c(e->v, r->properties, "Tags",
                        tagged[i].is_map ? (struct value *)tags : sam_tag_list(e, tags));
}

void sam_propagate_tags(struct expand *e, struct sam *s, const struct value *tags,
                        const struct value *propagate) {
    if (!sam_is_truthy(propagate) || !sam_is_truthy(tags))
        return;
    for (uint32_t i = 0; i < s->made.count; i++)
        set_tags(e, s->made.items[i], tags);
}
