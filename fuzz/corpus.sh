#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 240
#
# The inputs of fuzz/corpus, on the core as it is: none may be a finding. Each
# fault-NAME.* of them is a finding on a core with that fault: shown for the
# faults that are built for it, so that the oracles are known to see.
#
# build/fuzz/replay, and replay-NAME with a fault, are built by `make unit-build`.

count=0
status=0

say() {
	count=$((count + 1))
	echo "$1 $count - $2"
	[ "$1" = ok ] || status=1
}

# LeakSanitizer would see the machine's pages as lost.
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS

build/fuzz/replay fuzz/corpus/* | grep "^ok \|^not ok "
count=$(find fuzz/corpus -type f | wc -l)

for replay in build/fuzz/replay-*; do
	[ -x "$replay" ] && [ -f "$replay" ] || continue
	fault=${replay#build/fuzz/replay-}
	for input in "fuzz/corpus/fault-$fault"*; do
		said=$("$replay" "$input" 2>&1)
		case $? in
		0) say 'not ok' "$fault: $input is no finding" ;;
		*)
			case $said in
			*FINDING*) say ok "$fault is found by $input" ;;
			*) say 'not ok' "$fault: $input fails otherwise: $said" ;;
			esac
			;;
		esac
	done
done

echo "1..$count"
exit $status
