#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tables.sh - the tables of the document are the header's, and nothing else.

. "$(dirname "$0")/lib/tree.sh"
text=build/spec/silk-abi.md

chapters() { make -f spec/spec.mk "$text"; }

fresh
passes 'the chapters are put together' chapters
edit abi/silk.h 's/SILK_BATCH_MAX		1024/SILK_BATCH_MAX		77/'
passes 'a changed header makes them anew' chapters
# shellcheck disable=SC2016 # backquotes are markdown
passes 'a constant is the header'"'"'s' grep -q '`SILK_BATCH_MAX` | `77`' $text
edit abi/silk.h 's/"the count is 0 or above SILK_BATCH_MAX"/"the count is purple"/'
passes 'again' chapters
passes 'a refusal is the header'"'"'s' grep -q 'PT-63.*EINVAL.*the count is purple' $text
edit abi/silk.h 's/uint32_t weight;/uint32_t heaviness;/'
passes 'and again' chapters
passes 'a member is the header'"'"'s' grep -q '| 460 | 4 | .uint32_t heaviness' $text

# unknown WHAT EXPECTED DIRECTIVE
unknown() {
	fresh
	printf '\n<!-- table: %s -->\n' "$3" >>spec/01-general.md
	fails "$1" "$2" chapters
}

unknown 'a table of nothing' 'unknown table: frobs' frobs
unknown 'a structure that is not there' 'no structure silk_frob' 'struct silk_frob'
unknown 'a constant that is not there' 'no constant SILK_FROB' 'constants SILK_FROB'
unknown 'refusals of no call' 'no refusals of frob' 'refusals frob'
fresh
printf '\n<!-- file: spec/example/frob.c -->\n' >>spec/01-general.md
fails 'a file that is not there' 'no file spec/example/frob.c' chapters

# Each refusal has its place in a chapter: exactly one anchor.
fresh
run chapters
anchors=$(grep -c '{#[A-Z]*-[0-9]* .refusal}' $text)
rows=$(grep -c '^refusal' build/abi/facts.tsv)
if [ "$anchors" -eq "$rows" ]; then
	ok 'every refusal stands in one table'
else
	not_ok "every refusal stands in one table: $rows in the header, $anchors in the text"
fi
finish
