/* Templates of nested stacks that lie beside the one that is checked: what they take and what they
   give, for the rule about it. Only files in the folder of the template, or below it, are read. */
#ifndef DRIVER_CHILDREN_H
#define DRIVER_CHILDREN_H

#include "driver/driver.h"

/* Fills graph.children, after the graph has been expanded. What can't be read is left out, and said
   by nobody: it may be built later. */
void children_read(struct job *j);

#endif
