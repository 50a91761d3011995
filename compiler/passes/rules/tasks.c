/* Tasks of ECS: what a definition says twice, and what a service asks of the definition that it runs.
   https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
   https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html */
#include "passes/check.h"

static struct items items_of(struct check *c, const struct resource *r, const struct value *list) {
    if (is_absent(list))
        return (struct items){.complete = true};
    return check_items(c, list, formula_of_resource(&c->formulas, r));
}

/* Whether two values may be one text. */
static bool may_be_one(struct check *c, const struct value *a, const struct value *b) {
    return text_can_equal(view_text(&c->view, a).pattern, view_text(&c->view, b).pattern);
}

/* The first of the items whose entry may be that name; NULL: none, where all are known. */
static const struct value *find_named(struct check *c, const struct items *all, const char *key,
                                      const struct value *name) {
    for (uint32_t i = 0; i < all->items.count; i++) {
        const struct value *one = all->items.items[i].value;
        if (!check_is_closed(one) || may_be_one(c, value_get_c(one, key), name))
            return one;
    }
    return NULL;
}

/* ---- sizes ----------------------------------------------------------------- */

static const struct size {
    int64_t cpu, least, most, step;
} sizes[] = {
#define FARGATE(cpu, least, most, step) {cpu, least, most, step},
#include "passes/rules/task_sizes.def"
};

/* "256", ".25 vCPU", "0.5 GB": in 1024ths of the unit. -1: it is none of these. */
static int64_t amount(struct str text, const char *unit) {
    int64_t n, thousandths = 0;
    struct str number = str_trim(text);
    if (str_to_int(number, &n))
        return n > 0 && n < 1 << 20 ? n : -1;
    struct str end = str_from(unit);
    if (number.len <= end.len ||
        str_distance(str_slice(number, number.len - end.len, number.len), end, 0) != 0)
        return -1;
    number = str_trim(str_slice(number, 0, number.len - end.len));
    struct str rest, whole = str_split(number, '.', &rest);
    int64_t scale = 1000;
    n = 0;
    if ((whole.len && !str_to_int(whole, &n)) || n < 0 || n > 1000 || (!whole.len && !rest.len))
        return -1;
    for (size_t i = 0; i < rest.len; i++) {
        if (rest.ptr[i] < '0' || rest.ptr[i] > '9')
            return -1;
        scale /= 10;
        thousandths += (rest.ptr[i] - '0') * scale;
    }
    return n * 1024 + thousandths * 1024 / 1000;
}

static bool fits(const struct size *s, int64_t memory) {
    bool power = memory == 512 || memory == 1024 || memory == 2048;
    return memory >= s->least && memory <= s->most && (s->step ? memory % s->step == 0 : power);
}

static void check_size(struct check *c, const struct resource *r) {
    const struct value *at = property(r, "Memory");
    int64_t cpu = amount(check_text(c, property(r, "Cpu")), "vCPU");
    int64_t memory = amount(check_text(c, at), "GB");
    const struct size *row = NULL;
    size_t count = sizeof sizes / sizeof *sizes;
    if (cpu < 0 || cpu > sizes[count - 1].cpu) /* none is known, or it is more than was once */
        return;
    for (size_t i = 0; i < count; i++)
        if (sizes[i].cpu == cpu)
            row = &sizes[i];
    if (!row)
        check_report(c, RULE_TASK_DEFINITION, r, property(r, "Cpu"),
                     "Fargate has no tasks with %lld units of CPU, expected 256, 512, 1024, 2048, "
                     "4096, 8192 or 16384", (long long)cpu);
    else if (memory >= 0 && !fits(row, memory))
        check_report(c, RULE_TASK_DEFINITION, r, at,
                     "Fargate gives no %lld MiB to %lld units of CPU, expected %lld to %lld%s",
                     (long long)memory, (long long)cpu, (long long)row->least, (long long)row->most,
                     row->step == 1024   ? " in steps of 1024"
                     : row->step == 4096 ? " in steps of 4096"
                     : row->step         ? " in steps of 8192"
                                         : ", a power of two");
}

/* ---- Fargate --------------------------------------------------------------- */

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_UNKNOWN };

/* Whether a definition asks to be checked for Fargate. */
static enum answer asks_for_fargate(struct check *c, const struct resource *r) {
    struct items all = items_of(c, r, property(r, "RequiresCompatibilities"));
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct possible *p = &all.items.items[i];
        if (p->value->kind != VAL_STRING)
            return ANSWER_UNKNOWN;
        if (str_is(p->value->text, "FARGATE"))
            return p->certainty == CERTAIN && p->when.n == formula_of_resource(&c->formulas, r).n
                       ? ANSWER_YES : ANSWER_UNKNOWN;
    }
    return all.complete ? ANSWER_NO : ANSWER_UNKNOWN;
}

