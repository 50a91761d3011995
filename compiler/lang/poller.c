#include "lang/feed.h"

/* What Lambda polls: AWS::Lambda::EventSourceMapping. */

/* "Configuring network access for the event source": the poller stands in the broker's network. */
static const char network_actions[] =
    "ec2:CreateNetworkInterface ec2:DescribeNetworkInterfaces ec2:DeleteNetworkInterface "
    "ec2:DescribeVpcs ec2:DescribeSubnets ec2:DescribeSecurityGroups";

static struct value *filters(struct lang *l, struct value *list) {
    struct value *out = value_list(l->values);
    for (uint32_t i = 0; i < list->count; i++) {
        struct value *pattern = list->items[i];
        if (pattern->kind == VAL_MAP)
            pattern = value_string(l->values,
                                   value_canonical(l->arena, finish_value(l, pattern, NULL)));
        value_push(l->values, out, map_of(l, 1, "Pattern", pattern));
    }
    return map_of(l, 1, "Filters", out);
}

/* The place in a stream: a word, or a time in seconds since 1970. */
static void start(struct lang *l, struct feed *s, struct value *p) {
    struct value *x = body_value(l, s->settings, "start");
    if (x && x->kind == VAL_NUMBER) {
        value_put_c(l->values, p, "StartingPosition", text_value(l, "AT_TIMESTAMP"));
        value_put_c(l->values, p, "StartingPositionTimestamp", x);
        return;
    }
    if (x && !is_error(x) && !value_is_c(x, "oldest") && !value_is_c(x, "latest")) {
        struct diag *d = diag_add(l->diags, RULE_WORD_VALUE, x->span,
                                  "'start' takes a word, found %s", describe_value(x));
        diag_help(l->diags, d, "one of: latest, oldest; or a time in seconds since 1970");
    }
    value_put_c(l->values, p, "StartingPosition",
                text_value(l, x && value_is_c(x, "oldest") ? "TRIM_HORIZON" : "LATEST"));
}

static void pollers(struct lang *l, struct feed *s, struct value *p) {
    struct value *x = body_value(l, s->settings, "pollers");
    if (!x || x->kind != VAL_MAP || !check_fields(l, x, "pollers", "min max"))
        return;
    value_put_c(l->values, p, "ProvisionedPollerConfig",
                map_of(l, 2, "MinimumPollers", field_value(l, x, "min", ATTR_NUMBER),
                       "MaximumPollers", field_value(l, x, "max", ATTR_NUMBER)));
}

/* A mapping with all that its block says; the source's own properties are the caller's. */
static struct value *mapping(struct lang *l, struct feed *s, bool reports) {
    struct thing *t = s->function;
    struct str part = str_printf(l->arena, "on %.*s", STR_ARG(s->label));
    struct resource *r = add_resource(l, t, str_cstr(l->arena, part),
                                      "AWS::Lambda::EventSourceMapping", s->id, s->cond);
    struct value *p = r->properties, *filter = body_value(l, s->settings, "filter");
    s->resource = r;
    if (s->arn)
        value_put_c(l->values, p, "EventSourceArn", s->arn);
    value_put_c(l->values, p, "FunctionName", function_callee(l, t));
    copy_attributes(l, s->settings, r);
    if (filter && filter->kind == VAL_LIST)
        value_put_c(l->values, p, "FilterCriteria", filters(l, filter));
    struct value *partial = body_value(l, s->settings, "partial");
    if (partial && value_is_true(partial) && (reports || body_is_set(s->settings, "partial")))
        value_put_c(l->values, p, "FunctionResponseTypes",
                    list_of(l, 1, text_value(l, "ReportBatchItemFailures")));
    pollers(l, s, p);
    struct value *dead = body_value(l, s->settings, "dead_letter");
    struct value *to =
        dead && !value_is_null(dead)
            ? send_to(l, t, dead, "dead_letter",
                      1u << KIND_QUEUE | 1u << KIND_TOPIC | 1u << KIND_BUCKET, s->clause->cond)
            : &value_nil;
    if (!value_is_nil(to))
        put(l, p, "DestinationConfig.OnFailure.Destination", to);
    return p;
}

static void done(struct lang *l, struct feed *s) {
    apply_properties(l, &s->settings->body, s->resource);
}

void poll_queue(struct lang *l, struct feed *s) {
    mapping(l, s, true);
    done(l, s);
}

void poll_stream(struct lang *l, struct feed *s) {
    start(l, s, mapping(l, s, true));
    done(l, s);
}

