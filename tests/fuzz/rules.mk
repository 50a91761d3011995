# make fuzz-TARGET   fuzz tests/fuzz/fuzz_TARGET.c (clang-14) for FUZZ_SECONDS: lang, build, format, emit, template, check, expand
# make replay        send the committed inputs, corpus/TARGET/* and the seeds, through every target, without clang

FUZZ_SECONDS = 60
FUZZ         = $(B)/fuzz
FUZZ_TARGETS = $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
REPLAYS      = $(FUZZ_TARGETS:%=$(B)/replay/%)

# what a target starts with beside its corpus, its words, its options
FUZZ_STACKS      = $(shell find examples stdlib tests docs -name '*.api' 2>/dev/null)
FUZZ_TEMPLATES   = $(wildcard tests/template/*/in.*)
FUZZ_SEEDS_lang     = $(FUZZ_STACKS)
FUZZ_SEEDS_build    = $(FUZZ_STACKS)
FUZZ_SEEDS_format   = $(FUZZ_STACKS)
FUZZ_SEEDS_template = $(FUZZ_TEMPLATES)
FUZZ_SEEDS_check    = $(wildcard tests/mutants/*.yaml) $(filter-out %extensions-turns/in.yaml,$(wildcard tests/template/*/in.yaml))
FUZZ_SEEDS_expand   = $(wildcard tests/golden/sam/*/in.* tests/conformance/sam/good/* tests/conformance/sam/bad/*)
FUZZ_DICT_lang      = lang
FUZZ_DICT_build     = lang
FUZZ_DICT_format    = lang
FUZZ_DICT_template  = template
FUZZ_DICT_expand    = expand
FUZZ_DICT_emit      = template
FUZZ_DICT_check     = template
FUZZ_FLAGS_emit     = -len_control=0

.PHONY: replay $(FUZZ_TARGETS:%=fuzz-%) $(FUZZ_TARGETS:%=replay-%)

check: replay

replay: $(REPLAYS)
	@status=0; for t in $(FUZZ_TARGETS); do \
	    $(MAKE) -s --no-print-directory replay-$$t || status=1; \
	done; exit $$status

$(FUZZ_TARGETS:%=replay-%): replay-%: $(B)/replay/%
	@$< $* $(sort $(wildcard tests/fuzz/corpus/$*/*) $(FUZZ_SEEDS_$*))

$(B)/replay/%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c tests/fuzz/fuzz.h tests/fuzz/again.h $(B)/libapic.a
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(CC) $(CFLAGS) -Itests -o $@ $< tests/fuzz/replay.c $(B)/libapic.a $(LDFLAGS) $(LDLIBS)

$(FUZZ_TARGETS:%=fuzz-%): fuzz-%:
	@$(MAKE) --no-print-directory B=$(FUZZ) CC=clang-14 \
	    OPT="-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all" $(FUZZ)/fuzz_$*
	@mkdir -p $(FUZZ)/corpus/$* $(FUZZ)/seeds/$* tests/fuzz/corpus/$*
	@for f in $(FUZZ_SEEDS_$*); do cp "$$f" "$(FUZZ)/seeds/$*/$$(echo "$$f" | tr '/' '_')"; done
	$(FUZZ)/fuzz_$* -max_total_time=$(FUZZ_SECONDS) -timeout=20 -rss_limit_mb=4096 -max_len=8192 \
	    $(FUZZ_DICT_$*:%=-dict=tests/fuzz/%.dict) -artifact_prefix=$(FUZZ)/$*- $(FUZZ_FLAGS_$*) $(FUZZ_FLAGS) \
	    $(FUZZ)/corpus/$* tests/fuzz/corpus/$* $(FUZZ)/seeds/$*

$(B)/fuzz_%: tests/fuzz/fuzz_%.c tests/fuzz/fuzz.h tests/fuzz/again.h $(B)/libapic.a
	$(CC) $(CFLAGS) -Itests -fsanitize=fuzzer -o $@ $< $(B)/libapic.a $(LDLIBS)
