# The tables of schema/ as one file, which compiler/schema/blob.S takes into the program.

SCHEMA_TABLES = $(sort $(wildcard schema/types/*.txt schema/overlay/*.txt schema/iam/*.txt \
                  schema/overlay/iam/*.txt)) \
                schema/regions.txt schema/availability.txt schema/runtimes.txt schema/managed.txt schema/PINS
PACK_SOURCES  = $(sort $(wildcard schema/pack/*.c))
GENERATED    += $(B)/gen/schema.bin

.PHONY: schema

$(B)/pack: $(PACK_SOURCES) schema/pack/pack.h compiler/schema/format.h compiler/schema/schema.h \
           compiler/schema/iam.h
	@mkdir -p $(@D)
	@echo "  CC schema/pack"
	@$(CC) -std=c11 -Wall -Wextra -O1 -Icompiler -Ischema/pack -o $@ $(PACK_SOURCES)

$(B)/gen/schema.bin: $(B)/pack $(SCHEMA_TABLES)
	@mkdir -p $(@D)
	@echo "  PACK schema"
	@$(B)/pack schema $@

$(B)/compiler/schema/blob.o: $(B)/gen/schema.bin

# make schema   make the tables again from the packages pinned in schema/PINS (needs npm, pip, network)
schema:
	@python3 -B schema/make/make.py $(B)/schema $(if $(NEWEST),--newest)
