/* The evaluator, private to lang: declare all names, evaluate lazily by dependency, make things of
   constructs, lower things to resources.

   Values in evaluation are graph values. Known ones are scalars, lists and maps; deployed ones are
   intrinsics. Two liberties that `finish.c` takes back before anything enters the graph: the first
   item of a VAL_IF is a boolean expression (EQUALS, AND, OR, NOT, CONDITION), not yet a name; and
   null entries may stand in maps and lists. */
#ifndef LANG_COMPILE_H
#define LANG_COMPILE_H

#include "base/buf.h"
#include "base/sha.h"
#include "lang/lang.h"
#include "lang/tables.h"

/* ---- names and scopes -------------------------------------------------------- */

struct thing;

/* A file, or one instance of a module: what its names mean. */
struct space {
    struct space *outer;      /* of a module instance: the module's file */
    const struct tree *tree;
    struct str prefix;        /* of logical ids: camel-case names of instances */
    struct map names;         /* name -> struct decl * */
    struct map outputs;       /* of a module instance: name -> struct decl * (DECL_LET) */
    struct value *cond;       /* deployed condition of the whole instance, or NULL */
    const struct origin *origin;
    struct thing *instance;   /* of a module, else NULL */
    bool root;
    bool loaded; /* of a file: all declared */
};

/* A `when` around declarations. */
struct guard {
    struct guard *outer;
    node_id cond;
};

enum decl_class { DECL_PARAM, DECL_LET, DECL_THING, DECL_MODULE, DECL_IMPORT };
enum colour { WHITE, GREY, BLACK };

struct decl {
    enum decl_class class;
    struct str name;
    struct span span; /* of the name */
    node_id node;
    struct space *space;
    struct guard *guard; /* enclosing `when` at file level, or NULL */
    enum colour colour;
    struct value *value; /* once BLACK */
    enum kind_id kind;   /* of DECL_THING; KIND_NONE: raw resource or module instance */
    struct decl *module; /* of an instance; of DECL_IMPORT what it names */
    bool used;
};

/* A name bound by a loop, or the space itself at the end of the chain. */
struct scope {
    struct scope *outer;
    struct space *space;
    struct str name;
    struct value *value;
    const struct origin *origin; /* the turn of a loop */
    struct str key;              /* of the variable of a loop: what its turn is called */
};

/* ---- things ------------------------------------------------------------------ */

/* How strong a writer of an attribute is. */
enum strength { BY_DEFAULTS, BY_SPREAD, BY_STATEMENT, BY_EXTEND };

struct setting {
    struct str name;
    struct span span;      /* of the name */
    struct value *value;   /* of what a spread brings; NULL: `node` in `scope`, when it is asked for */
    node_id node;          /* the value's expression */
    struct scope *scope;
    enum strength strength;
    bool append;           /* += */
    struct value *cond;    /* deployed guard, or NULL */
};

/* Anything else in a block: routes, allow, on, key, index, stages, parts, ... */
struct clause {
    node_id node;
    struct scope *scope;
    struct value *cond;
    const struct origin *origin;
    struct guard *guard; /* of what stands in a file: enclosing `when`, or NULL */
    struct value *target; /* of `allow` and `on`: one of what it chooses among, else NULL: to be evaluated */
    node_id branch;       /* of a route to `c ? a : b`: the one of them that it is, else nil */
};

struct body {
    VEC(struct setting) settings;
    VEC(struct clause) clauses;
};

struct thing_entry {
    struct str key;
    struct thing *thing;
};