static void check_fargate(struct check *c, const struct resource *r) {
    static const char *const needed[] = {"Cpu", "Memory", "NetworkMode"};
    if (asks_for_fargate(c, r) != ANSWER_YES || !check_is_closed(r->properties))
        return;
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (is_absent(property(r, needed[i])))
            check_report_span(c, RULE_TASK_DEFINITION, r, r->id_span,
                              "'%.*s' is for Fargate, but has no %s%s", STR_ARG(r->id), needed[i],
                              i == 2 ? ", expected awsvpc" : "");
    struct str mode = check_text(c, property(r, "NetworkMode"));
    if (mode.len && !str_is(mode, "awsvpc"))
        check_report(c, RULE_TASK_DEFINITION, r, property(r, "NetworkMode"),
                     "NetworkMode is '%.*s', but Fargate has awsvpc only", STR_ARG(mode));
    check_size(c, r);
}

/* ---- containers ------------------------------------------------------------ */

struct definition {
    struct check *c;
    const struct resource *r;
    struct items containers, volumes;
    struct str mode;
};

static struct definition definition_of(struct check *c, const struct resource *r) {
    return (struct definition){.c = c, .r = r,
                               .containers = items_of(c, r, property(r, "ContainerDefinitions")),
                               .volumes = items_of(c, r, property(r, "Volumes")),
                               .mode = check_text(c, property(r, "NetworkMode"))};
}

/* "or it must be the same value as the containerPort". */
static void check_ports(const struct definition *d, const struct value *container) {
    const struct value *list = value_get_c(container, "PortMappings");
    bool bound = str_is(d->mode, "awsvpc") || str_is(d->mode, "host");
    for (uint32_t i = 0; bound && list->kind == VAL_LIST && i < list->count; i++) {
        const struct value *at = value_get_c(list->items[i], "HostPort");
        int64_t host, inside;
        if (check_int(d->c, at, &host) && host != 0 &&
            check_int(d->c, value_get_c(list->items[i], "ContainerPort"), &inside) &&
            host != inside)
            check_report(d->c, RULE_TASK_DEFINITION, d->r, at,
                         "HostPort is %lld in the network mode %.*s, expected the %lld of "
                         "ContainerPort, or none", (long long)host, STR_ARG(d->mode),
                         (long long)inside);
    }
}

/* Entries of a container's list that name what its definition should have. */
static void check_mentions(const struct definition *d, const struct value *container,
                           const char *list, const char *key, const struct items *all,
                           const char *their_key, const char *what) {
    const struct value *entries = value_get_c(container, list);
    for (uint32_t i = 0; all->complete && entries->kind == VAL_LIST && i < entries->count; i++) {
        const struct value *name = value_get_c(entries->items[i], key);
        if (is_absent(name) || find_named(d->c, all, their_key, name))
            continue;
        struct str text = view_text(&d->c->view, name).pattern;
        if (text.len && !str_has(text, TEXT_HOLE))
            check_report(d->c, RULE_TASK_DEFINITION, d->r, name,
                         "'%.*s' has no %s '%.*s'", STR_ARG(d->r->id), what, STR_ARG(text));
    }
}

static void check_twice(const struct definition *d, uint32_t at) {
    const struct possible *now = &d->containers.items.items[at];
    const struct value *name = value_get_c(now->value, "Name");
    struct str text = check_text(d->c, name);
    for (uint32_t i = 0; text.len && i < at; i++) {
        const struct possible *other = &d->containers.items.items[i];
        const struct value *first = value_get_c(other->value, "Name");
        if (now->certainty != CERTAIN || other->certainty != CERTAIN ||
            !str_eq(check_text(d->c, first), text) || !check_meet(d->c, now->when, other->when))
            continue;
        struct diag *g = check_report(d->c, RULE_TASK_DEFINITION, d->r, name,
                                      "two containers of '%.*s' are named '%.*s'",
                                      STR_ARG(d->r->id), STR_ARG(text));
        diag_note(d->c->diags, g, first->span, "the first");
        return;
    }
}

/* "All tasks must have at least one essential container." */
static void check_essential(const struct definition *d) {
    bool all = d->containers.complete && d->containers.items.count > 0;
    for (uint32_t i = 0; i < d->containers.items.count; i++) {
        const struct value *one = d->containers.items.items[i].value;
        struct str text = check_text(d->c, value_get_c(one, "Essential"));
        const struct value *only = view_only(&d->c->view, value_get_c(one, "Essential"));
        all = all && check_is_closed(one) &&
              ((only->kind == VAL_BOOL && !only->truth) || str_is(text, "false"));
    }
    if (all)
        check_report(d->c, RULE_TASK_DEFINITION, d->r, property(d->r, "ContainerDefinitions"),
                     "no container of '%.*s' is essential, expected at least one",
                     STR_ARG(d->r->id));
}

