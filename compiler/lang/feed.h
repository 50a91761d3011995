/* What the lowering of `on` passes between its files; private to lang. */
#ifndef LANG_FEED_H
#define LANG_FEED_H

#include "lang/compile.h"

/* One `on` clause of a function. */
struct feed {
    struct thing *function;
    const struct clause *clause;
    struct thing *settings; /* KIND_SOURCE: the attributes of its block */
    struct str label;       /* as origins name it */
    struct str id;          /* of its resource */
    struct value *arn;      /* of what gives the events */
    struct value *cond;     /* deployed, or NULL */
    struct span span;       /* of what `on` names */
    struct resource *resource; /* once made */
};

/* poller.c: what Lambda polls. */
void poll_queue(struct lang *l, struct feed *s);
void poll_stream(struct lang *l, struct feed *s);
void poll_kafka(struct lang *l, struct feed *s, struct value *call);
void poll_mq(struct lang *l, struct feed *s, struct value *call);
void poll_docdb(struct lang *l, struct feed *s, struct value *call);
/* trigger.c: services that call the function. */
void trigger_logs(struct lang *l, struct feed *s, struct value *group);
void trigger_alexa(struct lang *l, struct feed *s, struct value *call);
void trigger_iot(struct lang *l, struct feed *s, struct value *call);
void trigger_email(struct lang *l, struct feed *s, struct value *call);
void trigger_userpool(struct lang *l, struct feed *s, struct thing *pool);
void trigger_alarm(struct lang *l, struct feed *s, struct thing *alarm);
/* Before lowering: what the pool calls, what the alarm does. */
void note_userpool(struct lang *l, struct thing *function, struct thing *pool,
                   const struct clause *c);
void note_alarm(struct lang *l, struct thing *function, struct thing *alarm,
                const struct clause *c);
/* source.c: lets a service call the function; source_arn may be NULL. */
struct resource *may_invoke(struct lang *l, struct thing *function, const char *part, struct str id,
                            const char *service, struct value *source_arn, struct value *cond);

#endif
