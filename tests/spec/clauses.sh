#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# clauses.sh - spec-check fails on clauses that are not as they should be, and
# on words that oblige outside of clauses.

. "$(dirname "$0")/lib/tree.sh"
chapter=spec/01-general.md

# broken WHAT EXPECTED TEXT: fails with the text added to a chapter.
broken() {
	fresh
	printf '\n%s\n' "$3" >>$chapter
	fails "$1" "$2" spec_check
}

# clause ID TO SINCE TEXT
clause() {
	printf '::: {.clause #%s to="%s" since="%s"}\n%s\n:::' "$1" "$2" "$3" "$4"
}

must='**Title.** The hypervisor MUST.'

fresh
passes 'the copy as it is passes' spec_check

for word in MUST 'MUST NOT' SHALL SHOULD MAY REQUIRED RECOMMENDED OPTIONAL; do
	broken "$word outside of a clause" 'outside of a clause' "A guest $word do it."
done
fresh
printf '\nIt SHALL.\n' >>spec/17-rationale.md
fails 'SHALL in another chapter' '17-rationale.md:.*outside of a clause' spec_check
fresh
printf '\nA mustard SHALLOT in MAYONNAISE.\n' >>$chapter
passes 'longer words that begin like those pass' spec_check

broken 'the same identifier twice' 'GEN-1\] is there twice' \
	"$(clause GEN-1 hypervisor 1.0 "$must")"
broken 'an unknown area' 'no such area' "$(clause ZZ-1 hypervisor 1.0 "$must")"
broken 'a number that is for refusals' 'numbers 1 to 49' \
	"$(clause GEN-50 hypervisor 1.0 "$must")"
broken 'an unknown addressee' 'addressed to "operator"' \
	"$(clause GEN-49 operator 1.0 "$must")"
broken 'no addressee' 'addressed to ""' "$(clause GEN-49 '' 1.0 "$must")"
broken 'a version that is not there yet' 'since "1.9"' \
	"$(clause GEN-49 hypervisor 1.9 "$must")"
broken 'no title' 'has no title' "$(clause GEN-49 hypervisor 1.0 'It MUST.')"
broken 'a clause that obliges nobody' 'obliges nobody' \
	"$(clause GEN-49 hypervisor 1.0 '**Title.** It is nice.')"
# shellcheck disable=SC2016 # the backquote is text
broken 'no identifier' 'without an identifier' '::: {.clause to="guest" since="1.0"}
**Title.** It MUST.
:::'
broken 'a clause in a clause' 'has no end' \
	"$(printf '::: {.clause #GEN-48 to="guest" since="1.0"}\n%s\n\n%s' "$must" \
		"$(clause GEN-49 hypervisor 1.0 "$must")")"
broken 'a clause without an end' 'has no end' \
	"$(printf '::: {.clause #GEN-49 to="guest" since="1.0"}\n%s' "$must")"

fresh
printf '\n%s\n' "$(clause GEN-49 guest 1.0 '**Title.** A guest MUST.')" >>$chapter
changelog abi-additive GEN-49 &&
	passes 'a good new clause that CHANGELOG names passes' spec_check
fresh
echo 'nonsense' >>spec/untestable
fails 'a line of spec/untestable without a reason' "not .ID reason" spec_check
fresh
echo 'GEN-1 because' >>spec/untestable
fails 'a clause in prose in spec/untestable' 'is no refusal' spec_check
finish
