/* S3 and Cognito: the bucket or user pool stands in the same template, and is told which function to
   call in properties of its own. */
#include "passes/expand/events.h"

static const struct property s3_rows[] = {
    {"Bucket", IS_STR | REQUIRED, 0, NULL},
    {"Events", IS_STR | IS_LIST | REQUIRED | STRICT, IS_STR, NULL},
    {"Filter", IS_MAP, IS_STR, NULL},
};
static const struct property cognito_rows[] = {
    {"UserPool", IS_STR | REQUIRED, 0, NULL},
    {"Trigger", IS_STR | IS_LIST | REQUIRED | STRICT, IS_STR, NULL},
};

static const struct properties s3_known = PROPERTIES(s3_rows);
static const struct properties cognito_known = PROPERTIES(cognito_rows);

/* What a bucket or user pool may have: the translator refuses others when an event names it. */
static const struct property bucket_rows[] = {
    {"AccessControl", IS_ANY, 0, NULL},
    {"AccelerateConfiguration", IS_ANY, 0, NULL},
    {"AnalyticsConfigurations", IS_ANY, 0, NULL},
    {"BucketEncryption", IS_ANY, 0, NULL},
    {"BucketName", IS_ANY, 0, NULL},
    {"CorsConfiguration", IS_ANY, 0, NULL},
    {"IntelligentTieringConfigurations", IS_ANY, 0, NULL},
    {"InventoryConfigurations", IS_ANY, 0, NULL},
    {"LifecycleConfiguration", IS_ANY, 0, NULL},
    {"LoggingConfiguration", IS_ANY, 0, NULL},
    {"MetricsConfigurations", IS_ANY, 0, NULL},
    {"NotificationConfiguration", IS_ANY, 0, NULL},
    {"ObjectLockConfiguration", IS_ANY, 0, NULL},
    {"ObjectLockEnabled", IS_ANY, 0, NULL},
    {"OwnershipControls", IS_ANY, 0, NULL},
    {"PublicAccessBlockConfiguration", IS_ANY, 0, NULL},
    {"ReplicationConfiguration", IS_ANY, 0, NULL},
    {"Tags", IS_ANY, 0, NULL},
    {"VersioningConfiguration", IS_ANY, 0, NULL},
    {"WebsiteConfiguration", IS_ANY, 0, NULL},
};
static const struct property user_pool_rows[] = {
    {"AccountRecoverySetting", IS_ANY, 0, NULL},
    {"AdminCreateUserConfig", IS_ANY, 0, NULL},
    {"AliasAttributes", IS_ANY, 0, NULL},
    {"AutoVerifiedAttributes", IS_ANY, 0, NULL},
    {"DeletionProtection", IS_ANY, 0, NULL},
    {"DeviceConfiguration", IS_ANY, 0, NULL},
    {"EmailAuthenticationMessage", IS_ANY, 0, NULL},
    {"EmailAuthenticationSubject", IS_ANY, 0, NULL},
    {"EmailConfiguration", IS_ANY, 0, NULL},
    {"EmailVerificationMessage", IS_ANY, 0, NULL},
    {"EmailVerificationSubject", IS_ANY, 0, NULL},
    {"EnabledMfas", IS_ANY, 0, NULL},
    {"LambdaConfig", IS_ANY, 0, NULL},
    {"MfaConfiguration", IS_ANY, 0, NULL},
    {"Policies", IS_ANY, 0, NULL},
    {"Schema", IS_ANY, 0, NULL},
    {"SmsAuthenticationMessage", IS_ANY, 0, NULL},
    {"SmsConfiguration", IS_ANY, 0, NULL},
    {"SmsVerificationMessage", IS_ANY, 0, NULL},
    {"UserAttributeUpdateSettings", IS_ANY, 0, NULL},
    {"UsernameAttributes", IS_ANY, 0, NULL},
    {"UsernameConfiguration", IS_ANY, 0, NULL},
    {"UserPoolAddOns", IS_ANY, 0, NULL},
    {"UserPoolName", IS_ANY, 0, NULL},
    {"UserPoolTags", IS_ANY, 0, NULL},
    {"UserPoolTier", IS_ANY, 0, NULL},
    {"VerificationMessageTemplate", IS_ANY, 0, NULL},
    {"WebAuthnRelyingPartyID", IS_ANY, 0, NULL},
    {"WebAuthnUserVerification", IS_ANY, 0, NULL},
};

static const struct properties bucket_known = PROPERTIES(bucket_rows);
static const struct properties user_pool_known = PROPERTIES(user_pool_rows);