/* One construct, resource, module instance, or collection of them. */
struct thing {
    struct decl *decl;
    enum kind_id kind;
    bool is_collection, is_existing, is_resource, is_part;
    bool used; /* of an authorizer: some route asks for it */
    VEC(struct thing_entry) entries; /* of a collection, in order */
    struct map by_key;
    struct str name;      /* as messages call it: service["users"] */
    struct str id;        /* logical id of the main resource, pinned or made */
    struct str type;      /* of the main resource */
    struct scope *scope;
    node_id statement;    /* of a part: its own node */
    node_id block;
    struct value *cond;   /* deployed condition, or NULL */
    const struct origin *origin;
    enum colour colour;   /* of the body */
    struct body body;
    struct resource *main; /* once lowered */
    struct map part_resources; /* part name -> struct resource * */
    VEC(struct value *) statements; /* of its role's policy */
    struct space *space;  /* of a module instance */
    struct thing *owner;  /* of a part that is a thing: an API's stage */
    struct map siblings;  /* of an API: stage and model names -> struct thing * */
    VEC(struct thing *) stages;
    bool notifies;        /* of a bucket: something runs on its events, so it goes by a literal name */
    struct value *triggers; /* of a user pool: its LambdaConfig, or NULL */
    VEC(struct value *)
    notifications; /* of a bucket: its LambdaConfigurations; of an alarm: what it calls */
    VEC(struct str) waits_for; /* logical ids that it depends on */
    bool holds_dead_letters; /* of a queue: another thing's `dead_letter` names it */
    int64_t slowest;      /* of a queue: the longest timeout of a function that consumes it, seconds */
};

/* An `extend` and what it is of. */
struct extension {
    struct clause clause;
    struct thing *of;
    struct str part;    /* nil: the thing itself */
    struct value *cond; /* deployed, or NULL */
};

/* A resource that lang made, and what finishing it needs. */
struct made {
    struct resource *resource;
    struct thing *thing;
    struct value *cond; /* deployed condition, or NULL */
};

struct lang {
    struct arena *arena;
    struct graph *graph;
    struct values *values; /* the graph's */
    struct diags *diags;
    struct sources *sources;
    const struct lang_options *options;
    struct space *root;
    VEC(struct space *) files;  /* of files, by path */
    VEC(struct thing *) things; /* singles, in order of declaration */
    VEC(struct clause) outputs; /* with their spaces in scope */
    VEC(struct clause) asserts;
    VEC(struct clause) extends;
    VEC(struct extension) extensions; /* what the extends are of */
    VEC(struct clause) defaults;
    VEC(struct decl *) decls;   /* all, for "unused" */
    struct map conditions;      /* canonical boolean expression -> struct value * (a CONDITION) */
    struct map condition_names; /* name -> canonical expression, a struct str * */
    struct map ids;             /* logical id -> struct origin *, for collisions */
    struct map renamed;         /* logical id without its hash -> struct str *, the whole one */
    VEC(struct made) made;
    struct value *tags;         /* of the stack: a map, or nil */
    node_id stack;              /* the stack declaration of the root file */
    uint32_t turns;             /* of all loops */
    uint32_t instances;         /* of all modules */
    struct value *given;        /* what holds where an expression is evaluated, or NULL */
    unsigned depth;             /* of evaluation */
    uint32_t root_source;
    bool is_asserting;          /* an assert's condition is being evaluated */
    bool is_finished;           /* the graph holds all policies */
    bool asks_policies;         /* an assert has asked can(..) before they were there */
    struct policies *policies;  /* of can.c, made on first use */
    struct str answer;          /* the last of can(..), for the message of an assert that fails */
    bool needs_extensions;      /* it uses functions of AWS::LanguageExtensions */
};

/* ---- eval.c: expressions ------------------------------------------------------- */

