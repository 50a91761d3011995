/* Every limit of apic, in one place. Exceeding one is a diagnostic, never a crash. The limits of AWS
   are not here: they belong to the rules and the schema. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

enum {
    LIMIT_SOURCE_BYTES = 64 << 20,  /* one source file */
    LIMIT_OUTPUT_BYTES = 16 << 20,  /* one emitted template */
    LIMIT_DEPTH = 200,              /* nesting of blocks, expressions, template values */
    LIMIT_EVAL_DEPTH = 2000,        /* values that need values that need values ... */
    LIMIT_LOOP_TURNS = 100000,      /* turns of all loops of a build together */
    LIMIT_INSTANCES = 10000,        /* of all modules of a build together */
    LIMIT_VALUES = 4000000,         /* values in one graph, aliases and copies counted */
    LIMIT_DIAGS = 1000,             /* kept of one unit; the rest is counted */
    LIMIT_FILES = 1000,             /* files that `use` can bring into one build */
    LIMIT_FILE_TEXT = 4 << 20,      /* one file read by file() */
    LIMIT_CHILDREN = 100,           /* templates of nested stacks that are read with one template */
    LIMIT_CHILD_BYTES = 1 << 20,    /* one of them: CloudFormation takes no larger one */
    LIMIT_CHILDREN_BYTES = 4 << 20, /* all of them */
    LIMIT_CHILDREN_VALUES = 1000000, /* of all of them; no more is read past it */
    LIMIT_CODE_BYTES = 256 << 20,   /* the code of one function that gets a version */
    LIMIT_CODE_ENTRIES = 20000,     /* files and folders in it */
    LIMIT_CODE_DEPTH = 40,          /* folders in folders */
    LIMIT_STRING_BYTES = 4 << 20,   /* one string made by evaluation */
};

#define LIMIT_ARENA_BYTES ((size_t)2 << 30) /* memory of one unit */

#endif
