/* Networks: subnets that don't fit their VPC or each other, gateways that nothing attaches, ports
   in wrong order.
   https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
   https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
#include "passes/check.h"

/* ---- blocks ---------------------------------------------------------------- */

enum { ADDRESS_BITS = 32, LEAST_BITS = 16, MOST_BITS = 28 };

/* The addresses of a block of IPv4. */
struct block {
    int64_t first, last, bits;
};

/* EC2 takes 10.0.5.1/24 for 10.0.5.0/24. */
static bool block_read(struct str text, struct block *out) {
    struct str bits, address = str_split(text, '/', &bits);
    int64_t part, sum = 0;
    unsigned parts = 0;
    for (struct str rest = address; rest.ptr && parts < 5; parts++) {
        if (!str_to_int(str_split(rest, '.', &rest), &part) || part < 0 || part > 255)
            return false;
        sum = sum * 256 + part;
    }
    if (parts != 4 || !bits.ptr || !str_to_int(bits, &out->bits) || out->bits < 0 ||
        out->bits > ADDRESS_BITS)
        return false;
    int64_t size = (int64_t)1 << (ADDRESS_BITS - out->bits);
    out->first = sum - sum % size;
    out->last = out->first + size - 1;
    return true;
}

static bool block_holds(const struct block *outer, const struct block *inner) {
    return outer->first <= inner->first && inner->last <= outer->last;
}

static bool block_meets(const struct block *a, const struct block *b) {
    return a->first <= b->last && b->first <= a->last;
}

/* A CidrBlock that a resource has under some circumstances. */
struct placed {
    const struct resource *r;
    const struct value *at;
    struct bdd_id when;
    struct block block;
    bool is_known; /* else `key` says what it is computed from */
    struct str key;
};

struct placed_vec {
    VEC(struct placed) items;
    bool complete; /* no block is only known at deployment */
};

static void add_blocks(struct check *c, const struct resource *r, struct placed_vec *out) {
    struct possibles all = check_possible(c, r, property(r, "CidrBlock"));
    out->complete = out->complete && !all.truncated;
    for (uint32_t i = 0; i < all.items.count; i++) {
        const struct possible *p = &all.items.items[i];
        const struct value *from = p->via ? p->via : p->value; /* one thing, whatever it will be */
        struct placed one = {.r = r, .at = p->value, .when = p->when};
        if (value_is_nil(p->value))
            continue;
        one.is_known = p->certainty == CERTAIN && p->value->kind == VAL_STRING &&
                       block_read(p->value->text, &one.block);
        out->complete = out->complete && one.is_known;
        if (!one.is_known) {
            one.at = from;
            one.key = value_canonical(c->arena, from);
        }
        vec_push(c->arena, &out->items, one);
    }
}

/* ---- sizes ----------------------------------------------------------------- */

static void check_size(struct check *c, const struct placed *p) {
    if (p->is_known && (p->block.bits < LEAST_BITS || p->block.bits > MOST_BITS))
        check_report(c, RULE_SUBNET_BLOCK, p->r, p->at,
                     "the block '%.*s' is a /%lld, expected /%d to /%d", STR_ARG(p->at->text),
                     (long long)p->block.bits, LEAST_BITS, MOST_BITS);
}

static void check_sizes(struct check *c, const char *type) {
    const struct resource_vec *list = check_type(c, type);
    for (uint32_t i = 0; i < list->items.count; i++) {
        struct placed_vec blocks = {.complete = true};
        add_blocks(c, list->items.items[i], &blocks);
        for (uint32_t k = 0; k < blocks.items.count; k++)
            check_size(c, &blocks.items.items[k]);
    }
}

/* ---- subnets in their VPC -------------------------------------------------- */

/* The blocks of a VPC, also those that are associated with it later. Not complete where some may
   be another's. */
static struct placed_vec blocks_of(struct check *c, const struct resource *vpc) {
    struct placed_vec out = {.complete = !c->open && check_is_closed(vpc->properties) &&
                                         is_absent(property(vpc, "Ipv4IpamPoolId"))};
    const struct resource_vec *more = check_type(c, "AWS::EC2::VPCCidrBlock");
    add_blocks(c, vpc, &out);
    for (uint32_t i = 0; i < more->items.count; i++) {
        const struct resource *r = more->items.items[i];
        const struct resource *of = check_target_of(c, property(r, "VpcId"), "AWS::EC2::VPC");
        if (of == vpc)
            add_blocks(c, r, &out);
        out.complete = out.complete && of && (of != vpc || check_is_closed(r->properties)) &&
                       is_absent(property(r, "Ipv4IpamPoolId"));
    }
    return out;
}

