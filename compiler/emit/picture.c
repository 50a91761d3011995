#include "emit/picture.h"

#include <stdlib.h>

#include "graph/edges.h"

/* By the beginning of a type. */
static const struct {
    const char *prefix;
    enum box_class class;
} classes[] = {
    {"AWS::ApiGateway", BOX_API},
    {"AWS::Serverless::Api", BOX_API},
    {"AWS::Serverless::HttpApi", BOX_API},
    {"AWS::Serverless::WebSocketApi", BOX_API},
    {"AWS::Serverless::GraphQLApi", BOX_API},
    {"AWS::AppSync", BOX_API},
    {"AWS::CloudFront", BOX_API},
    {"AWS::ElasticLoadBalancing", BOX_API},
    {"AWS::Route53", BOX_API},
    {"AWS::CertificateManager", BOX_API},
    {"AWS::WAF", BOX_API},
    {"AWS::Lambda", BOX_COMPUTE},
    {"AWS::Serverless::Function", BOX_COMPUTE},
    {"AWS::Serverless::StateMachine", BOX_COMPUTE},
    {"AWS::Serverless::LayerVersion", BOX_COMPUTE},
    {"AWS::StepFunctions", BOX_COMPUTE},
    {"AWS::EC2::Instance", BOX_COMPUTE},
    {"AWS::ECS", BOX_COMPUTE},
    {"AWS::Batch", BOX_COMPUTE},
    {"AWS::DynamoDB", BOX_DATA},
    {"AWS::Serverless::SimpleTable", BOX_DATA},
    {"AWS::S3", BOX_DATA},
    {"AWS::RDS", BOX_DATA},
    {"AWS::ElastiCache", BOX_DATA},
    {"AWS::EFS", BOX_DATA},
    {"AWS::SecretsManager", BOX_DATA},
    {"AWS::SSM", BOX_DATA},
    {"AWS::SQS", BOX_MESSAGE},
    {"AWS::SNS", BOX_MESSAGE},
    {"AWS::Events", BOX_MESSAGE},
    {"AWS::Scheduler", BOX_MESSAGE},
    {"AWS::Pipes", BOX_MESSAGE},
    {"AWS::Kinesis", BOX_MESSAGE},
    {"AWS::MSK", BOX_MESSAGE},
    {"AWS::IAM", BOX_IDENTITY},
    {"AWS::Cognito", BOX_IDENTITY},
    {"AWS::KMS", BOX_IDENTITY},
};

static enum box_class class_of(struct str type) {
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (str_starts(type, str_from(classes[i].prefix)))
            return classes[i].class;
    return BOX_OTHER;
}

/* "AWS::DynamoDB::Table" -> "DynamoDB Table" */
static struct str type_words(struct arena *a, struct str type) {
    if (str_starts(type, STR("AWS::")))
        type = str_slice(type, 5, type.len);
    size_t colons = str_find(type, STR("::"), 0);
    if (colons == type.len)
        return type;
    return str_printf(a, "%.*s %.*s", (int)colons, type.ptr, (int)(type.len - colons - 2),
                      type.ptr + colons + 2);
}

/* A construct and the module instances and loop turns around it. */
static struct str construct_key(struct arena *a, const struct origin *origin) {
    struct str key = STR_NIL;
    for (; origin; origin = origin->outer)
        key = str_printf(a, "%.*s\n%.*s", STR_ARG(key), STR_ARG(origin->construct));
    return key;
}

static struct box box_of(struct arena *a, const struct resource *r, bool each_resource) {
    struct box box = {.title = r->id,
                      .subtitle = type_words(a, r->type),
                      .class = class_of(r->type),
                      .resources = 1};
    struct str name;
    if (r->origin && !each_resource && str_has(r->origin->construct, ' ')) {
        box.subtitle = str_split(r->origin->construct, ' ', &name);
        box.title = name;
    }
    return box;
}

/* The box of every resource; a construct's first resource, its main one, gives it its colour. */
static uint32_t *make_boxes(struct picture *p, struct arena *a, const struct graph *g,
                            bool each_resource, struct map *by_id) {
    uint32_t *box_of_resource = arena_array(a, uint32_t, g->resources.count + 1);
    struct map by_construct = {0};
    for (uint32_t i = 0; i < g->resources.count; i++) {
        const struct resource *r = g->resources.items[i];
        struct str key = each_resource ? STR_NIL : construct_key(a, r->origin);
        uint32_t known = key.len ? (uint32_t)map_get(&by_construct, key) : 0;
        if (!known) {
            vec_push(a, &p->boxes, box_of(a, r, each_resource));
            known = p->boxes.count;
            if (key.len)
                map_put(a, &by_construct, key, known);
        } else {
            struct box *box = &p->boxes.items[known - 1];
            box->resources++;
            if (box->class == BOX_OTHER || box->class == BOX_IDENTITY)
                box->class = class_of(r->type) == BOX_OTHER ? box->class : class_of(r->type);
        }
        box_of_resource[i] = known - 1;
        map_put(a, by_id, r->id, i + 1);
    }
    return box_of_resource;
}

static int compare(const void *left, const void *right) {
    const struct arrow *a = left, *b = right;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    if (a->to != b->to)
        return a->to < b->to ? -1 : 1;
    return a->only_order - b->only_order;
}

/* Of arrows between the same boxes one is kept; they are sorted so that it's the strongest. */
static void merge_arrows(struct picture *p) {
    uint32_t kept = 0;
    if (p->arrows.count)
        qsort(p->arrows.items, p->arrows.count, sizeof *p->arrows.items, compare);
    for (uint32_t i = 0; i < p->arrows.count; i++) {
        struct arrow arrow = p->arrows.items[i];
        const struct arrow *last = kept ? &p->arrows.items[kept - 1] : NULL;
        if (!last || last->from != arrow.from || last->to != arrow.to)
            p->arrows.items[kept++] = arrow;
    }
    p->arrows.count = kept;
}

void picture_make(struct picture *p, struct arena *a, const struct graph *g, bool each_resource) {
    struct formulas formulas;
    struct edges edges;
    struct map by_id = {0};
    *p = (struct picture){0};
    uint32_t *box_of_resource = make_boxes(p, a, g, each_resource, &by_id);
    formulas_init(&formulas, a, g, NULL);
    edges_init(&edges, a, g, &formulas);
    for (uint32_t i = 0; i < edges.items.count; i++) {
        const struct edge *e = edges.items.items[i];
        uint32_t to = (uint32_t)map_get(&by_id, e->target);
        if (e->section != SECTION_RESOURCES || !e->from || !to || e->kind == EDGE_CONDITION ||
            e->kind == EDGE_MAPPING)
            continue;
        struct arrow arrow = {box_of_resource[map_get(&by_id, e->from->id) - 1],
                              box_of_resource[to - 1], e->kind == EDGE_DEPENDS_ON};
        if (arrow.from != arrow.to)
            vec_push(a, &p->arrows, arrow);
    }
    merge_arrows(p);
}
