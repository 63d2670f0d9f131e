#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# explain.sh - ./silk explain knows clauses, refusals, errors and calls, and
# says so where a word is none of these.

# shellcheck source=tests/launcher/lib.sh
. "$(dirname "$0")/lib.sh"

# explains WORD PATTERN: exit status 0 and the pattern in its answer.
explains() {
	"$silk" explain "$1" >answer 2>err && grep -q -- "$2" answer
}

# refuses WORD: exit status 2, one line, nothing explained.
refuses() {
	"$silk" explain "$1" >answer 2>err
	# shellcheck disable=SC2319 # the status of silk
	[ $? -eq 2 ] && [ ! -s answer ] && [ "$(wc -l <err)" -eq 1 ]
}

check 'a prose clause' explains PT-7 'TABLE chunk is never writable'
check 'a clause that is a refusal' explains PT-53 'pt_alloc is refused by EOWNER'
check 'an error by its name' explains EKIND '^\[PT-54\] pt_alloc is refused by EKIND'
check 'an error by its value' explains -12 '^EAGAIN (-12)'
check 'a call' explains pt_run '^\[PT-66\] pt_run is refused by EINVAL, about argument 2'
check "a call's refusals in the table's order" sh -c \
	"'$silk' explain pt_alloc | sed -n 's/^\[PT-\([0-9]*\)\].*/\1/p' | sort -nc"
check 'no clause' refuses PT-999
check 'no error' refuses -77
check 'no word' refuses nonsense
finish