/* ---- brokers ----------------------------------------------------------------------------- */

static void access_by(struct lang *l, struct value *list, const char *type, struct value *uri) {
    value_push(l->values, list, map_of(l, 2, "Type", text_value(l, type), "URI", uri));
}

/* The secret by which the poller signs in; NULL when there is none. */
static struct value *secret(struct lang *l, struct feed *s) {
    struct value *x = body_value(l, s->settings, "secret");
    struct value *arn = x && !value_is_null(x) ? thing_arn(l, x, "secret", 0) : &value_nil;
    if (value_is_nil(arn))
        return NULL;
    grant_statement(l, s->function, "secretsmanager:GetSecretValue", arn, s->clause->cond);
    return arn;
}

static struct value *need_secret(struct lang *l, struct feed *s) {
    struct value *arn = secret(l, s);
    if (arn || is_error(body_value(l, s->settings, "secret")))
        return arn;
    struct diag *d = diag_add(l->diags, RULE_MISSING_ATTRIBUTE, s->span, "'%.*s' needs 'secret'",
                              STR_ARG(s->label));
    diag_help(l->diags, d, "secret = the ARN of a secret with username and password");
    return NULL;
}

static void networks(struct lang *l, struct feed *s, struct value *list) {
    struct value *x = body_value(l, s->settings, "vpc");
    if (!x || x->kind != VAL_MAP || !check_fields(l, x, "vpc", "subnets security_groups"))
        return;
    struct value *subnets = one_or_more(l, field(l, x, "subnets"));
    struct value *groups = one_or_more(l, field(l, x, "security_groups"));
    for (uint32_t i = 0; i < subnets->count; i++)
        access_by(l, list, "VPC_SUBNET",
                  concat(l, text_value(l, "subnet:"), to_text(l, subnets->items[i], x->span)));
    for (uint32_t i = 0; i < groups->count; i++)
        access_by(
            l, list, "VPC_SECURITY_GROUP",
            concat(l, text_value(l, "security_group:"), to_text(l, groups->items[i], x->span)));
}

/* How the poller proves who it is: "Configuring cluster authentication". */
static void kafka_auth(struct lang *l, struct feed *s, struct value *list) {
    static const char *const rows[][2] = {{"scram_512", "SASL_SCRAM_512_AUTH"},
                                          {"scram_256", "SASL_SCRAM_256_AUTH"},
                                          {"plain", "BASIC_AUTH"},
                                          {"tls", "CLIENT_CERTIFICATE_TLS_AUTH"}};
    struct value *how = body_value(l, s->settings, "auth"), *arn = secret(l, s);
    bool iam = !how || value_is_nil(how) || value_is_c(how, "iam");
    if (!iam && !arn && !is_error(how))
        need_secret(l, s);
    for (int i = 0; i < 4 && arn; i++)
        if (value_is_c(iam ? text_value(l, "scram_512") : how, rows[i][0]))
            access_by(l, list, rows[i][1], arn);
}

/* The ARNs of a cluster's topics and groups are its own with another word. */
static struct value *in_cluster(struct lang *l, struct value *cluster, const char *word,
                                struct value *name) {
    struct value *between = text_value(l, str_cstr(l->arena, str_printf(l->arena, ":%s/", word)));
    struct value *arn;
    size_t at = cluster->kind == VAL_STRING ? str_find(cluster->text, STR(":cluster/"), 0) : 0;
    if (cluster->kind == VAL_STRING && at < cluster->text.len)
        arn = value_string(
            l->values, str_printf(l->arena, "%.*s%.*s%.*s",
                                  STR_ARG(str_slice(cluster->text, 0, at)), STR_ARG(between->text),
                                  STR_ARG(str_slice(cluster->text, at + 9, cluster->text.len))));
    else
        arn = value_call(l->values, VAL_JOIN, 2, between,
                         value_call(l->values, VAL_SPLIT, 2, text_value(l, ":cluster/"), cluster));
    return sub(l, "%v/%v", arn, name);
}

