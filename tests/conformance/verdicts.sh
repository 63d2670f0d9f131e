#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 200
#
# verdicts.sh - the suite itself: what it says of subjects that hang, that reset the
# machine, that can't be booted; of another hypervisor that is right, and of one that
# lacks something. (That wrong ones are failures is what mutation.sh shows.)

cd "$(dirname "$0")/../.." || exit 1
work=build/test/scratch/verdicts
rm -rf "$work"
mkdir -p "$work"
count=0

check() {
	count=$((count + 1))
	what=$1
	shift
	if "$@"; then
		echo "ok $count - $what"
	else
		echo "not ok $count - $what"
		sed 's/^/# /' "$work/out"
	fi
}

# subject NAME CODE: a Multiboot image that does that.
subject() {
	cat >"$work/$1.S" <<-END
		.section .text
		.balign 4
		.long 0x1badb002, 0, -0x1badb002
		.globl _start
		_start: $2
		.section .note.GNU-stack, "", @progbits
	END
	gcc -m32 -nostdlib -static -Wl,-Ttext=0x100000 -Wl,--build-id=none \
		-o "$work/$1.elf" "$work/$1.S"
}

# run IMAGE OPTION...: status in $status, results in $results
run() {
	image=$1
	shift
	status=0
	CONF_LIMIT=$limit ./silk conformance hypervisor --subject "$image" "$@" >"$work/out" 2>&1 ||
		status=$?
	results=build/conformance/hypervisor-$(basename "$image" .elf).results
}
verdicts() { cut -f 3 "$results" | grep -v REFUSED | sort -u | tr '\n' ' '; }
is() { [ "$(verdicts)" = "$1 " ] && [ "$status" -ne 0 ]; }
passes() { [ "$(verdicts)" = "$1 " ] && [ "$status" -eq 0 ]; }

subject hangs '1: hlt; jmp 1b'
subject resets 'lidt 1f; int3; 1: .long 0, 0'
echo 'not an image' >"$work/text.elf"

limit=9
for name in hangs resets text; do
	run "$work/$name.elf" --only clock
	check "$name: CRASH, and no success" is CRASH
	check "$name: it says how to run it again" \
		grep -q "again:    ./silk conformance hypervisor --subject .*$name.elf --only clock" "$work/out"
	check "$name: the last line counts" grep -qx '0 passed, 1 failed' "$work/out"
	check "$name: JSON says so, too" grep -q '"verdict": "CRASH"' "${results%.results}.json"
done

limit=90
stub=$work/another.elf
cp build/conformance/guest/stub.elf "$stub"
run "$stub" --serial --only refusals-core
check 'another hypervisor that is right: SUCCESS' passes SUCCESS
check 'with the refusals that were seen' grep -q 'REFUSED.*LIFE-50.*LIFE-51' "$results"
run "$stub" --serial --only net-ring
check 'one that lacks something: SKIP, and nothing passed' is SKIP
check 'and which' grep -q 'SKIP.*NET.*fewer than 3 cards' "$work/out"
check 'no test of that name: said in one line' \
	sh -c "! ./silk conformance hypervisor --subject $stub --only frob 2>&1 | grep -v \"no test is called like 'frob'\""

# The account: a clause or a refusal that is missing is a failure.
account() {
	awk -v html="$work/report.html" -v seconds=1 -f scripts/launcher/probe.awk -f conformance/page.awk -f conformance/report.awk \
		build/abi/facts.tsv build/spec/clauses.tsv "$work/results" >"$work/out"
}
abi/tools/check.sh facts build/abi >/dev/null
spec/tools/check.sh clauses build/spec >/dev/null 2>&1
all() { awk -F '\t' -v to="$1" '$2 == to && $6 == "" { printf "%s ", $1 }' build/spec/clauses.tsv; }
{
	printf 'hypervisor\tx\tSUCCESS\tt\t%s\tname\t\tagain\n' "$(all hypervisor)"
	printf 'guest\tx\tSUCCESS\tt\t%s\tname\t\tagain\n' "$(all guest)"
	printf 'hypervisor\tx\tREFUSED\tt\t%s\t\t\t\n' \
		"$(awk -F '\t' '$1 == "refusal" { printf "%s-%s ", $6, $7 }' build/abi/facts.tsv)"
} >"$work/complete"
cp "$work/complete" "$work/results"
check 'an account of all clauses and refusals passes' account
sed 's/ PT-53 / /' "$work/complete" >"$work/results"
check 'a clause that is missing fails' sh -c "! awk -v html=$work/report.html -f scripts/launcher/probe.awk -f conformance/page.awk -f conformance/report.awk build/abi/facts.tsv build/spec/clauses.tsv $work/results >$work/out && grep -q 'without a successful test: PT-53' $work/out && grep -q 'never seen in a diagnostics slot: PT-53' $work/out"
sed '1s/\tSUCCESS\t/\tFAILURE\t/' "$work/complete" >"$work/results"
check 'a failure fails' sh -c "! awk -v html=$work/report.html -f scripts/launcher/probe.awk -f conformance/page.awk -f conformance/report.awk build/abi/facts.tsv build/spec/clauses.tsv $work/results >$work/out"
{
	printf 'hypervisor\tx\tSUCCESS\tt\t%s\tname\t\tagain\n' "$(all guest)"
	sed '/^guest/d' "$work/complete"
} >"$work/results"
check 'a guest'"'"'s clause by the other side'"'"'s suite does not count' sh -c "! awk -v html=$work/report.html -f scripts/launcher/probe.awk -f conformance/page.awk -f conformance/report.awk build/abi/facts.tsv build/spec/clauses.tsv $work/results >$work/out && grep -q 'without a successful test:.*GEN-13' $work/out"
echo "1..$count"