/* Hands the changed bucket or user pool over to the result, under its own id. */
static void push_changed(struct expand *e, struct event *event, const struct resource *source,
                         const char *type, const struct properties *known) {
    sam_check_new_id(e, source->id, source->id_span);
    if (!resource_is(source, type)) {
        const struct value *odd = value_get_c(source->attributes, "Type");
        struct str got = value_is_nil(odd) ? source->type : sam_text(e, odd);
        if (!got.len && value_is_nil(odd))
            sam_fail(e, source->id, source->id_span, "Resource dict missing key 'Type'.");
        sam_fail(e, source->id, source->type_span,
                 "Resource has incorrect Type; expected '%s', got '%.*s'", type, STR_ARG(got));
    }
    sam_check(e, source->id, type, known, source->properties, source->span);
    struct resource *r = arena_new(e->arena, struct resource);
    *r = *source;
    r->properties = value_copy_shallow(e->v, source->properties);
    for (uint32_t i = r->properties->count; i > 0; i--)
        if (sam_is_none(r->properties->members[i - 1].value))
            value_remove(e->v, r->properties, r->properties->members[i - 1].key);
    r->attributes = sam_kept_attributes(e, source);
    sam_push(e, event->owner, r);
}

/* The resource that { Ref: id } names; NULL when it isn't in the template. */
static struct resource *referenced(struct expand *e, struct value *reference) {
    return reference->kind == VAL_REF ? sam_source(e, reference->text) : NULL;
}

/* An entry of a map; made, when absent or null. */
static struct value *entry(struct expand *e, struct value *map, const char *name,
                           struct value *(*make)(struct values *)) {
    struct value *x = value_get_c(sam_open(e, map), name);
    if (sam_is_none(x)) {
        x = make(e->v);
        value_put_c(e->v, map, name, x);
    }
    return x;
}

/* --- S3 ------------------------------------------------------------------------------------------- */

static void link_bucket(struct expand *e, struct event *event) {
    struct value *bucket = event_property(event, "Bucket");
    struct span span = sam_span(bucket, event->span);
    if (sam_has(e, bucket, "Ref") && bucket->kind != VAL_REF)
        sam_fail_event(e, event->key, span, "'Ref' value in S3 events is not a valid string.");
    event->linked = referenced(e, bucket);
    if (!event->linked)
        sam_fail_event(e, event->key, span,
                       "S3 events must reference an S3 bucket in the same template.");
}

/* What events have added to a bucket, so that nothing is added twice and nothing is searched. */
struct bucket {
    struct value *depends_on;  /* list */
    struct map names;          /* in it */
    struct map configurations; /* JSON of those in LambdaConfigurations */
};

static struct bucket *bucket_of(struct expand *e, const struct resource *r) {
    struct bucket *bucket = map_get_ptr(&e->buckets, r->id);
    if (!bucket) {
        bucket = arena_new(e->arena, struct bucket);
        map_put_ptr(e->arena, &e->buckets, r->id, bucket);
    }
    return bucket;
}

static void add_name(struct expand *e, struct bucket *bucket, struct value *name) {
    if (!map_put(e->arena, &bucket->names, sam_json(e, name), 1))
        value_push(e->v, bucket->depends_on, name);
}

/* DependsOn as the template has it, as a list. */
static void take_dependencies(struct expand *e, struct event *event, const struct resource *r,
                              struct bucket *bucket) {
    const struct member *m = value_member(r->attributes, STR("DependsOn"));
    struct value *on = m ? m->value : &value_nil;
    bool fits = !m || sam_is_string(on) || sam_is_list(on);
    bucket->depends_on = value_list(e->v);
    if (sam_is_string(on))
        add_name(e, bucket, on);
    for (uint32_t i = 0; fits && on->kind == VAL_LIST && i < on->count; i++) {
        fits = !sam_is_map(on->items[i]) && !sam_is_list(on->items[i]);
        add_name(e, bucket, on->items[i]);
    }
    if (!fits)
        sam_fail(e, event->id, m->span,
                 "Invalid type for field 'DependsOn'. Expected a string or list of strings.");
}

/* The bucket needs the permission first: its creation calls the function. */
static void depend_on(struct expand *e, struct event *event, struct resource *r,
                      struct str permission) {
    struct bucket *bucket = bucket_of(e, r);
    if (!bucket->depends_on)
        take_dependencies(e, event, r, bucket);
    add_name(e, bucket, value_string(e->v, permission));
    value_put_c(e->v, r->attributes, "DependsOn", bucket->depends_on);
}

/* DependsOn can't be conditional, but a tag can refer to the permission. */
static void depend_by_tag(struct expand *e, struct resource *bucket, struct str permission,
                          struct value *condition) {
    struct value *tags = entry(e, bucket->properties, "Tags", value_list);
    sam_expect_list(e, bucket->id, "Tags", tags);
    struct value *depends =
        sam_if(e, condition, sam_ref(e, permission), sam_c(e, "no dependency"));
    struct str key = sam_id(e, "sam:ConditionalDependsOn:%.*s", STR_ARG(permission));
    tags = value_copy_shallow(e->v, tags);
    value_push(e->v, tags,
               sam_map(e, "Key", value_string(e->v, key), "Value", depends, NULL));
    value_put_c(e->v, bucket->properties, "Tags", tags);
}

