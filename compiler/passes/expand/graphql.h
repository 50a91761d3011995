/* What the files of AWS::Serverless::GraphQLApi share. */
#ifndef EXPAND_GRAPHQL_H
#define EXPAND_GRAPHQL_H

#include "passes/expand/model.h"

struct graphql {
    struct sam *s;
    struct value *model;  /* the properties, checked */
    struct value *api_id;
    struct str schema;    /* id of the schema */
    struct map sources;   /* key in DataSources -> struct value *, its name */
    struct map functions; /* key in Functions -> struct value *, its id */
    struct resource *none; /* the data source NONE, once it's asked for */
};

extern const struct model graphql_model;

/* A resource of the API that comes from an entry of its properties. */
struct resource *graphql_make(struct expand *e, struct graphql *g, struct str id, const char *type,
                              const char *part, struct span span);
/* An entry of the model, or of a part of it; nil. */
struct value *graphql_get(const struct value *x, const char *name);
/* An entry unless it's falsy; nil. */
struct value *graphql_truthy(const struct value *x, const char *name);
/* A copy without null entries. */
struct value *graphql_without_nulls(struct expand *e, const struct value *x);

/* graphql_auth.c: authorizers; permissions for those that are functions. */
void graphql_set_auth(struct expand *e, struct graphql *g, struct resource *api);
void graphql_connect_auth(struct expand *e, struct graphql *g);
/* graphql_sources.c: DataSources. */
void graphql_make_sources(struct expand *e, struct graphql *g);
/* graphql_code.c: Functions and Resolvers. */
void graphql_make_functions(struct expand *e, struct graphql *g);
void graphql_make_resolvers(struct expand *e, struct graphql *g);

#endif
