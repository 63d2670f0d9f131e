#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# linux-patch.sh - guest/linux/apply, without Linux: the files that the patch
# changes are made up from its own context lines, with nothing in between. Lines
# that have moved, as in a newer point release, are found; one that has changed
# is named with file and hunk, and then the source is left alone.

# shellcheck source=tests/launcher/lib.sh
. "$(dirname "$0")/lib.sh"
apply=$top/guest/linux/apply
file=arch/x86/entry/entry_32.S	# of some hunks

# source DIR SHIFT: the files before the patch, each line SHIFT further down.
make_source() {
	rm -rf "$1"
	mkdir -p "$1/src"
	echo 6.1.test >"$1/unpacked"
	awk -v src="$1/src" -v shift="$2" '
	/^\+\+\+ / {
		file = src "/" substr($2, 3)
		directory = file
		sub(/\/[^\/]*$/, "", directory)
		system("mkdir -p " directory)
		at = 1 - shift
		left = 0
		next
	}
	/^@@ / {
		split($2, old, ",")
		left = old[2]
		for (first = -old[1]; at < first; at++)
			print "" > file
		next
	}
	left && /^[- ]/ { print substr($0, 2) > file; at++; left-- }
	' "$top/guest/linux/linux.patch"
}

changed() {
	grep -q CONFIG_SILK_GUEST "$1/src/$file"
}

check 'there is a patch with hunks' test \
	"$(grep -c '^@@' "$top/guest/linux/linux.patch")" -gt 20
make_source same 0
check 'it applies' "$apply" same
check 'the source is changed' changed same
check 'hunks are where they were meant to be' sh -c '! grep -q offset same/patch.log'
check 'the overlay is there' cmp -s same/src/arch/x86/silk/mmu.c \
	"$top/guest/linux/overlay/arch/x86/silk/mmu.c"
check "the ABI's header is there" cmp -s "$top/abi/silk.h" \
	same/src/arch/x86/include/asm/silk_abi.h

find same/src -type f -exec touch -d 2000-01-01 {} +
check 'it applies again' "$apply" same
check 'nothing is written' test -z "$(find same/src -type f -newermt 2000-01-02)"

make_source moved 7
check 'a newer release: lines have moved' "$apply" moved
check 'hunks are found where they are now' grep -q 'offset 7 lines' moved/patch.log
check 'the source is changed' changed moved

make_source other 0
sed 's/SWITCH_TO_ENTRY_STACK/SWITCH_STACKS/' "other/src/$file" >text
mv text "other/src/$file"
cp -r other/src before
check 'a newer release: a line has changed' sh -c "! '$apply' other 2>err"
check 'the hunk is named' grep -q "^linux: patch: $file: Hunk #1 FAILED" err
check 'and shown' grep -q '^linux: | .*SWITCH_TO_ENTRY_STACK' err
check 'and the version' grep -q 'does not apply to linux-source-6.1 6.1.test' err
check 'the source is as it was' diff -r before other/src

rm "other/src/$file"
check 'a newer release: a file is gone' sh -c "! '$apply' other 2>err"
check 'it is named' grep -q "wants $file" err
finish
