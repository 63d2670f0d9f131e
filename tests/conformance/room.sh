#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# room.sh - the stub hypervisor may refuse block requests for want of room only when the
# specification lets it [BLK-4], also in the moods that do so whenever they may; and one
# that refuses earlier (the stub, believing that a run before has left requests) is caught.
#
# timeout: 200
set -u
cd "$(dirname "$0")/../.." || exit 1
work=build/test/scratch/room
mkdir -p "$work"

# run MOOD WORDS: the test of room on the stub; output in $work/out.
run() {
	cp build/conformance/guest/stub.elf "$work/stub-room-$1.elf"
	./silk conformance hypervisor --subject "$work/stub-room-$1.elf" --serial --disk-module \
		--words "mood=$1 $2" --only block-room >"$work/out" 2>&1
}

n=0
say() {
	n=$((n + 1))
	echo "$1 $n - $2"
	[ "$1" = ok ] || sed 's/^/# /' "$work/out"
}

for mood in plain nervous slow poisoned scarce; do
	if run $mood earlier=0 && grep -qx '3 passed, 0 failed' "$work/out"; then
		say ok "mood $mood keeps to BLK-4"
	else
		say 'not ok' "mood $mood keeps to BLK-4"
	fi
done
for mood in slow scarce; do
	if ! run $mood earlier=8 && grep -q 'with room for 256: expected 1 accepted, seen -12' "$work/out"; then
		say ok "mood $mood in what it takes for a later run is caught in a first one"
	else
		say 'not ok' "mood $mood in what it takes for a later run is caught in a first one"
	fi
done
echo "1..$n"
