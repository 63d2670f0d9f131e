#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 240
#
# faults.sh - the seeded faults of conformance/faults: each goes with the tree as
# it is, and its head says what it is, in words and for the scripts that read it
# (conformance/faults/README.md).

cd "$(dirname "$0")/../.." || exit 1

count=0
status=0
scratch=build/conformance/faults/applies
rm -rf "$scratch"
mkdir -p "$scratch"

say() {
	count=$((count + 1))
	echo "$1 $count - $2"
	[ "$1" = ok ] || status=1
}

# field NAME PATCH: what stands behind it in the head.
field() {
	sed -n "/^--- /q; s/^$1: *//p" "$2"
}

# complaint PATCH: what is wrong with its head, or nothing.
complaint() {
	sed -n 1p "$1" | grep -q '^[A-Za-z].*\.$' || echo 'no sentence that says what it is'
	[ -n "$(field Class "$1")" ] || echo 'no Class:'
	clauses=$(field Clause "$1")
	[ -n "$clauses" ] || echo 'no Clause:'
	for id in $clauses; do
		grep "^$id " spec/clauses.lock | grep -qv withdrawn || echo "no clause is $id"
	done
	case $1 in
	*/guest/*) where='guest/(lib|tiny|mini)' ;;
	*) where='hypervisor' ;;
	esac
	grep '^+++ ' "$1" | grep -Eqv "^\+\+\+ b/$where/" && echo "it changes more than $where"
}

for patch in conformance/faults/*/*.patch; do
	wrong=$(complaint "$patch")
	if [ -z "$wrong" ]; then
		say ok "$patch says what it is"
	else
		say 'not ok' "$patch: $wrong"
	fi
	files=$(sed -n 's,^+++ b/,,p' "$patch")
	for file in $files; do
		mkdir -p "$scratch/${file%/*}"
		cp "$file" "$scratch/$file"
	done
	if patch -s -F1 -d "$scratch" -p1 <"$patch" >/dev/null 2>&1; then
		say ok "$patch goes with the tree as it is"
	else
		say 'not ok' "$patch goes with the tree as it is"
	fi
done

echo "1..$count"
exit $status
