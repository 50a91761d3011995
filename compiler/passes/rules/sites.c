/* What CloudFront and S3 refuse: origins that aren't there, access control lists that are switched
 * off. */
#include "passes/check.h"

/* ---- https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CacheBehavior.html  */

/* Whether a distribution has, or may have, an origin or origin group of this id. */
static bool has_origin(struct check *c, const struct value *config, const struct value *id) {
    const struct value *lists[] = {value_get_c(config, "Origins"),
                                   value_get_c(value_get_c(config, "OriginGroups"), "Items")};
    struct str wanted = check_text(c, id);
    if (value_has(config, STR("CustomOrigin")) || value_has(config, STR("S3Origin")))
        return true;
    for (size_t n = 0; n < sizeof lists / sizeof *lists; n++) {
        struct items items = check_items(c, lists[n], BDD_TRUE);
        if (!items.complete && !value_is_nil(lists[n]))
            return true;
        for (uint32_t i = 0; i < items.items.count; i++) {
            const struct value *item = items.items.items[i].value, *given = value_get_c(item, "Id");
            struct str text = check_text(c, given);
            if (!check_is_closed(item) || !text.ptr || str_eq(text, wanted))
                return true;
        }
    }
    return false;
}

static void check_behavior(struct check *c, const struct resource *r, const struct value *config,
                           const struct value *behavior) {
    const struct value *id = value_get_c(behavior, "TargetOriginId");
    struct str text = check_text(c, id);
    if (text.len && !has_origin(c, config, id))
        check_report(c, RULE_CACHE_ORIGIN, r, id, "the distribution has no origin '%.*s'",
                     STR_ARG(text));
}

static void check_distribution(struct check *c, const struct resource *r) {
    const struct value *config = property(r, "DistributionConfig");
    if (!check_is_closed(config))
        return;
    check_behavior(c, r, config, value_get_c(config, "DefaultCacheBehavior"));
    struct items items = check_items(c, value_get_c(config, "CacheBehaviors"), BDD_TRUE);
    for (uint32_t i = 0; i < items.items.count; i++)
        check_behavior(c, r, config, items.items.items[i].value);
}

/* ---- https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html  */

static void check_bucket(struct check *c, const struct resource *r) {
    static const char *const lists[] = {"AuthenticatedRead", "AwsExecRead", "BucketOwnerRead",
                                        "LogDeliveryWrite",  "PublicRead",  "PublicReadWrite"};
    const struct value *x = property(r, "AccessControl");
    struct str text = check_text(c, x);
    if (!check_is_closed(r->properties) || !is_absent(property(r, "OwnershipControls")))
        return;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (str_is(text, lists[i]))
            check_report(c, RULE_BUCKET_ACL, r, x,
                         "a bucket takes no '%s' without OwnershipControls", lists[i]);
}

void check_sites(struct check *c) {
    const struct resource_vec *list = check_type(c, "AWS::CloudFront::Distribution");
    for (uint32_t i = 0; i < list->items.count; i++)
        check_distribution(c, list->items.items[i]);
    list = check_type(c, "AWS::S3::Bucket");
    for (uint32_t i = 0; i < list->items.count; i++)
        check_bucket(c, list->items.items[i]);
}