static void may_read_cluster(struct lang *l, struct feed *s, struct value *topic) {
    struct value *how = body_value(l, s->settings, "auth");
    grant_statement(l, s->function,
                    "kafka:DescribeCluster kafka:DescribeClusterV2 kafka:GetBootstrapBrokers",
                    s->arn, s->clause->cond);
    if (!how || !value_is_c(how, "iam"))
        return;
    grant_statement(l, s->function,
                    "kafka-cluster:Connect kafka-cluster:DescribeClusterDynamicConfiguration",
                    s->arn, s->clause->cond);
    struct value *group = body_value(l, s->settings, "group");
    bool named = group && !value_is_null(group);
    grant_statement(l, s->function, "kafka-cluster:DescribeTopic kafka-cluster:ReadData",
                    in_cluster(l, s->arn, "topic", topic), s->clause->cond);
    grant_statement(l, s->function, "kafka-cluster:DescribeGroup kafka-cluster:AlterGroup",
                    in_cluster(l, s->arn, "group", named ? group : text_value(l, "*")),
                    s->clause->cond);
}

void poll_kafka(struct lang *l, struct feed *s, struct value *call) {
    struct value *cluster = value_at(call, 0), *topic = value_at(call, 1),
                 *list = value_list(l->values);
    bool own = cluster->kind == VAL_LIST; /* brokers, not MSK */
    s->arn = own ? NULL : thing_arn(l, cluster, "kafka", 0);
    struct value *p = mapping(l, s, false), *group = body_value(l, s->settings, "group");
    kafka_auth(l, s, list);
    networks(l, s, list);
    if (own)
        put(l, p, "SelfManagedEventSource.Endpoints.KafkaBootstrapServers", cluster);
    else
        may_read_cluster(l, s, topic);
    if (!own || body_is_set(s->settings, "vpc"))
        grant_statement(l, s->function, network_actions, text_value(l, "*"), s->clause->cond);
    value_put_c(l->values, p, "Topics", list_of(l, 1, topic));
    if (list->count)
        value_put_c(l->values, p, "SourceAccessConfigurations", list);
    if (group && !value_is_null(group))
        put(l, p, own ? "SelfManagedKafkaEventSourceConfig.ConsumerGroupId"
                      : "AmazonManagedKafkaEventSourceConfig.ConsumerGroupId", group);
    start(l, s, p);
    done(l, s);
}

void poll_mq(struct lang *l, struct feed *s, struct value *call) {
    struct value *list = value_list(l->values), *broker = value_at(call, 0);
    struct thing *raw = thing_of(broker);
    /* a broker's Ref is its id */
    s->arn = raw && raw->is_resource ? value_getatt(l->values, raw->id, STR("Arn"))
                                     : thing_arn(l, broker, "mq", 0);
    struct value *p = mapping(l, s, false), *arn = need_secret(l, s);
    struct value *host = body_value(l, s->settings, "virtual_host");
    if (arn)
        access_by(l, list, "BASIC_AUTH", arn);
    if (host && !value_is_null(host))
        access_by(l, list, "VIRTUAL_HOST", host);
    value_put_c(l->values, p, "Queues", list_of(l, 1, value_at(call, 1)));
    value_put_c(l->values, p, "SourceAccessConfigurations", list);
    grant_statement(l, s->function, "mq:DescribeBroker", s->arn, s->clause->cond);
    grant_statement(l, s->function, network_actions, text_value(l, "*"), s->clause->cond);
    done(l, s);
}

void poll_docdb(struct lang *l, struct feed *s, struct value *call) {
    struct value *list = value_list(l->values), *full = body_value(l, s->settings, "full_document");
    s->arn = thing_arn(l, value_at(call, 0), "docdb", 0);
    struct value *p = mapping(l, s, false), *arn = need_secret(l, s);
    if (arn)
        access_by(l, list, "BASIC_AUTH", arn);
    value_put_c(l->values, p, "DocumentDBEventSourceConfig",
                map_of(l, 3, "DatabaseName", value_at(call, 1), "CollectionName", value_at(call, 2),
                       "FullDocument",
                       full && value_is_true(full) ? text_value(l, "UpdateLookup") : &value_nil));
    value_put_c(l->values, p, "SourceAccessConfigurations", list);
    static const char *const describe[][2] = {{"rds:DescribeDBClusters", "cluster"},
                                              {"rds:DescribeDBClusterParameters", "cluster-pg"},
                                              {"rds:DescribeDBSubnetGroups", "subgrp"}};
    for (int i = 0; i < 3; i++)
        grant_statement(l, s->function, describe[i][0],
                        sub(l, "arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}:%s:*",
                            describe[i][1]),
                        s->clause->cond);
    grant_statement(l, s->function, network_actions, text_value(l, "*"), s->clause->cond);
    start(l, s, p);
    done(l, s);
}