/* A node of the file that a scope is of, and its place. */
const struct node *scope_node(const struct scope *s, node_id id);
struct span scope_span(const struct scope *s, node_id id);
/* Value of an expression; a reported error gives a VAL_ERROR, never NULL. */
struct value *eval(struct lang *l, struct scope *s, node_id n);
/* The same for what is there under a condition, or NULL. */
struct value *eval_under(struct lang *l, struct value *cond, struct scope *s, node_id n);
/* Adds to what holds; gives what did before, for putting it back. */
struct value *assume(struct lang *l, struct value *cond);
/* The same, but what is absent (map entry, argument) is null instead of an error. */
struct value *eval_soft(struct lang *l, struct scope *s, node_id n);
struct value *eval_string_node(struct lang *l, struct scope *s, const struct node *n);
struct value *value_error(struct lang *l);
bool is_error(const struct value *x);
bool is_thing(const struct value *x);
struct thing *thing_of(const struct value *x); /* or NULL */
struct value *value_of_thing(struct lang *l, struct thing *t);
/* What a message calls a value: "a string", "a table". */
const char *describe_value(const struct value *x);
/* One turn after another of a loop head: calls with a scope that binds the variables. */
typedef void loop_turn(struct lang *l, struct scope *turn, void *context);
void for_each_turn(struct lang *l, struct scope *s, node_id head, loop_turn *turn, void *context);
struct scope *scope_bind(struct lang *l, struct scope *outer, struct str name, struct value *value);
struct value *eval_decl(struct lang *l, struct decl *d, struct span use);
struct decl *lookup(struct lang *l, struct scope *s, struct str name, struct scope **binding);

/* ---- member.c: what stands in brackets or behind a dot ---------------------------- */

/* An entry of a map, list or collection; soft: null when absent. */
struct value *index_value(struct lang *l, struct value *of, struct value *key, struct span span,
                          bool soft);
/* `left.name`, `left?.name`. */
struct value *read_member(struct lang *l, struct scope *s, const struct node *n, bool soft);

/* lookup.c: an entry of a map or list by a deployed key; of maps in a map a map of columns. */
struct value *index_by_deployed(struct lang *l, struct value *of, struct value *key,
                                struct span span, bool soft);
/* Whether it is a list, or one of a mapping. */
bool is_list(const struct lang *l, const struct value *x);
/* Whether a deployed value is one of a list's; a boolean expression. */
struct value *contains_deployed(struct lang *l, struct value *keys, struct value *x,
                                struct span span);

/* ---- arith.c: operators on known values; what doesn't fit is reported ------------- */

/* The node's operator on two values, of which the place of an error is the node's. */
struct value *eval_arithmetic(struct lang *l, const struct node *n, struct value *a,
                              struct value *b);
struct value *eval_comparison(struct lang *l, const struct node *n, struct value *a,
                              struct value *b);
/* A number in another unit of the same sort; NULL when it has too many digits. */
struct value *value_in_unit(struct lang *l, const struct value *x, enum unit to);

/* ---- logic.c: deployed booleans and null ---------------------------------------- */

bool is_boolean(const struct value *x); /* known, or a deployed boolean expression */
/* As a boolean expression or VAL_BOOL; reports what is none (then NULL). */
struct value *to_boolean(struct lang *l, struct value *x, struct span span);
struct value *logic_not(struct lang *l, struct value *a);
struct value *logic_and(struct lang *l, struct value *a, struct value *b); /* NULL means true */
struct value *logic_or(struct lang *l, struct value *a, struct value *b);
struct value *logic_equal(struct lang *l, struct value *a, struct value *b, struct span span);
struct value *logic_if(struct lang *l, struct value *cond, struct value *yes, struct value *no);
struct value *logic_is_null(struct lang *l, struct value *x);
/* The name of a condition of the template for this expression, made on first use. */
struct str condition_name(struct lang *l, struct value *expression);
/* Names what a `let` holds, so that conditions carry the user's own word. */
void condition_prefer_name(struct lang *l, struct value *expression, struct str name);

/* A boolean expression as the Rules section takes it: no named conditions. */
struct value *rule_expression(struct lang *l, struct value *x);

/* ---- text.c ------------------------------------------------------------------------ */

struct str camel(struct arena *a, struct str name); /* gift-cards -> GiftCards */
struct value *concat(struct lang *l, struct value *a, struct value *b);
/* A value as text inside a string; reports things, lists, maps and null. */
struct value *to_text(struct lang *l, struct value *x, struct span span);
struct value *sub(struct lang *l, const char *format, ...); /* Fn::Sub; %s C strings, %S struct str * */

/* ---- type.c: declared types, units, inputs ----------------------------------------- */

/* Converts to what an attribute's row takes; reports what doesn't fit (then NULL). `what` is the
   attribute as the message calls it. */
