/* What the files of AWS::Serverless::Function share. */
#ifndef EXPAND_FUNCTION_H
#define EXPAND_FUNCTION_H

#include "passes/expand/expand.h"

struct function {
    struct sam *s;
    struct resource *lambda, *version, *alias; /* the latter two only with AutoPublishAlias */
    struct str alias_name;
    struct resource *role;  /* pushed only where the function has no other */
    struct value *policies; /* list: what destinations need, for the role */
};

/* A condition name followed by a hash. */
struct str function_condition(struct expand *e, struct str name, struct str hashed);
/* Adds a condition to the template; a failure where it has none at all. */
void function_add_condition(struct expand *e, struct function *f, struct str name,
                            struct value *condition);
/* The Ref of a permission or URL: the alias, or the function. */
struct value *function_ref(struct expand *e, const struct function *f);

/* function_code.c: Code, and whether Runtime, Handler and the like fit the PackageType. */
struct value *function_code(struct expand *e, struct sam *s);
void function_check_package(struct expand *e, struct sam *s);
/* capacity_provider.c: CapacityProviderConfig of the Lambda function, or nil. */
struct value *function_capacity_provider(struct expand *e, struct sam *s);
/* function_version.c: AutoPublishAlias. */
void function_publish(struct expand *e, struct function *f);
/* function_url.c: FunctionUrlConfig. */
void function_add_url(struct expand *e, struct function *f);
/* function_invoke.c: EventInvokeConfig. */
void function_configure_invocation(struct expand *e, struct function *f);
/* deployment.c: DeploymentPreference. */
void function_add_deployment(struct expand *e, struct function *f);

#endif
