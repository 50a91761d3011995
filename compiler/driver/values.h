/* Build inputs: --set NAME=TEXT, and the files of --values. */
#ifndef DRIVER_VALUES_H
#define DRIVER_VALUES_H

#include "driver/driver.h"

struct values_list {
    struct lang_input *items;
    uint32_t count, cap;
};

/* Adds an input; one of the same name is replaced: what comes later wins. */
void values_put(struct job *j, struct values_list *list, struct lang_input input);
/* Adds the entries of a file in the language, `name = literal`, over any number of lines. What is
   wrong with it is reported; a file that can't be read fails the job. */
void values_read(struct job *j, struct values_list *list, struct str path);

#endif