struct value *convert(struct lang *l, struct value *x, const struct attribute *row);
struct value *param_value(struct lang *l, struct decl *d);
struct value *let_value(struct lang *l, struct decl *d);
/* Whether a value has a declared type, a let's (known) or a module parameter's; reports. */
bool let_check_type(struct lang *l, struct scope *s, node_id type, struct value *x,
                const struct decl *d, bool known);
bool need_known(struct lang *l, const struct value *x, struct span span, const char *what);
/* A known string, else nil after a message. */
struct str need_text(struct lang *l, const struct value *x, struct span span, const char *what);
double unit_factor(enum unit u, bool *is_time);

/* ---- declare.c ---------------------------------------------------------------------- */

/* Declares the entries of a file, or of a module's block, in a space. */
void declare_block(struct lang *l, struct space *in, node_id block);

/* ---- use.c: files --------------------------------------------------------------------- */

/* Parses and declares a source that is loaded. */
struct space *load_source(struct lang *l, uint32_t source, bool root);
/* The file that `use` names, read on first use; NULL after a message. */
struct space *load_used(struct lang *l, struct str name, struct span span);

/* ---- stack.c, output.c, accept.c ---------------------------------------------------------- */

/* What the stack's declaration says: name, regions, tags, description, metadata, levels of rules. */
void eval_stack(struct lang *l);
/* Outputs as the template has them; after all things are lowered. */
void emit_outputs(struct lang *l);
/* The @accept rows of a NODE_ACCEPTED. */
void note_accepts(struct lang *l, struct scope *s, const struct node *n);

/* ---- builtin.c ------------------------------------------------------------------------ */

/* The path of a file beside the source that names it; nil after a message when it leaves the
 * project. */
struct str beside_source(struct lang *l, struct str name, struct span span);
struct value *call_builtin(struct lang *l, struct scope *s, node_id n);
struct value *read_aws(struct lang *l, struct str name, struct span span);

/* ---- thing.c ---------------------------------------------------------------------------- */

struct value *make_things(struct lang *l, struct decl *d); /* VAL_THING */
/* Whether what stands under `when` is there at all; a deployed condition is joined to `cond`. */
bool guard_holds(struct lang *l, struct scope *s, const struct guard *g, struct value **cond);
struct body *thing_body(struct lang *l, struct thing *t);
struct value *thing_member(struct lang *l, struct thing *t, struct str name, struct span span);
struct value *bucket_name(struct lang *l, struct thing *t);
struct value *thing_alias(struct lang *l, struct thing *t, const char *name); /* one that exists */
/* Claims a logical id; reports a collision. */
void claim_id(struct lang *l, struct str id, const struct origin *origin, struct span span);
struct str part_id(struct lang *l, const struct thing *t, const char *suffix);
const struct origin *origin_part(struct lang *l, const struct thing *t, const char *part,
                                 struct span span);

/* ---- body.c ------------------------------------------------------------------------------ */

/* Gathers settings and clauses of a kind's block; names that the kind doesn't have are reported. */
void eval_block(struct lang *l, struct body *out, struct scope *s, node_id block, enum kind_id kind);
/* The same for blocks that take any name: existing things, parts. */
void eval_open_block(struct lang *l, struct body *out, struct scope *s, node_id block);
/* The same for the block of an `extend`, into a body that is there. */
void eval_extension(struct lang *l, struct body *out, struct scope *s, node_id block,
                    enum kind_id kind, struct value *cond);
const struct setting *body_setting(const struct body *b, const char *name);
/* Two lists, one behind the other, or two maps, the second over the first; where `cond` isn't NULL
   the second is there under it. */
struct value *value_join(struct lang *l, const struct value *a, const struct value *b,
                         struct value *cond);
/* The attribute's value, converted by its row: what was set, else the row's default, else nil. */
struct value *body_value(struct lang *l, struct thing *t, const char *name);
struct value *setting_value(struct lang *l, const struct setting *s);
bool body_is_set(const struct thing *t, const char *name);

/* ---- lower.c ------------------------------------------------------------------------------ */

