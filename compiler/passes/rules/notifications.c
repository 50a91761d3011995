/* A bucket's notifications: S3 asks, when it makes the bucket, whether it may send where they go, so
   what allows it must be there before.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-notificationconfiguration.html */
#include "passes/rules/invocations.h"
#include "passes/rules/services.h"

/* What lets S3 send somewhere: a permission of a function, a policy of a queue or topic. */
struct pass {
    const struct resource *r, *to;
};

struct passes {
    struct check *c;
    VEC(struct pass) items;
    const struct resource *bucket; /* whose reach it is */
    struct map reach;
};

static void find_permissions(struct passes *all) {
    struct check *c = all->c;
    const struct resource_vec *list = check_type(c, "AWS::Lambda::Permission");
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        if (str_is(check_text(c, property(r, "Principal")), "s3.amazonaws.com"))
            vec_push(c->arena, &all->items,
                     (struct pass){r, function_of(c, property(r, "FunctionName"))});
    }
}

static void find_policies(struct passes *all, const char *type, const char *name) {
    struct check *c = all->c;
    const struct resource_vec *list = check_type(c, type);
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        struct items targets = check_items(c, property(r, name), BDD_TRUE);
        for (uint32_t k = 0; k < targets.items.count; k++)
            vec_push(c->arena, &all->items,
                     (struct pass){r, check_target(c, targets.items.items[k].value)});
    }
}

/* Reports where some pass leads to what the bucket notifies, and the bucket waits for none. */
static void check_wait(struct passes *all, const struct resource *bucket, const struct value *at,
                       const struct resource *to) {
    struct check *c = all->c;
    const struct resource *late = NULL;
    for (uint32_t i = 0; i < all->items.count; i++) {
        const struct pass *p = &all->items.items[i];
        if (p->to != to)
            continue;
        if (all->bucket != bucket) {
            all->bucket = bucket;
            all->reach = (struct map){0};
            check_reach(c, bucket, &all->reach);
        }
        if (map_get(&all->reach, p->r->id) || !check_coexist(c, p->r, bucket))
            return;
        late = late ? late : p->r;
    }
    if (!late)
        return;
    struct map reach = {0};
    check_reach(c, late, &reach);
    struct diag *d = check_report(c, RULE_NOTIFICATION_ORDER, bucket, at,
                                  "'%.*s' doesn't wait for '%.*s', which lets S3 send there",
                                  STR_ARG(bucket->id), STR_ARG(late->id));
    diag_note(c->diags, d, late->id_span, "S3 asks for this when the bucket is made");
    if (map_get(&reach, bucket->id))
        diag_help(c->diags, d, "write the bucket's name there, not a reference to it, and "
                               "DependsOn: %.*s here", STR_ARG(late->id));
    else
        diag_help(c->diags, d, "add DependsOn: %.*s to the bucket", STR_ARG(late->id));
}

void check_notifications(struct check *c) {
    struct passes all = {.c = c};
    struct sendings sendings = {0};
    if (c->open)
        return;
    find_permissions(&all);
    find_policies(&all, "AWS::SQS::QueuePolicy", "Queues");
    find_policies(&all, "AWS::SNS::TopicPolicy", "Topics");
    if (!all.items.count)
        return;
    const struct invocations *calls = invocations_of(c);
    for (uint32_t i = 0; i < calls->items.count; i++)
        if (resource_is(calls->items.items[i].r, "AWS::S3::Bucket"))
            check_wait(&all, calls->items.items[i].r, calls->items.items[i].at,
                       calls->items.items[i].function);
    sendings_of(c, &sendings);
    for (uint32_t i = 0; i < sendings.items.count; i++)
        if (resource_is(sendings.items.items[i].sender, "AWS::S3::Bucket"))
            check_wait(&all, sendings.items.items[i].sender, sendings.items.items[i].at,
                       sendings.items.items[i].to);
}
