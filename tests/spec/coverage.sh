#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# coverage.sh - which clauses have tests: the list, STRICT=1, clauses.json.

. "$(dirname "$0")/lib/tree.sh"
json=build/spec/clauses.json

strict() { STRICT=1 spec_check; }

# covering FILE ID...: a test that covers them.
covering() {
	mkdir -p "$(dirname "$1")"
	file=$1
	shift
	printf '/* covers: %s */\n' "$*" >"$file"
}

all_of() { awk -v to="$1" -F '\t' '$2 == to && $6 == "" { print $1 }' build/spec/clauses.tsv; }
listed() { run spec_check && sed -n '/without a test/,/^spec-check: [^w]/p' "$tree.out" | grep -qw "$1"; }
not_listed() { ! listed "$1"; }
tests_of() { sed -n "/\"id\": \"$1\"/,/\"tests\"/p" $json | grep -o '"tests": \[.*\]'; }
is() { [ "$1" = "$2" ]; }

fresh
rm -rf spec/models		# they cover clauses, too
passes 'clauses without tests are no error yet' spec_check
passes 'they are listed' listed PT-7
fails 'they are with STRICT=1' 'neither a test nor a reason' strict

covering tests/t.c PT-7 PT-53
passes 'one with a test is not listed' not_listed PT-7
passes 'nor is a refusal with one' not_listed PT-53
passes 'clauses.json names the test' is "$(tests_of PT-7)" '"tests": ["tests/t.c"]'
passes 'and nothing where there is none' is "$(tests_of PT-8)" '"tests": []'
covering hypervisor/core/t.c PT-8
passes 'a file that is no test covers nothing' listed PT-8

covering conformance/hypervisor/t/main.c GEN-13
passes 'a test of the hypervisor covers no clause of the guest' listed GEN-13
covering conformance/guest/t/main.c PT-9
passes 'nor the other way round' listed PT-9
covering conformance/guest/t/main.c GEN-13
passes 'a test of the guest does' not_listed GEN-13

# shellcheck disable=SC2046 # lists of words
{
covering tests/all.c $(all_of hypervisor) $(all_of guest)
fails 'a test elsewhere is not one of the suite of its side' 'not by the suite of its side' strict
covering conformance/guest/all.c $(all_of hypervisor) $(all_of guest)
fails "nor is one of the other side's suite" 'not by the suite of its side' strict
covering conformance/hypervisor/all/main.c $(all_of hypervisor)
passes 'STRICT=1 passes when each has a test or a reason' strict
}
if grep -q "GEN-12\] can't be tested: " "$tree.out"; then
	ok 'the reasons are shown'
else
	not_ok 'the reasons are shown'
fi
covering tests/more.c GEN-12
fails 'untestable and tested is a contradiction' 'called untestable, and tested' spec_check

fresh
edit spec/07-page-tables.md 's/^\(::: {.clause .*\)}$/\1 untestable="no"}/'
fails 'too many reasons' 'more than 5 %' spec_check
fresh
echo 'PT-53 for a test of the test' >>spec/untestable
passes 'a refusal may have a reason' spec_check
passes 'it is in clauses.json' grep -q '"untestable": "for a test of the test"' $json

if command -v jq >/dev/null; then
	passes 'clauses.json is JSON' jq -e '.clauses | length > 200' $json
fi
finish