/* Makes the resources of a thing, of whatever kind, and of its parts. */
void lower_thing(struct lang *l, struct thing *t);
/* A resource of a thing: part NULL is the main one. Carries condition, origin, tags. */
struct resource *add_resource(struct lang *l, struct thing *t, const char *part, const char *type,
                              struct str id, struct value *cond);
void put(struct lang *l, struct value *map, const char *path, struct value *x); /* path "A.B" */
/* Copies rows with a path, and schema properties, from a body into properties. */
void copy_attributes(struct lang *l, struct thing *t, struct resource *r);
void apply_properties(struct lang *l, struct body *b, struct resource *r);
void set_retain(struct lang *l, struct resource *r, const char *policy);
/* What an `extend` says: stronger than all else. */
void apply_extended(struct lang *l, struct body *b, struct resource *r);
/* The resource of a part; NULL after a message. */
struct resource *find_part(struct lang *l, struct thing *t, struct str name, struct span span);
/* Reports clauses of a kind's block that its lowering has no use for. */
void report_misplaced(struct lang *l, struct thing *t, const struct clause *c);
/* What a function, machine, queue or topic allows and is told; other clauses are reported. */
void lower_clauses(struct lang *l, struct thing *t);
void apply_part_blocks(struct lang *l, struct thing *t);
struct value *map_of(struct lang *l, unsigned pairs, ...); /* C key, value, ...; nil values left out */
struct value *list_of(struct lang *l, unsigned count, ...);
struct value *text_value(struct lang *l, const char *text);

/* ---- extend.c --------------------------------------------------------------------------------- */

/* Finds what each `extend` is of, once all things are made. */
void resolve_extends(struct lang *l);
/* Adds to a thing's body what extends say. */
void extend_body(struct lang *l, struct thing *t);
/* Applies extends of a thing and of its parts. */
void extend_parts(struct lang *l, struct thing *t);

/* choice.c: spells out clauses whose thing the deployment chooses. */
void split_choices(struct lang *l, struct thing *t);
/* What `allow` and `on` name. */
struct value *clause_target(struct lang *l, const struct clause *c);
/* The target of a route, or of `on EVENT ->`, which a choice may have split; nil of other clauses. */
node_id clause_leads_to(const struct clause *c);

/* circle.c: once the graph is finished, permissions that would be circles in policies of their own. */
void break_circles(struct lang *l);

/* ---- grant.c ---------------------------------------------------------------------------------- */

/* `allow` and `deny`: statements of the thing's role. */
void lower_allow(struct lang *l, struct thing *t, const struct clause *c);
/* Adds what a verb of a thing allows to another thing's role. */
void grant_verb(struct lang *l, struct thing *to, struct thing *on, const char *verb, struct value *cond);
void grant_statement(struct lang *l, struct thing *to, const char *actions, struct value *resources,
                     struct value *cond);
/* The same with a policy's Condition. */
void grant_statement_if(struct lang *l, struct thing *to, const char *actions,
                        struct value *resources, struct value *condition, struct value *cond);
/* key.c: what who does these actions (a list) needs of a thing's key, where it has one. */
void grant_key(struct lang *l, struct thing *to, struct thing *on, struct value *actions,
               struct value *cond);
/* The statement that lets the doer of these actions use the thing's key, or nil. */
struct value *key_statement(struct lang *l, struct thing *on, struct value *actions);
bool is_key_arn(const struct value *x); /* as far as its form tells */
/* Makes the key of `encryption = own`, for who may use the thing and the services that send to it;
 * its ARN. */
struct value *own_key(struct lang *l, struct thing *t);
struct resource *lower_role(struct lang *l, struct thing *t, const char *service);
/* The ARNs that a verb with this scope is granted on: a list. */
struct value *scope_resources(struct lang *l, struct thing *on, enum verb_scope scope);
void unknown_verb(struct lang *l, struct thing *on, struct str verb, struct span span);

/* The trust and permissions of a role, from a thing's statements. */
void role_properties(struct lang *l, struct thing *t, struct resource *role, const char *service);

