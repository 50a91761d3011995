# The mapping templates of direct integrations become part of the program, without their last line end.
# Included by the Makefile.

MAPPINGS   = $(sort $(wildcard compiler/lang/mapping/*.vtl))
GENERATED += $(B)/gen/gen/mappings.inc

$(B)/gen/gen/mappings.inc: compiler/lang/mapping/rules.mk $(MAPPINGS)
	@mkdir -p $(@D)
	@echo "  GEN $@"
	@awk 'FNR == 1 { \
	          if (NR > 1) print ")"; \
	          name = FILENAME; sub(/.*\//, "", name); sub(/\.vtl$$/, "", name); \
	          print "MAPPING(\"" name "\"," \
	      } \
	      { gsub(/\\/, "&&"); gsub(/"/, "\\\""); printf "%s\"%s\"\n", (FNR > 1 ? "\"\\n\" " : ""), $$0 } \
	      END { print ")" }' $(MAPPINGS) > $@

$(B)/compiler/lang/mapping.o: $(B)/gen/gen/mappings.inc
