# make fuzz-lang       fuzz the parser and the formatter (clang-14), FUZZ_SECONDS at a time
# make fuzz-template   fuzz the reader of templates and the printers

FUZZ_SECONDS = 60
FUZZ = $(B)/fuzz

.PHONY: fuzz-lang fuzz-template

fuzz-lang:
	@$(MAKE) --no-print-directory B=$(FUZZ) CC=clang-14 \
	    OPT="-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all" \
	    $(FUZZ)/fuzz_lang
	@mkdir -p $(FUZZ)/corpus/lang $(FUZZ)/seeds/lang
	@for f in $$(find examples stdlib tests docs -name '*.api' 2>/dev/null); do \
	    cp "$$f" "$(FUZZ)/seeds/lang/$$(echo "$$f" | tr '/' '_')"; done
	$(FUZZ)/fuzz_lang -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 \
	    -max_len=4096 -dict=tests/fuzz/lang.dict -artifact_prefix=$(FUZZ)/ \
	    $(FUZZ)/corpus/lang $(FUZZ)/seeds/lang

$(B)/fuzz_lang: tests/fuzz/fuzz_lang.c $(B)/libapic.a
	$(CC) $(CFLAGS) -fsanitize=fuzzer -o $@ $< $(B)/libapic.a $(LDLIBS)

fuzz-template:
	@$(MAKE) --no-print-directory B=$(FUZZ) CC=clang-14 \
	    OPT="-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all" \
	    $(FUZZ)/fuzz_template
	@mkdir -p $(FUZZ)/corpus/template $(FUZZ)/seeds/template
	@for f in tests/template/*/in.*; do \
	    cp "$$f" "$(FUZZ)/seeds/template/$$(echo "$$f" | tr '/' '_')"; done
	$(FUZZ)/fuzz_template -max_total_time=$(FUZZ_SECONDS) -timeout=20 -rss_limit_mb=2048 \
	    -max_len=4096 -dict=tests/fuzz/template.dict -artifact_prefix=$(FUZZ)/ \
	    $(FUZZ)/corpus/template $(FUZZ)/seeds/template

$(B)/fuzz_template: tests/fuzz/fuzz_template.c $(B)/libapic.a
	$(CC) $(CFLAGS) -fsanitize=fuzzer -o $@ $< $(B)/libapic.a $(LDLIBS)
