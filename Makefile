# make run    install what is needed, build, compile an example and show the template
# make test   install what is needed, build, run all tests, also under ASan and UBSan
# make        build build/apic            make check   the tests of the plain build
# make help   everything else

VERSION  = 0.1.0
PREFIX   = /usr/local
PACKAGES = gcc make pkg-config libfyaml-dev libjansson-dev libpcre2-dev check
LIBS     = libfyaml jansson libpcre2-8

B        = build
CC       = gcc
OPT      = -O2 -g
PKG_CFLAGS = $(shell pkg-config --cflags $(LIBS))
PKG_LIBS   = $(shell pkg-config --libs $(LIBS))
CFLAGS   = -std=c11 -Wall -Wextra -Wvla -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
           -fno-strict-aliasing $(OPT) -Icompiler -I$(B)/gen -DAPIC_VERSION='"$(VERSION)"' $(PKG_CFLAGS)
LDLIBS   = $(PKG_LIBS) -lpthread

SOURCES  = $(sort $(wildcard compiler/*/*.c compiler/*/*/*.c))
ASSEMBLY = $(sort $(wildcard compiler/*/*.S))
OBJECTS  = $(SOURCES:%.c=$(B)/%.o) $(ASSEMBLY:%.S=$(B)/%.o)
UNITS    = $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/test_*.c))

.PHONY: all run test check unit golden scripts sanitize conformance deps help clean install
.DELETE_ON_ERROR:
.SECONDARY:

all: $(B)/apic

-include schema/rules.mk
-include docs/rules.mk

$(B)/apic: $(B)/compiler/main.o $(B)/compiler/stubs.o $(OBJECTS)
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
	@$(CC) $(CFLAGS) -MMD -MP $(shell pkg-config --cflags check) -o $@ $< $(B)/libapic.a \
	    $(LDFLAGS) $(LDLIBS) $(shell pkg-config --libs check)

# what is there already is not installed; without apt, what is missing is named
deps:
	@missing=""; \
	for p in $(PACKAGES); do \
	    case $$p in \
	    gcc|make|pkg-config) command -v $$p >/dev/null 2>&1 || missing="$$missing $$p" ;; \
	    lib*-dev|check) m=$$(echo $$p | sed -e 's/-dev$$//' -e 's/^libjansson$$/jansson/' -e 's/^libpcre2$$/libpcre2-8/'); \
	        pkg-config --exists $$m 2>/dev/null || missing="$$missing $$p" ;; \
	    esac; \
	done; \
	if [ -n "$$missing" ]; then \
	    command -v apt-get >/dev/null 2>&1 || { echo "please install:$$missing"; exit 1; }; \
	    sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	    echo "installing with apt-get:$$missing"; \
	    { $$sudo apt-get update -q && $$sudo env DEBIAN_FRONTEND=noninteractive \
	      apt-get install -y -q --no-install-recommends $$missing; } >$(or $(TMPDIR),/tmp)/apic-apt.log 2>&1 || \
	    { cat $(or $(TMPDIR),/tmp)/apic-apt.log; exit 1; }; \
	fi

run: deps
	@$(MAKE) --no-print-directory all
	$(B)/apic build examples/shop/stack.api

test: deps
	@$(MAKE) --no-print-directory check
	@$(MAKE) --no-print-directory sanitize

check: all unit golden scripts

unit: $(UNITS)
	@for t in $^; do $$t || exit 1; done

golden: $(B)/apic
	@APIC=$(B)/apic tests/run.sh

scripts: $(B)/apic
	@for t in tests/includes.sh $(wildcard tests/cli/*[a-z].sh); do \
	    case $$t in */lib.sh) ;; *) APIC=$(B)/apic $$t || exit 1 ;; esac; done

# the same tests, every one, on a build with ASan and UBSan
sanitize:
	@$(MAKE) --no-print-directory B=$(B)/sanitize \
	    OPT="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer" check

conformance: all
	@APIC=$(B)/apic tests/conformance/run

help:
	@sed -n 's/^# \(make.*\)/\1/p' Makefile

clean:
	rm -rf $(B)

-include $(OBJECTS:.o=.d) $(UNITS:=.d) $(B)/compiler/main.d $(B)/compiler/stubs.d
