# make run    install what is needed, build, compile an example and show the template
# make test   install what is needed, build, run all tests, also under ASan and UBSan
# make        build build/apic            make check   the tests of the plain build
# make install [PREFIX=/usr/local] [DESTDIR=]   the program, its library, man pages, completions
# make conformance   compare with AWS's own tools, which are downloaded
# make man    build/man/*, the man pages       make schema   make the tables of resource types again
# make bench  how long apic takes               make docs   docs/reference.md, from the compiler's tables
# make help   show this

VERSION  = 0.1.0
PREFIX   = /usr/local
SHARE    = $(PREFIX)/share
PACKAGES = gcc libc6-dev make pkg-config libfyaml-dev libjansson-dev libpcre2-dev check
LIBS     = libfyaml jansson libpcre2-8

B        = build
CC       = gcc
OPT      = -O2 -g
PKG_CFLAGS = $(shell pkg-config --cflags $(LIBS))
PKG_LIBS   = $(shell pkg-config --libs $(LIBS))
CFLAGS   = -std=c11 -Wall -Wextra -Wvla -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
           -fno-strict-aliasing $(OPT) -Icompiler -I$(B)/gen -DAPIC_VERSION='"$(VERSION)"' $(PKG_CFLAGS)
LDLIBS   = $(PKG_LIBS) -lpthread

# a program without shared libraries starts 0.4 ms sooner, in 0.6; STATIC=no keeps to them, as does a machine
# without the archives, and what is made for sanitizers, which bring a library of their own. Its code lies
# at fixed addresses: -static-pie would cost 0.1 ms of relocations, 16 % of a start and 5 of examples/shop
STATIC_LIBS = -static $(shell pkg-config --static --libs $(LIBS)) -lpthread
STATIC   = $(if $(findstring -fsanitize,$(OPT)),no,$(shell echo 'int main(void) { return 0; }' | \
           $(CC) -x c - -x none -o /dev/null $(LDFLAGS) $(STATIC_LIBS) 2>/dev/null && echo yes))

SOURCES  = $(sort $(wildcard compiler/*/*.c compiler/*/*/*.c))
ASSEMBLY = $(sort $(wildcard compiler/*/*.S))
OBJECTS  = $(SOURCES:%.c=$(B)/%.o) $(ASSEMBLY:%.S=$(B)/%.o)
MAN_PAGES = $(patsubst %.in,$(B)/%,$(wildcard man/*.in))
UNITS    = $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/test_*.c))

.PHONY: all run test check unit golden scripts sanitize conformance bench deps man docs install uninstall help clean
.DELETE_ON_ERROR:
.SECONDARY:

all: $(B)/apic man

-include schema/rules.mk
-include docs/rules.mk
-include compiler/lang/mapping/rules.mk
-include tests/fuzz/rules.mk

$(B)/apic: $(B)/compiler/main.o $(OBJECTS)
	@echo "  LD $@"
	@$(CC) $(OPT) $(LDFLAGS) -o $@ $^ $(if $(filter yes,$(STATIC)),$(STATIC_LIBS),$(LDLIBS))

# the same with shared libraries, for tests that come between it and them
$(B)/apic-shared: $(B)/compiler/main.o $(OBJECTS)
	@echo "  LD $@"
	@$(CC) $(OPT) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/libapic.a: $(OBJECTS)
	@rm -f $@
	@$(AR) rcs $@ $^

$(B)/%.o: %.c | $(GENERATED)
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/%.o: %.S | $(GENERATED)
	@mkdir -p $(@D)
	@$(CC) -I$(B)/gen -I$(B) -c -o $@ $<

$(B)/unit/%: tests/unit/%.c $(B)/libapic.a
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(CC) $(CFLAGS) -Itests -MMD -MP $(shell pkg-config --cflags check) -o $@ $< $(B)/libapic.a \
	    $(LDFLAGS) $(LDLIBS) $(shell pkg-config --libs check)

# what is there already is not installed; without apt, what is missing is named
deps:
	@missing=""; \
	for p in $(PACKAGES); do \
	    case $$p in \
	    gcc|make|pkg-config) command -v $$p >/dev/null 2>&1 || missing="$$missing $$p" ;; \
	    libc6-dev) echo '#include <stdio.h>' | gcc -E - >/dev/null 2>&1 || missing="$$missing $$p" ;; \
	    *) m=$$(echo $$p | sed -e 's/-dev$$//' -e 's/^libjansson$$/jansson/' -e 's/^libpcre2$$/libpcre2-8/'); \
	        pkg-config --exists $$m 2>/dev/null || missing="$$missing $$p" ;; \
	    esac; \
	done; \
	if [ -n "$$missing" ]; then \
	    command -v apt-get >/dev/null 2>&1 || { echo "please install:$$missing"; exit 1; }; \
	    sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	    echo "installing with apt-get:$$missing"; \
	    log=$$(mktemp); \
	    { $$sudo apt-get update -q && $$sudo env DEBIAN_FRONTEND=noninteractive \
	      apt-get install -y -q --no-install-recommends $$missing; } >$$log 2>&1 </dev/null || \
	    { cat $$log; rm -f $$log; exit 1; }; \
	    rm -f $$log; \
	fi

run: deps
	@$(MAKE) --no-print-directory all
	$(B)/apic build examples/shop/stack.api

test: deps
	@$(MAKE) --no-print-directory check
	@$(MAKE) --no-print-directory sanitize

check: all unit golden scripts

unit: $(UNITS)
	@for t in $^; do CK_DEFAULT_TIMEOUT=60 $$t || exit 1; done

golden: $(B)/apic
	@APIC=$(B)/apic tests/run.sh

scripts: $(B)/apic $(B)/apic-shared
	@for t in tests/includes.sh tests/docs.sh tests/examples.sh tests/iam-labels.sh $(wildcard tests/cli/*[a-z].sh); do \
	    case $$t in */lib.sh) ;; *) APIC=$(B)/apic bash $$t || exit 1 ;; esac; done

