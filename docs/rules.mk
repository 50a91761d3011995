# The texts of the rules become part of the program; a rule without one, or a text without its parts,
# fails the build. Included by the Makefile.

RULE_TEXTS = $(sort $(wildcard docs/rules/*.md))
GENERATED += $(B)/gen/gen/rule_texts.inc

$(B)/gen/gen/rule_texts.inc: compiler/base/rules.def docs/rule_texts.awk $(RULE_TEXTS)
	@mkdir -p $(@D)
	@echo "  GEN $@"
	@awk -f docs/rule_texts.awk compiler/base/rules.def > $@

$(B)/compiler/passes/explain.o: $(B)/gen/gen/rule_texts.inc
