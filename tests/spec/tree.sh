#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tree.sh - the tree itself: spec-check passes, the documents can be made.

. "$(dirname "$0")/lib/tree.sh"
mkdir -p "$(dirname "$tree")"
cd "$top" || exit 1

STRICT=1
export STRICT
passes 'make spec-check STRICT=1' spec_check
if command -v pandoc >/dev/null && command -v groff >/dev/null; then
	passes 'make spec' make -f spec/spec.mk spec
	passes 'HTML' grep -q 'id="PT-53"' build/spec/silk-abi.html
	passes 'PDF' grep -aq '^%PDF' build/spec/silk-abi.pdf
	if grep . build/spec/groff.log | grep -qv '^\.ds toc-'; then
		not_ok 'groff has nothing to complain of'
	else
		ok 'groff has nothing to complain of'
	fi
else
	ok 'make spec # SKIP no pandoc, or no groff'
fi
finish