# the same tests, every one, on a build with ASan and UBSan
sanitize:
	@$(MAKE) --no-print-directory B=$(B)/sanitize \
	    OPT="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer" check

conformance: all
	@APIC=$(B)/apic tests/conformance/run

man: $(MAN_PAGES)

$(B)/man/%: man/%.in man/make.sh $(B)/apic
	@mkdir -p $(@D)
	@echo "  MAN $*"
	@man/make.sh $(B)/apic $< >$@

install: all man
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(SHARE)/apic $(DESTDIR)$(SHARE)/man/man1 \
	    $(DESTDIR)$(SHARE)/man/man5 $(DESTDIR)$(SHARE)/bash-completion/completions \
	    $(DESTDIR)$(SHARE)/zsh/site-functions $(DESTDIR)$(SHARE)/fish/vendor_completions.d \
	    $(DESTDIR)$(SHARE)/doc/apic
	install -m 755 $(B)/apic $(DESTDIR)$(PREFIX)/bin/apic
	for page in $(MAN_PAGES); do \
	    install -m 644 $$page $(DESTDIR)$(SHARE)/man/man$${page##*.}/ || exit 1; done
	install -m 644 LICENSE schema/NOTICE $(DESTDIR)$(SHARE)/doc/apic/
	if [ -d stdlib ]; then cp -R stdlib $(DESTDIR)$(SHARE)/apic/; fi
	$(B)/apic completion bash >$(DESTDIR)$(SHARE)/bash-completion/completions/apic
	$(B)/apic completion zsh >$(DESTDIR)$(SHARE)/zsh/site-functions/_apic
	$(B)/apic completion fish >$(DESTDIR)$(SHARE)/fish/vendor_completions.d/apic.fish

uninstall:
	rm -rf $(DESTDIR)$(PREFIX)/bin/apic $(DESTDIR)$(SHARE)/apic $(DESTDIR)$(SHARE)/doc/apic \
	    $(DESTDIR)$(SHARE)/man/man1/apic.1 $(DESTDIR)$(SHARE)/man/man5/apic.5 \
	    $(DESTDIR)$(SHARE)/bash-completion/completions/apic \
	    $(DESTDIR)$(SHARE)/zsh/site-functions/_apic \
	    $(DESTDIR)$(SHARE)/fish/vendor_completions.d/apic.fish

docs: $(B)/apic
	@$(B)/apic man-piece reference >docs/reference.md

bench: all $(B)/libapic.a
	@python=$(B)/venv/bin/python; [ -x $$python ] || python=python3; APIC=$(B)/apic $$python tests/bench/bench.py

help:
	@sed -n 's/^# \(make.*\)/\1/p' Makefile

clean:
	rm -rf $(B)

-include $(OBJECTS:.o=.d) $(UNITS:=.d) $(B)/compiler/main.d