static void notify(struct expand *e, struct event *event, const struct target *target,
                   struct value *list, struct value *type) {
    struct bucket *bucket = bucket_of(e, event->linked);
    uint32_t given = bucket->configurations.count ? 0 : list->count;
    for (uint32_t i = 0; i < given; i++)
        map_put(e->arena, &bucket->configurations, sam_json(e, list->items[i]), 1);
    struct value *entry = sam_map(e, "Function", target->arn, "Filter",
                                  event_property(event, "Filter"), "Event", type, NULL);
    struct value *condition = value_get_c(target->passed, "Condition");
    if (!value_is_nil(condition))
        entry = sam_if(e, condition, entry, NULL);
    if (!map_put(e->arena, &bucket->configurations, sam_json(e, entry), 1))
        value_push(e->v, list, entry);
}

static void expand_s3(struct expand *e, struct event *event, struct target *target) {
    struct resource *bucket = event->linked;
    e->v->place.span = event->span;
    struct permission permission = {.principal = "s3.amazonaws.com",
                                    .source_account = sam_ref(e, STR("AWS::AccountId"))};
    struct resource *allow = event_permission(e, event, target, &permission);
    struct value *condition = value_get_c(allow->attributes, "Condition");
    if (bucket->properties->kind == VAL_NULL && !value_is_nil(condition))
        bucket->properties = value_map(e->v);
    if (!sam_is_map(bucket->properties))
        sam_fail(e, bucket->id, bucket->span, "Properties should be a map.");
    if (value_is_nil(condition))
        depend_on(e, event, bucket, allow->id);
    else
        depend_by_tag(e, bucket, allow->id, condition);
    sam_push(e, event->owner, allow);
    struct value *config = entry(e, bucket->properties, "NotificationConfiguration", value_map);
    sam_expect_map(e, bucket->id, "NotificationConfiguration", config);
    struct value *list = entry(e, config, "LambdaConfigurations", value_list);
    if (!sam_is_list(list))
        sam_fail(e, bucket->id, list->span,
                 "Invalid type for LambdaConfigurations. Must be a list.");
    struct value *types = event_property(event, "Events");
    if (sam_is_string(types))
        notify(e, event, target, list, types);
    for (uint32_t i = 0; sam_is_list(types) && i < types->count; i++)
        notify(e, event, target, list, types->items[i]);
    push_changed(e, event, bucket, "AWS::S3::Bucket", &bucket_known);
}

/* --- Cognito -------------------------------------------------------------------------------------- */

static void link_user_pool(struct expand *e, struct event *event) {
    struct value *pool = event_property(event, "UserPool");
    struct span span = sam_span(pool, event->span);
    if (sam_has(e, pool, "Ref") && pool->kind != VAL_REF)
        sam_fail_event(e, event->id, span, "Ref in Userpool is not a string.");
    event->linked = referenced(e, pool);
    if (!event->linked)
        sam_fail_event(e, event->key, span,
                       "Cognito events must reference a Cognito UserPool in the same template.");
}

static void add_trigger(struct expand *e, struct event *event, const struct target *target,
                        struct value *config, struct value *trigger) {
    if (value_has(config, trigger->text))
        sam_fail_event(e, event->key, trigger->span,
                       "Cognito trigger \"%.*s\" defined multiple times.",
                       STR_ARG(sam_text(e, event_property(event, "Trigger"))));
    value_put(e->v, sam_open(e, config), trigger->text, target->arn);
}

static void expand_cognito(struct expand *e, struct event *event, struct target *target) {
    struct resource *pool = event->linked;
    e->v->place.span = event->span;
    struct permission permission = {.principal = "cognito-idp.amazonaws.com",
                                    .source_arn = sam_getatt(e, pool->id, "Arn"),
                                    .prefix = sam_id(e, "%.*sCognito", STR_ARG(target->id))};
    sam_push(e, event->owner, event_permission(e, event, target, &permission));
    if (pool->properties->kind == VAL_NULL)
        pool->properties = value_map(e->v);
    if (!sam_is_map(pool->properties))
        sam_fail(e, pool->id, pool->span, "Properties should be a map.");
    struct value *config = entry(e, pool->properties, "LambdaConfig", value_map);
    sam_expect_map(e, pool->id, "LambdaConfig", config);
    struct value *triggers = event_property(event, "Trigger");
    if (sam_is_string(triggers))
        add_trigger(e, event, target, config, triggers);
    for (uint32_t i = 0; sam_is_list(triggers) && i < triggers->count; i++)
        add_trigger(e, event, target, config, triggers->items[i]);
    push_changed(e, event, pool, "AWS::Cognito::UserPool", &user_pool_known);
}

const struct event_type event_s3 = {"S3", &s3_known, link_bucket, expand_s3};
const struct event_type event_cognito = {"Cognito", &cognito_known, link_user_pool, expand_cognito};