/* ---- fields.c: maps that attributes take --------------------------------------------------- */

bool has_word(const char *known, struct str word); /* among words separated by blanks */
/* Reports keys that are none of `known` (separated by blanks); whether there were none. */
bool check_fields(struct lang *l, const struct value *x, const char *of, const char *known);
/* A field as it stands; nil when absent or null. */
struct value *field(struct lang *l, const struct value *x, const char *name);
/* A field as an attribute of this type would take it; nil when absent, or after a message. */
struct value *field_value(struct lang *l, const struct value *x, const char *name,
                          enum attr_type type);
struct value *one_or_more(struct lang *l, struct value *x); /* as a list */
/* The ARN of a thing of an allowed kind (1u << KIND_X), of a raw resource (its Ref), or as written;
   nil when absent, or after a message. */
struct value *thing_arn(struct lang *l, struct value *x, const char *attribute, unsigned allowed);
/* The same for what `by` sends to, which its role then may. */
struct value *send_to(struct lang *l, struct thing *by, struct value *x, const char *attribute,
                      unsigned allowed, struct value *cond);

/* ---- can.c ------------------------------------------------------------------------------------ */

/* Whether all of `who` may do `what` on all of `on` (true), or none may on any (false); anything else is
   reported. Only while an assert is evaluated. */
struct value *ask_can(struct lang *l, struct value *who, struct value *what, struct value *on,
                      struct span span);

/* ---- constructs ---------------------------------------------------------------------------------- */

/* Each makes a construct's resources; called by lower_thing alone. */
void lower_table(struct lang *l, struct thing *t);
bool table_has_indexes(struct lang *l, struct thing *t);
struct table_key {
    struct str name;
    const char *type; /* "S", "N", "B" */
};
/* The partition and the sort key of a table, or of one of its indexes (nil: the table itself); how
   many it has, 0 when it says none. */
unsigned table_keys(struct lang *l, struct thing *table, struct str index, struct table_key out[2]);
void lower_function(struct lang *l, struct thing *t);
/* alias.c: the name of a function's alias, or nil; what callers name: the alias, or the
   function. */
struct str function_alias(struct lang *l, struct thing *f);
struct value *function_callee(struct lang *l, struct thing *f);
void lower_alias(struct lang *l, struct thing *t);
/* Before lowering: what the functions that `deploy` names as hooks may do. */
void note_hooks(struct lang *l, struct thing *t);
/* url.c */
void lower_url(struct lang *l, struct thing *t);
void lower_async(struct lang *l, struct thing *t);
struct value *function_url(struct lang *l, struct thing *t, struct span span);
/* scaling.c: one capacity that Application Auto Scaling moves. */
struct scaling {
    struct thing *thing;
    const char *part;         /* of the scalable target */
    struct str id;            /* its logical id; the policy's is ID + Policy */
    const char *namespace, *dimension, *metric; /* in Auto Scaling's words */
    struct value *resource;   /* its ResourceId */
    struct value *cond;
    bool share;               /* the target is a share of 1, not a percentage */
};
/* From { min, max, target }; gives min, or nil after a message. */
struct value *add_scaling(struct lang *l, const struct scaling *s, struct value *x,
                          const char *attribute, int usual);
void lower_api(struct lang *l, struct thing *t);
bool api_is_private(struct lang *l, struct thing *api);

/* Who reaches a private API and its domain: the API's VPC endpoints. API Gateway Developer Guide, "Create a
   resource policy for private APIs", "Custom domain names for private APIs". */