static void check_inside(struct check *c, const struct placed *subnet, const struct resource *vpc,
                         const struct placed_vec *blocks) {
    const struct placed *outer = NULL;
    for (uint32_t i = 0; i < blocks->items.count; i++) {
        const struct placed *b = &blocks->items.items[i];
        if (block_holds(&b->block, &subnet->block))
            return;
        if (!outer && b->r == vpc && check_meet(c, b->when, subnet->when))
            outer = b;
    }
    if (!outer)
        return;
    struct diag *d = check_report(c, RULE_SUBNET_BLOCK, subnet->r, subnet->at,
                                  "the block '%.*s' isn't inside of '%.*s', that of '%.*s'",
                                  STR_ARG(subnet->at->text), STR_ARG(outer->at->text),
                                  STR_ARG(vpc->id));
    diag_note(c->diags, d, outer->at->span, "its VPC's");
}

/* ---- subnets beside each other --------------------------------------------- */

static bool overlaps(struct check *c, const struct placed *a, const struct placed *b) {
    bool same = a->is_known && b->is_known ? block_meets(&a->block, &b->block)
                                           : !a->is_known && !b->is_known && str_eq(a->key, b->key);
    return same && a->r != b->r && check_meet(c, a->when, b->when);
}

/* What a value certainly is: the same VPC for the same text. */
static struct str vpc_key(struct check *c, const struct resource *subnet) {
    const struct value *x = property(subnet, "VpcId");
    const struct resource *vpc = check_target_of(c, x, "AWS::EC2::VPC");
    return vpc ? vpc->id : value_canonical(c->arena, view_only(&c->view, x));
}

/* Every block is compared with the nearest before it that meets it: subnets are hundreds at most. */
enum { MAX_COMPARED = 1000 };

static void check_beside(struct check *c, const struct placed_vec *all, uint32_t at) {
    const struct placed *now = &all->items.items[at];
    for (uint32_t i = at; i-- > 0 && at - i < MAX_COMPARED;) {
        const struct placed *other = &all->items.items[i];
        if (!overlaps(c, other, now))
            continue;
        struct diag *d =
            now->is_known
                ? check_report(c, RULE_SUBNET_BLOCK, now->r, now->at,
                               "the block '%.*s' overlaps '%.*s', that of '%.*s'",
                               STR_ARG(now->at->text), STR_ARG(other->at->text),
                               STR_ARG(other->r->id))
                : check_report(c, RULE_SUBNET_BLOCK, now->r, now->at,
                               "'%.*s' gets the same block as '%.*s'", STR_ARG(now->r->id),
                               STR_ARG(other->r->id));
        diag_note(c->diags, d, other->at->span, "the other subnet's");
        return;
    }
}

static void check_subnets(struct check *c) {
    const struct resource_vec *list = check_type(c, "AWS::EC2::Subnet");
    struct map by_vpc = {0};
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        const struct resource *vpc = check_target_of(c, property(r, "VpcId"), "AWS::EC2::VPC");
        struct str key = vpc_key(c, r);
        struct placed_vec *all = map_get_ptr(&by_vpc, key);
        if (!all) {
            all = arena_new(c->arena, struct placed_vec);
            map_put_ptr(c->arena, &by_vpc, key, all);
        }
        struct placed_vec outer = {.complete = false};
        uint32_t first = all->items.count;
        if (vpc)
            outer = blocks_of(c, vpc);
        add_blocks(c, r, all);
        for (uint32_t k = first; k < all->items.count; k++) {
            check_beside(c, all, k);
            if (outer.complete && all->items.items[k].is_known)
                check_inside(c, &all->items.items[k], vpc, &outer);
        }
    }
}

/* ---- gateways --------------------------------------------------------------
   https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html */

static bool is_gateway(const struct resource *r) {
    return r && (resource_is(r, "AWS::EC2::InternetGateway") ||
                 resource_is(r, "AWS::EC2::VPNGateway"));
}

struct attachments {
    bool any;             /* the gateway is attached, or it may be */
    bool waited;          /* the route waits for one of them, or it can't be said */
    const struct resource *one;
};

static struct attachments attachments_of(struct check *c, const struct resource *gateway,
                                         const struct resource *route) {
    static const char *const keys[] = {"InternetGatewayId", "VpnGatewayId"};
    const struct resource_vec *list = check_type(c, "AWS::EC2::VPCGatewayAttachment");
    struct attachments out = {0};
    struct map reach = {0};
    check_reach(c, route, &reach);
    for (uint32_t i = 0; i < list->items.count; i++) {
        const struct resource *r = list->items.items[i];
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
            const struct value *x = property(r, keys[k]);
            const struct resource *of = check_target(c, x);
            bool is_known = of || is_absent(x);
            if (is_known && of != gateway)
                continue;
            out.any = true;
            out.waited |= !is_known || map_get_ptr(&reach, r->id) || !check_coexist(c, r, route);
            out.one = out.one ? out.one : r;
        }
    }
    return out;
}

