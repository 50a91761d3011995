#include "graph/packaged.h"

static const struct {
    struct str type;
    const char *property, *nested;
} packaged[] = {
    {STR_ROW("AWS::Lambda::Function"), "Code", NULL},
    {STR_ROW("AWS::Lambda::LayerVersion"), "Content", NULL},
    {STR_ROW("AWS::Serverless::Function"), "CodeUri", NULL},
    {STR_ROW("AWS::Serverless::LayerVersion"), "ContentUri", NULL},
    {STR_ROW("AWS::Serverless::Api"), "DefinitionUri", NULL},
    {STR_ROW("AWS::Serverless::HttpApi"), "DefinitionUri", NULL},
    {STR_ROW("AWS::Serverless::StateMachine"), "DefinitionUri", NULL},
    {STR_ROW("AWS::Serverless::Application"), "Location", NULL},
    {STR_ROW("AWS::ApiGateway::RestApi"), "BodyS3Location", NULL},
    {STR_ROW("AWS::ApiGatewayV2::Api"), "BodyS3Location", NULL},
    {STR_ROW("AWS::StepFunctions::StateMachine"), "DefinitionS3Location", NULL},
    {STR_ROW("AWS::AppSync::GraphQLSchema"), "DefinitionS3Location", NULL},
    {STR_ROW("AWS::AppSync::Resolver"), "RequestMappingTemplateS3Location", NULL},
    {STR_ROW("AWS::AppSync::Resolver"), "ResponseMappingTemplateS3Location", NULL},
    {STR_ROW("AWS::AppSync::Resolver"), "CodeS3Location", NULL},
    {STR_ROW("AWS::AppSync::FunctionConfiguration"), "RequestMappingTemplateS3Location", NULL},
    {STR_ROW("AWS::AppSync::FunctionConfiguration"), "ResponseMappingTemplateS3Location", NULL},
    {STR_ROW("AWS::AppSync::FunctionConfiguration"), "CodeS3Location", NULL},
    {STR_ROW("AWS::CloudFormation::Stack"), "TemplateURL", NULL},
    {STR_ROW("AWS::ElasticBeanstalk::ApplicationVersion"), "SourceBundle", NULL},
    {STR_ROW("AWS::Glue::Job"), "Command", "ScriptLocation"},
};

/* Elsewhere a string is a location in S3; here it's a path of this machine. */
static bool is_local(const struct value *x) {
    struct str text = x->kind == VAL_STRING ? x->text : STR_NIL;
    return text.len && !str_starts(text, STR("s3://")) && !str_starts(text, STR("https://")) &&
           !str_starts(text, STR("http://")) && !str_starts(text, STR("{{"));
}

enum { PACKAGED_COUNT = sizeof packaged / sizeof *packaged };

bool property_is_packaged(struct str type, struct str property) {
    for (int i = 0; i < PACKAGED_COUNT; i++)
        if (str_eq(type, packaged[i].type) &&
            str_is(property, packaged[i].nested ? packaged[i].nested : packaged[i].property))
            return true;
    return false;
}

bool resource_has_local_files(const struct resource *r) {
    for (int i = 0; i < PACKAGED_COUNT; i++) {
        if (!str_eq(r->type, packaged[i].type))
            continue;
        const struct value *x = value_get_c(r->properties, packaged[i].property);
        if (is_local(packaged[i].nested ? value_get_c(x, packaged[i].nested) : x))
            return true;
    }
    return false;
}
