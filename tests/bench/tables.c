/* tables: does nothing, but carries apic's tables; tables WORD looks something up in each kind of
   them, as a build does first. What they cost is the difference to a program without them. */
#include "schema/iam.h"
#include "schema/schema.h"

int main(int argc, char **argv) {
    (void)argv;
    if (argc < 2)
        return 0;
    struct schema s = schema_builtin();
    struct schema_type_id type = schema_type_find(&s, STR("AWS::DynamoDB::Table"));
    struct schema_def_id def = schema_type_body(&s, type);
    struct iam_service_id service = iam_service_find(&s, STR("dynamodb"));
    bool found = schema_property_find(&s, def, STR("BillingMode")).n &&
                 iam_action_find(&s, service, STR("GetItem")).n &&
                 schema_region_find(&s, STR("eu-west-1")).n;
    return found ? 0 : 1;
}