struct value *endpoint_policy(struct lang *l, struct thing *api);
struct value *domain_host(struct lang *l, struct thing *domain);
void api_declare_parts(struct lang *l, struct thing *t);
struct value *api_alias(struct lang *l, struct thing *t, const char *name, struct span span);
/* domain.c: `shop.domain`, or NULL where there is none; the logical id of a domain's mapping. */
struct value *api_domain(struct lang *l, struct thing *api);
struct str domain_mapping_id(struct lang *l, struct thing *domain);
/* A local path of code as the template names it: as seen from the template's folder. */
struct value *code_path(struct lang *l, struct value *path);
/* The digest of what a local path of code holds; nil when it isn't there, or is too large. */
struct str code_digest(struct lang *l, const struct value *path);
void lower_queue(struct lang *l, struct thing *t);
bool is_fifo(struct lang *l, struct thing *t); /* a queue or topic that keeps the order */
void lower_topic(struct lang *l, struct thing *t);
void lower_bucket(struct lang *l, struct thing *t);
void lower_userpool(struct lang *l, struct thing *t);
void lower_alarm(struct lang *l, struct thing *t);
void lower_bus(struct lang *l, struct thing *t);
void lower_stream(struct lang *l, struct thing *t);
void lower_layer(struct lang *l, struct thing *t);
void lower_machine(struct lang *l, struct thing *t);
/* alarm.c: a thing's metric of that name, or NULL. */
struct value *metric_member(struct lang *l, struct thing *t, struct str name);
void lower_authorizer(struct lang *l, struct thing *t);
/* A thing that only carries a block's attributes: a route, a source, a stage, a domain. */
struct thing *make_part(struct lang *l, struct thing *owner, enum kind_id kind, struct scope *s,
                        node_id statement, struct str name, struct str id, struct value *cond);
/* Before lowering: what functions' `on` clauses mean for the things they consume. */
void note_consumers(struct lang *l);
void lower_source(struct lang *l, struct thing *t, const struct clause *c);
/* What `on` is called in logical ids: its `as`, else `otherwise`. */
struct str source_name(struct lang *l, const struct clause *c, struct str otherwise);
/* The ARN of the queue for what can't be delivered, or NULL; before lowering: that queue's
   policy. */
struct value *source_dead_letter(struct lang *l, struct thing *settings);
void note_dead_letter(struct lang *l, struct thing *settings, const char *service,
                      struct value *from);
/* Reports attributes of a source's block that what `word` names has no use for. */
void report_unfit_source(struct lang *l, struct thing *settings, const char *word);
bool is_source_call(const struct value *x, const char *name); /* "schedule", "event" */
struct value *source_input(struct lang *l, struct thing *settings); /* JSON text, or nil */
/* A schedule or rule `id` of settings and call; a schedule's role may do `action` to the thing. */
void lower_schedule(struct lang *l, struct thing *t, struct thing *settings, struct value *call,
                    struct str id, const char *action, struct value *cond);
void lower_rule(struct lang *l, struct thing *t, struct thing *settings, struct value *call,
                struct str id, struct value *target, struct value *cond);
/* A role ID + Role by which a service of this account may do one thing to the thing; gives its
   ARN. */
struct value *sender_role(struct lang *l, struct thing *t, struct str id, const char *part,
                          const char *service, const char *action, struct value *cond);
/* Before a bucket is lowered: whom it notifies, "Function", "Queue" or "Topic". */
void note_notification(struct lang *l, struct thing *bucket, struct thing *settings,
                       const char *receiver, struct value *arn);
void topic_filter(struct lang *l, struct thing *settings, struct value *subscription);
/* delivery.c: `on` in queues, topics and machines, noted before lowering, since policies name
 * senders. */
void note_deliveries(struct lang *l, struct thing *t);
void lower_delivery(struct lang *l, struct thing *t, const struct clause *c);
/* Lets a service send to a queue or topic on behalf of `source`, an ARN. Before lowering. */
void allow_sender(struct lang *l, struct thing *to, const char *service, struct value *source,
                  bool of_account, struct value *cond);
void lower_policy(struct lang *l, struct thing *t);

/* ---- finish.c --------------------------------------------------------------------------------------- */

/* Takes evaluation's liberties back: names conditions, drops nulls, reports things. `cond` is the
   condition under which the value stands. */
struct value *finish_value(struct lang *l, struct value *x, struct value *cond);
void finish_graph(struct lang *l);
/* The stack's tags and a thing's own, as a map or nil. */
struct value *thing_tags(struct lang *l, struct thing *t);

#endif
