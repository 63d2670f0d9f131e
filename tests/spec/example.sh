#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 120
#
# example.sh - the guest in the specification is built as it says there, is a
# kernel by its note, and does what it says when it is booted.

. "$(dirname "$0")/lib/tree.sh"
mkdir -p "$tree"
rm -rf "${tree:?}"/*
cd "$top/spec/example" || exit 1

# The command is the one in the text.
command=$(sed -n '/^    cc /,/guest.elf$/p' ../16-example.md | sed 's/\\$//' | tr '\n' ' ')
build() {
	# shellcheck disable=SC2086 # words of a command
	set -- $command
	shift
	while [ "$1" != -o ]; do
		list="${list:-} $1"
		shift
	done
	# shellcheck disable=SC2086
	"${CC:-gcc}" -Wall -Wextra -Werror $list -o "$tree/guest.elf"
}
passes 'it is built' build
passes 'it has the note' sh -c "readelf -n '$tree/guest.elf' | grep -q SILK"

boots() {
	"$top/silk" run --headless --run-dir "$tree/run" --log "$tree/log" \
		--guest "name=walk,restart=no,kernel=$tree/guest.elf,mem=8M" &
	pid=$!
	tries=0
	until grep -q 'says the user program' "$tree/run/walk.log" 2>/dev/null; do
		tries=$((tries + 1))
		if [ "$tries" -ge 600 ]; then
			"$top/silk" stop --run-dir "$tree/run"
			return 1
		fi
		sleep 0.1
	done
	cat "$tree/run/walk.log"
	"$top/silk" stop --run-dir "$tree/run"
	wait "$pid"
}
if [ -f "$top/build/hypervisor/silk.elf" ] && [ -x "$top/silk" ]; then
	passes 'it runs' boots
	cp "$tree.out" "$tree/console"
	passes 'its timer came' grep -q 'the timer event came' "$tree/console"
	passes 'its user program spoke' grep -q 'U says the user program' "$tree/console"
else
	ok 'it runs # SKIP no hypervisor is built'
fi
finish
