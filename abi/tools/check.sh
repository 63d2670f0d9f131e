#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check.sh - checks abi/silk.h and its lock; run by `make abi-check`.
#
#	check.sh check OUT	compilers, languages, word sizes, assembler, lock
#	check.sh locked OUT	only the lock
#	check.sh facts OUT	only make OUT/facts.tsv
#	check.sh lock OUT	renew abi/abi.lock
#
# Run in the top directory; OUT is a directory for what is built. Invariant:
# the lock is never renewed in silence: not without a new version, unless there
# is none.
set -eu

mode=$1
out=$2
header=abi/silk.h
lock=abi/abi.lock
tools=abi/tools
CC=${CC:-gcc}

say() { printf '%s\n' "$*"; }
fail() { say "abi-check: $*"; exit 1; }

make_facts() {
	mkdir -p "$out"
	awk -f $tools/facts.awk $header > "$out/facts.inc"
	"$CC" -Iabi -I"$out" $tools/facts.c -o "$out/facts" ||
		fail "$header does not compile"
	"$out/facts" > "$out/facts.tsv"
	awk -f $tools/lock.awk "$out/facts.tsv" > "$out/abi.lock"
}

# One compiler, language and word size: alone without a warning, and the same
# facts as the others.
compile() {
	compiler=$1 language=$2 std=$3 bits=$4
	name="$compiler $std -m$bits"

	command -v "$compiler" > /dev/null || fail "there is no $compiler"
	printf '#include "silk.h"\n' > "$out/alone.c"
	"$compiler" -x "$language" -std="$std" -m"$bits" -Wall -Wextra -Werror \
		-pedantic -Iabi -fsyntax-only "$out/alone.c" ||
		fail "$name: $header does not compile alone"
	"$compiler" -x "$language" -std="$std" -m"$bits" -Iabi -I"$out" \
		$tools/facts.c -o "$out/facts-one" ||
		fail "$name: $header can't be used"
	"$out/facts-one" | cmp -s - "$out/facts.tsv" ||
		fail "$name: a number, size or offset differs from $CC's"
	say "abi-check: $name"
}

assemble() {
	compiler=$1 bits=$2

	"$compiler" -m"$bits" -Iabi -c "$out/constants.S" -o "$out/constants.o" ||
		fail "$compiler -m$bits: the assembler sees other constants"
	say "abi-check: $compiler assembler -m$bits"
}

version_of() { awk '$1 == "version" { print $2 "." $3 }' "$1"; }

compare_lock() {
	[ -f $lock ] || fail "there is no $lock: make abi-lock"
	if diff -u $lock "$out/abi.lock" > "$out/abi.diff"; then
		return
	fi
	sed -e '1s/.*/--- locked/' -e '2s/.*/+++ in the header/' "$out/abi.diff"
	if [ "$(version_of $lock)" = "$(version_of "$out/abi.lock")" ]; then
		fail "the ABI changed and its version did not: raise it (spec/, Versioning)"
	fi
	fail "the ABI changed with its version: say so in CHANGELOG, then make abi-lock"
}

case $mode in
facts)
	make_facts
	;;
lock)
	make_facts
	if [ -f $lock ] && ! cmp -s $lock "$out/abi.lock" &&
	   [ "$(version_of $lock)" = "$(version_of "$out/abi.lock")" ]; then
		fail "the version is still $(version_of $lock): the lock stays"
	fi
	cp "$out/abi.lock" $lock
	;;
locked)
	make_facts
	compare_lock
	;;
check)
	make_facts
	awk -f $tools/consistent.awk "$out/facts.tsv" || fail "its tables disagree"
	for bits in 32 64; do
		for compiler in gcc clang; do
			compile "$compiler" c gnu89 "$bits"
			compile "$compiler" c c11 "$bits"
			compile "$compiler" c++ c++17 "$bits"
		done
	done
	awk -f $tools/asm.awk "$out/facts.tsv" > "$out/constants.S"
	for bits in 32 64; do
		assemble gcc "$bits"
		assemble clang "$bits"
	done
	compare_lock
	say "abi-check: $lock holds"
	;;
*)
	fail "unknown mode $mode"
	;;
esac
