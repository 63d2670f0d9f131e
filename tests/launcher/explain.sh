#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# explain.sh - ./silk explain knows clauses, refusals, errors, calls, events, causes of
# crashes and all else that the header names, and says so where a word is none of these.
# None of them is answered by nothing.
# timeout: 600

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
# everything KIND FIELD: each of that kind in the facts has an answer of its own.
everything() {
	awk -F "\t" -v kind="$1" -v field="$2" '$1 == kind { print $field }' \
		"$top/build/abi/facts.tsv" >words
	for word in $(cat words); do
		"$silk" explain "$word" >answer 2>err && grep -q "[a-z].* " answer || {
			echo "# $word: $(cat answer err)"
			return 1
		}
	done
	[ -s words ]
}

every_clause() {
	sed -n 's/^::: *{\.clause #\([A-Z]*-[0-9]*\) .*/\1/p' "$top"/spec/[0-9]*.md >words
	awk -F "\t" '$1 == "refusal" { print $6 "-" $7 }' "$top/build/abi/facts.tsv" >>words
	[ "$(wc -l <words)" -gt 200 ] || return
	# shellcheck disable=SC2046
	"$silk" explain $(cat words) >answer 2>err || { cat err; return 1; }
	[ "$(wc -l <answer)" -ge "$(wc -l <words)" ] && ! awk '/^\[.*:$/ { if (last) exit 1; last = 1; next } { last = 0 }' answer | grep .
}

check 'an event' explains TIMER "^event TIMER, bit 0"
check "the cause of a crash" explains BAD_STACK "could not be stored"
check 'a reason' explains REBOOT 'boots again at once'
check 'a refusal' explains ALLOC_OWNER '^\[PT-53\]'
check 'a group and its calls' explains CORE '^  set_kernel: '
check 'a structure' explains silk_ring 'silk_ring.consumer at 64'
check 'a constant, and where it is spoken of' explains SILK_VIF '^  \[TRAP-6\]'
check 'several words' sh -c "'$silk' explain PT-7 EKIND | grep -c 'PT-7\]\|EKIND (-7)' | grep -q 2"
for kind in error:3 error:2 call:3 refusal:2 event:3 crash:3 reason:3 group:3 feature:2 \
	area:3 struct:2 const:2; do
	check "every ${kind%:*} (${kind#*:})" everything "${kind%:*}" "${kind#*:}"
done
check 'every clause' every_clause
check 'no clause' refuses PT-999
check 'no error' refuses -77
check 'no word' refuses nonsense
finish