static void check_route(struct check *c, const struct resource *r) {
    const struct value *x = property(r, "GatewayId");
    const struct resource *gateway = check_target(c, x);
    if (c->open || !is_gateway(gateway))
        return;
    struct attachments a = attachments_of(c, gateway, r);
    if (!a.any) {
        struct diag *d = check_report(c, RULE_GATEWAY_ATTACHMENT, r, x,
                                      "the route leads to '%.*s', which is attached to no VPC",
                                      STR_ARG(gateway->id));
        diag_help(c->diags, d, "attach it by an AWS::EC2::VPCGatewayAttachment");
    } else if (!a.waited) {
        struct diag *d =
            check_report_span(c, RULE_GATEWAY_ATTACHMENT, r, r->id_span,
                              "'%.*s' leads to a gateway, but doesn't wait for '%.*s', "
                              "which attaches it",
                              STR_ARG(r->id), STR_ARG(a.one->id));
        diag_help(c->diags, d, "DependsOn: %.*s", STR_ARG(a.one->id));
    }
}

/* https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-eip.html */
static void check_allocation(struct check *c, const struct resource *r) {
    const struct value *x = property(r, "AllocationId");
    const struct resource *to = x->kind == VAL_REF ? graph_find(c->graph, x->text) : NULL;
    if (!to || !resource_is(to, "AWS::EC2::EIP"))
        return;
    struct diag *d = check_report(c, RULE_REFERENCE_KIND, r, x,
                                  "AllocationId is given the address of '%.*s', expected its "
                                  "AllocationId", STR_ARG(to->id));
    diag_label(c->diags, d, "!GetAtt %.*s.AllocationId", STR_ARG(to->id));
}

/* "[Public NAT gateway only]"; a regional one gets its addresses by itself.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-natgateway.html */
static void check_nat(struct check *c, const struct resource *r) {
    const struct value *kind = view_only(&c->view, property(r, "ConnectivityType"));
    bool is_public = is_absent(kind) || value_is_c(kind, "public");
    check_allocation(c, r);
    if (is_public && check_is_closed(r->properties) && is_absent(property(r, "AllocationId")) &&
        is_absent(property(r, "AvailabilityMode")))
        check_report_span(c, RULE_MISSING_PROPERTY, r, r->id_span,
                          "the NAT gateway '%.*s' has no AllocationId, which public ones require",
                          STR_ARG(r->id));
}

/* ---- security groups -------------------------------------------------------
   https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html */

enum { LAST_PORT = 65535 };

/* Of other protocols the two numbers are none of ports. */
static bool has_ports(struct str protocol) {
    static const char *const names[] = {"tcp", "udp", "6", "17"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(protocol, names[i]))
            return true;
    return false;
}

static void check_permission(struct check *c, const struct resource *r, const struct value *x) {
    static const char *const ends[] = {"FromPort", "ToPort"};
    int64_t ports[2] = {-1, -1};
    if (!has_ports(check_text(c, value_get_c(x, "IpProtocol"))))
        return;
    for (int i = 0; i < 2; i++) {
        const struct value *at = value_get_c(x, ends[i]);
        if (check_int(c, at, &ports[i]) && ports[i] > LAST_PORT)
            check_report(c, RULE_PROPERTY_RANGE, r, at, "%s is %lld, expected at most %d", ends[i],
                         (long long)ports[i], LAST_PORT);
    }
    if (ports[0] <= LAST_PORT && ports[1] >= 0 && ports[0] > ports[1])
        check_report(c, RULE_VALUE_ORDER, r, value_get_c(x, ends[0]),
                     "FromPort is %lld, expected at most the %lld of ToPort", (long long)ports[0],
                     (long long)ports[1]);
}

static void check_group(struct check *c, const struct resource *r) {
    static const char *const lists[] = {"SecurityGroupIngress", "SecurityGroupEgress"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct items all =
            check_items(c, property(r, lists[i]), formula_of_resource(&c->formulas, r));
        for (uint32_t k = 0; k < all.items.count; k++)
            if (all.items.items[k].certainty == CERTAIN)
                check_permission(c, r, all.items.items[k].value);
    }
}

static void check_rule(struct check *c, const struct resource *r) {
    check_permission(c, r, r->properties);
}

static void check_each(struct check *c, const char *type,
                       void (*run)(struct check *, const struct resource *)) {
    const struct resource_vec *list = check_type(c, type);
    for (uint32_t i = 0; i < list->items.count; i++)
        run(c, list->items.items[i]);
}

void check_networks(struct check *c) {
    check_sizes(c, "AWS::EC2::VPC");
    check_sizes(c, "AWS::EC2::Subnet");
    check_subnets(c);
    check_each(c, "AWS::EC2::Route", check_route);
    check_each(c, "AWS::EC2::NatGateway", check_nat);
    check_each(c, "AWS::EC2::EIPAssociation", check_allocation);
    check_each(c, "AWS::EC2::SecurityGroup", check_group);
    check_each(c, "AWS::EC2::SecurityGroupIngress", check_rule);
    check_each(c, "AWS::EC2::SecurityGroupEgress", check_rule);
}
