/* Services as principals of policies: IAM and the services refuse names that don't exist.
   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services */
#include "passes/rules/service_names.h"

#include "schema/iam.h"

static const struct str services[] = {
#define SERVICE(name) STR_ROW(name),
#include "passes/rules/service_names.def"
};
enum { SERVICE_COUNT = sizeof services / sizeof *services, LEAST_COMPARED = 5, MOST_BYTES = 100 };

static const struct str of_aws = STR_ROW(".amazonaws.com"), of_china = STR_ROW(".amazonaws.com.cn");

static bool is_service(struct str name) {
    for (size_t i = 0; i < SERVICE_COUNT; i++)
        if (str_eq(name, services[i]))
            return true;
    return false;
}

static bool is_digit(char ch) {
    return ch >= '0' && ch <= '9';
}

static struct str without_number(struct str s) {
    while (s.len && is_digit(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

static bool is_region(const struct check *c, struct str s) {
    bool has_form = s.len > 6 && s.ptr[2] == '-' && s.ptr[s.len - 2] == '-' &&
                    is_digit(s.ptr[s.len - 1]);
    return has_form || schema_region_find(c->schema, s).n;
}

/* The known service that a name is one slip away from; nil: none, or the name may be one itself. */
static struct str nearest(const struct check *c, struct str name) {
    struct str rest, first = str_split(name, '.', &rest);
    if (name.len < LEAST_COMPARED || is_service(name) || iam_service_find(c->schema, first).n)
        return STR_NIL;
    for (size_t i = 0; i < SERVICE_COUNT; i++)
        if (services[i].len >= LEAST_COMPARED && /* inspector2 is inspector's next generation */
            !str_eq(without_number(name), without_number(services[i])) &&
            str_distance(name, services[i], 1) == 1)
            return services[i];
    return STR_NIL;
}

/* What stands where ".amazonaws.com" should. */
static bool is_slip_of_ending(struct str ending) {
    static const char *const known[] = {"aws.com", "amazon.com", "amazon.aws.com",
                                        "aws.amazon.com", "amazonaws", "aws"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_is(ending, known[i]))
            return true;
    return str_distance(ending, STR("amazonaws.com"), 2) <= 2;
}

static struct str whole(const struct check *c, struct str service, struct str ending) {
    return service.len ? str_printf(c->arena, "%.*s%.*s", STR_ARG(service), STR_ARG(ending))
                       : STR_NIL;
}

struct str service_meant(const struct check *c, struct str given) {
    struct str ending = str_ends(given, of_china) ? of_china : of_aws, rest;
    if (given.len > MOST_BYTES || str_has(given, TEXT_HOLE) || str_has(given, '*') ||
        str_has(given, '{'))
        return STR_NIL;
    if (str_ends(given, ending)) {
        struct str name = str_slice(given, 0, given.len - ending.len);
        size_t dot = name.len;
        while (dot > 0 && name.ptr[dot - 1] != '.')
            dot--;
        if (dot > 1 && is_region(c, str_slice(name, dot, name.len))) {
            ending = str_slice(given, dot - 1, given.len);
            name = str_slice(name, 0, dot - 1);
        }
        return whole(c, nearest(c, name), ending);
    }
    struct str name = str_split(given, '.', &rest);
    bool is_slip = is_service(name) && (!rest.ptr || is_slip_of_ending(rest));
    return is_slip ? whole(c, name, of_aws) : STR_NIL;
}

/* The text of a principal; ".${AWS::URLSuffix}" at its end as it is almost everywhere. */
static struct str name_of(struct check *c, const struct value *x) {
    struct text t = view_text(&c->view, x);
    size_t end = t.pattern.len ? t.pattern.len - 1 : 0;
    const struct value *hole = t.holes.items.count == 1 ? t.holes.items.items[0] : &value_nil;
    bool is_suffix = hole->kind == VAL_REF && str_is(hole->text, "AWS::URLSuffix") && end > 1 &&
                     t.pattern.ptr[end] == TEXT_HOLE && t.pattern.ptr[end - 1] == '.';
    return is_suffix ? whole(c, str_slice(t.pattern, 0, end - 1), of_aws) : t.pattern;
}

void service_name_check(struct check *c, const struct resource *r, const struct value *x) {
    struct str given = name_of(c, x), meant = service_meant(c, given);
    if (!meant.len)
        return;
    struct diag *d = check_report(c, RULE_SERVICE_PRINCIPAL, r, x,
                                  "there is no service '%.*s' that a policy could let in",
                                  STR_ARG(given));
    check_suggest(c, d, given, meant);
}