static void check_definition(struct check *c, const struct resource *r) {
    struct definition d = definition_of(c, r);
    check_fargate(c, r);
    check_essential(&d);
    for (uint32_t i = 0; i < d.containers.items.count; i++) {
        const struct value *one = d.containers.items.items[i].value;
        check_ports(&d, one);
        check_twice(&d, i);
        check_mentions(&d, one, "DependsOn", "ContainerName", &d.containers, "Name", "container");
        check_mentions(&d, one, "VolumesFrom", "SourceContainer", &d.containers, "Name",
                       "container");
        check_mentions(&d, one, "MountPoints", "SourceVolume", &d.volumes, "Name", "volume");
    }
}

/* ---- services -------------------------------------------------------------- */

/* Whether a container may listen at a port, by its definition. */
static bool has_port(struct check *c, const struct value *container, int64_t port) {
    const struct value *list = value_get_c(container, "PortMappings");
    int64_t n;
    if (!check_is_closed(container) || (list->kind != VAL_LIST && !is_absent(list)))
        return true;
    for (uint32_t i = 0; list->kind == VAL_LIST && i < list->count; i++)
        if (!check_int(c, value_get_c(list->items[i], "ContainerPort"), &n) || n == port)
            return true;
    return false;
}

/* A load balancer's or registry's container, and its port. */
static void check_target_container(struct check *c, const struct resource *service,
                                   const struct definition *d, const struct value *target) {
    const struct value *name = value_get_c(target, "ContainerName");
    const struct value *at = value_get_c(target, "ContainerPort");
    struct str text = view_text(&c->view, name).pattern;
    int64_t port;
    bool is_known = text.len && !str_has(text, TEXT_HOLE);
    if (is_absent(name) || !d->containers.complete)
        return;
    const struct value *container = find_named(c, &d->containers, "Name", name);
    struct diag *g = NULL;
    if (!container && is_known)
        g = check_report(c, RULE_TASK_DEFINITION, service, name,
                         "the task definition '%.*s' has no container '%.*s'", STR_ARG(d->r->id),
                         STR_ARG(text));
    else if (container && is_known && check_text(c, value_get_c(container, "Name")).len &&
             check_int(c, at, &port) && !has_port(c, container, port))
        g = check_report(c, RULE_TASK_DEFINITION, service, at,
                         "the container '%.*s' of '%.*s' has no port %lld in its PortMappings",
                         STR_ARG(text), STR_ARG(d->r->id), (long long)port);
    if (g)
        diag_note(c->diags, g, property(d->r, "ContainerDefinitions")->span, "its containers");
}

static void check_launch(struct check *c, const struct resource *r, const struct definition *d) {
    const struct value *type = property(r, "LaunchType");
    const struct value *needed = property(d->r, "RequiresCompatibilities");
    if (value_is_c(view_only(&c->view, type), "FARGATE") && !is_absent(needed) &&
        asks_for_fargate(c, d->r) == ANSWER_NO) {
        struct diag *g = check_report(c, RULE_TASK_DEFINITION, r, type,
                                      "LaunchType is FARGATE, which '%.*s' isn't for",
                                      STR_ARG(d->r->id));
        diag_note(c->diags, g, needed->span, "what it is for");
    }
    if (str_is(d->mode, "awsvpc") && check_is_closed(r->properties) &&
        is_absent(property(r, "NetworkConfiguration")) &&
        is_absent(property(r, "DeploymentController"))) {
        struct diag *g = check_report_span(c, RULE_TASK_DEFINITION, r, r->id_span,
                                           "'%.*s' has no NetworkConfiguration, which the network "
                                           "mode awsvpc of '%.*s' requires", STR_ARG(r->id),
                                           STR_ARG(d->r->id));
        diag_note(c->diags, g, property(d->r, "NetworkMode")->span, "the network mode");
    }
}

static void check_service(struct check *c, const struct resource *r) {
    static const char *const lists[] = {"LoadBalancers", "ServiceRegistries"};
    const struct resource *of =
        check_target_of(c, property(r, "TaskDefinition"), "AWS::ECS::TaskDefinition");
    if (!of)
        return;
    struct definition d = definition_of(c, of);
    check_launch(c, r, &d);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct items all = items_of(c, r, property(r, lists[i]));
        for (uint32_t k = 0; k < all.items.count; k++)
            check_target_container(c, r, &d, all.items.items[k].value);
    }
}

void check_tasks(struct check *c) {
    const struct resource_vec *definitions = check_type(c, "AWS::ECS::TaskDefinition");
    const struct resource_vec *services = check_type(c, "AWS::ECS::Service");
    for (uint32_t i = 0; i < definitions->items.count; i++)
        check_definition(c, definitions->items.items[i]);
    for (uint32_t i = 0; i < services->items.count; i++)
        check_service(c, services->items.items[i]);
}
