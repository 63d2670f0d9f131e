#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# citations.sh - spec-check fails on a citation of an unknown or a withdrawn
# clause, wherever it stands.

. "$(dirname "$0")/lib/tree.sh"

# The identifiers are put together here, so that this file cites nothing itself.
no=PT-4
no=${no}9
known=PT-7

# cited WHAT FILE TEXT: fails with the text in that file.
cited() {
	fresh
	mkdir -p "$(dirname "$2")"
	printf '%s\n' "$3" >>"$2"
	fails "$1" "$2:.*cites \[$no\], which is no clause" spec_check
}

cited 'in a comment of the hypervisor' hypervisor/a.c "/* why [$no] */"
cited 'in a list of citations' hypervisor/a.c "/* [$known, $no] */"
cited 'behind another citation' hypervisor/a.S "/* [$known] and [$no] */"
cited 'in the header' abi/silk.h "/* [$no] */"
cited 'by the macro' hypervisor/a.c "x = SILK_CLAUSE(SILK_AREA_PT, ${no#PT-});"
cited 'in what a test covers' tests/t.c "/* covers: $known $no */"
cited 'in what a conformance test covers' conformance/hypervisor/t/main.c \
	" * covers: $no"
cited 'in a model' spec/models/m.pml "/* [$no] */"
cited 'in a chapter' spec/01-general.md "See [$no]."
cited 'in a script without a suffix' silk "# [$no]"

fresh
cat >hypervisor/a.c <<TEXT
/* [$known] [$known, PT-53] SILK_CLAUSE(SILK_AREA_PT, 53) [XY-1] [7] a[GEN] */
TEXT
passes 'known clauses, and brackets that are something else, pass' spec_check

fresh
printf '%s withdrawn\n' "$no" >>spec/clauses.lock
echo "/* [$no] */" >hypervisor/a.c
fails 'a withdrawn clause' "cites \[$no\], which is withdrawn" spec_check
fresh
printf '%s withdrawn\n' "$no" >>spec/clauses.lock
changelog internal "$no is gone"
passes 'CHANGELOG may name a withdrawn clause' spec_check
# Wherever else a withdrawn clause may be cited.
for file in tests/t.c conformance/hypervisor/t/main.c conformance/guest/t.c spec/models/m.pml abi/silk.h; do
	fresh
	printf "%s withdrawn\\n" "$no" >>spec/clauses.lock
	mkdir -p "${file%/*}"
	echo "/* covers: $no [$no] */" >>"$file"
	fails "a withdrawn clause in $file" "$file:.*\[$no\], which is withdrawn" spec_check
done

if command -v pandoc >/dev/null; then
	fresh
	printf '\nSee [%s].\n' "$no" >>spec/01-general.md
	fails 'no document is made with an unknown citation' "$no" \
		make -f spec/spec.mk build/spec/silk-abi.html
else
	ok 'no document is made with an unknown citation # SKIP no pandoc'
fi
finish
