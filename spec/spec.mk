# SPDX-License-Identifier: GPL-2.0-only
#
# The specification, and the checks of it and of abi/silk.h. Included by the
# top Makefile; works alone too: make -f spec/spec.mk spec

SPEC_OUT := build/spec
ABI_OUT := build/abi
SPEC_CHAPTERS := $(sort $(wildcard spec/[0-9][0-9]-*.md))
SPEC_TOOLS := $(wildcard spec/tools/* abi/tools/*)
SPEC_VERSION = $$(awk '$$1 == "version" { print $$2 "." $$3 }' $(ABI_OUT)/facts.tsv)

.PHONY: spec spec-check spec-lock abi-check abi-lock

#: spec: the specification: build/spec/silk-abi.html, .pdf, clauses.json
spec: $(SPEC_OUT)/silk-abi.html $(SPEC_OUT)/silk-abi.pdf
	@spec/tools/check.sh clauses $(SPEC_OUT)

$(ABI_OUT)/facts.tsv: abi/silk.h $(wildcard abi/tools/*)
	@abi/tools/check.sh facts $(ABI_OUT)

$(SPEC_OUT)/silk-abi.md: $(ABI_OUT)/facts.tsv $(SPEC_CHAPTERS) \
		$(wildcard spec/example/*) $(SPEC_TOOLS)
	@mkdir -p $(SPEC_OUT)
	@awk -f spec/tools/include.awk $(ABI_OUT)/facts.tsv $(SPEC_CHAPTERS) > $@ || \
		{ rm -f $@; exit 1; }

$(SPEC_OUT)/silk-abi.html: $(SPEC_OUT)/silk-abi.md spec/spec.css
	@echo "  PANDOC  $@"
	@{ echo '<style>'; cat spec/spec.css; echo '</style>'; } > $(SPEC_OUT)/style.html
	@pandoc -f markdown-smart -t html5 --standalone --toc --toc-depth=2 \
		-M subtitle="Version $(SPEC_VERSION), with the i386 binding" \
		-M document-css=false --include-in-header=$(SPEC_OUT)/style.html \
		--lua-filter=spec/tools/render.lua -o $@ $<

$(SPEC_OUT)/silk-abi.ms: $(SPEC_OUT)/silk-abi.md spec/spec.ms
	@pandoc -f markdown-smart -t ms --template=spec/spec.ms -V version=$(SPEC_VERSION) \
		--lua-filter=spec/tools/render.lua $< | sed 's/^\.PP$$/.LP/' > $@ || \
		{ rm -f $@; exit 1; }

# The first run tells on which pages the headings are, the second uses it.
$(SPEC_OUT)/silk-abi.pdf: $(SPEC_OUT)/silk-abi.ms
	@echo "  GROFF   $@"
	@groff -k -t -ms -T pdf -P-pa4 $< 2>&1 > /dev/null | grep '^\.ds toc-' > $(SPEC_OUT)/toc.ms
	@cat $(SPEC_OUT)/toc.ms $< | groff -k -t -ms -T pdf -P-pa4 > $@ 2> $(SPEC_OUT)/groff.log || \
		{ rm -f $@; exit 1; }
	@grep -v '^\.ds toc-' $(SPEC_OUT)/groff.log || :

#: spec-check: clauses, citations and tests agree, every clause is tested (STRICT=0: or not)
spec-check:
	@STRICT=$${STRICT:-1} spec/tools/check.sh check $(SPEC_OUT)

#: spec-lock: pin the text of all clauses anew, after CHANGELOG names the changes
spec-lock:
	@spec/tools/check.sh lock $(SPEC_OUT)

#: abi-check: silk.h in all languages and word sizes, and its lock
abi-check:
	@abi/tools/check.sh check $(ABI_OUT)

#: abi-lock: pin the ABI anew, after its version was raised
abi-lock:
	@abi/tools/check.sh lock $(ABI_OUT)
