# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# tree.sh - what the tests of the specification's and the header's checks share:
# a copy of the part of the tree that they look at, to be broken, and TAP lines.
#
# Invariant: a test first sees the check pass on its copy, so that a failure
# afterwards is owed to what the test broke.

set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
tree=$top/build/test/scratch/$(basename "$(dirname "$0")")-$(basename "$0" .sh)
count=0

ok() {
	count=$((count + 1))
	echo "ok $count - $1"
}

not_ok() {
	count=$((count + 1))
	echo "not ok $count - $1"
	[ ! -f "$tree.out" ] || sed 's/^/# /' "$tree.out"
}

# fresh: the copy as the tree is, with a test that covers nothing much.
fresh() {
	rm -rf "$tree"
	mkdir -p "$tree/tests" "$tree/hypervisor"
	cp -R "$top/abi" "$top/spec" "$top/CHANGELOG" "$tree/"
	cd "$tree" || exit 1
}

# run COMMAND...: its output is kept for not_ok.
run() {
	"$@" >"$tree.out" 2>&1 </dev/null
}

# passes WHAT COMMAND...
passes() {
	what=$1
	shift
	if run "$@"; then
		ok "$what"
	else
		not_ok "$what"
	fi
}

# fails WHAT EXPECTED COMMAND...: with EXPECTED (a basic regular expression) in
# what it says.
fails() {
	what=$1
	expected=$2
	shift 2
	if run "$@"; then
		not_ok "$what: it passed"
	elif grep -q -- "$expected" "$tree.out"; then
		ok "$what"
	else
		not_ok "$what: it said something else than '$expected'"
	fi
}

# edit FILE SED-SCRIPT: change a file; it must change.
edit() {
	file=$1
	shift
	sed "$@" "$file" >"$file.new"
	if cmp -s "$file" "$file.new"; then
		rm "$file.new"
		echo "# the edit changed nothing in $file: $*"
		return 1
	fi
	cat "$file.new" >"$file"
	rm "$file.new"
}

spec_check() { spec/tools/check.sh check build/spec; }
spec_lock() { spec/tools/check.sh lock build/spec; }
abi_check() { abi/tools/check.sh check build/abi; }
abi_locked() { abi/tools/check.sh locked build/abi; }
abi_lock() { abi/tools/check.sh lock build/abi; }

# changelog HEADING TEXT: an entry under [Unreleased].
changelog() {
	edit CHANGELOG "s/^## \[Unreleased\]\$/&\n\n### $1\n\n- $2/"
}

finish() {
	echo "1..$count"
	exit 0
}
