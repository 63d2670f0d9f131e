#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# check.sh - checks the specification against everything that cites it.
#
#	check.sh check OUT	all checks; STRICT=1: each clause wants a test
#	check.sh clauses OUT	only make OUT/clauses.json
#	check.sh lock OUT	renew spec/clauses.lock
#
# Run in the top directory; OUT is a directory for what is built. Invariant:
# the lock is only renewed when nothing but missing tests stands in the way, so
# a changed clause has been named in CHANGELOG once.
set -eu

mode=$1
out=$2
lock=spec/clauses.lock
tools=spec/tools
strict=${STRICT:-0}

# Text files that may cite clauses. CHANGELOG may name withdrawn ones.
citing_files() {
	find . \( -name .git -o -name build \) -prune -o -type f \
		! -name CHANGELOG ! -name '*.lock' -print0 |
		xargs -0 grep -Il . | sed 's|^\./||' | sort
}

# One file to a clause: `sha256sum` wants files, and a person may compare two.
digests() {
	rm -rf "$out/clauses"
	mkdir -p "$out/clauses"
	awk -F '\t' -v dir="$out/clauses" '{
		print $2 ": " $8 > (dir "/" $1 ".txt")
		close(dir "/" $1 ".txt")
	}' "$out/clauses.tsv"
	find "$out/clauses" -name '*.txt' -exec sha256sum {} + > "$out/digests"
}

report() {
	awk -v json="$out/clauses.json" -v strict="$strict" -f $tools/report.awk \
		"$out/clauses.tsv" "$out/digests" "$out/locked/clauses.lock" \
		CHANGELOG "$out/cites.tsv"
}

new_lock() {
	awk -F '\t' -v lock="$out/locked/clauses.lock" '
		FILENAME ~ /digests$/ {
			split($0, word, " ")
			id = word[2]
			sub(/.*\//, "", id)
			sub(/\.txt$/, "", id)
			digest[id] = word[1]
			next
		}
		{ print $1, $3, digest[$1]; there[$1] = 1 }
		END {
			while ((getline line < lock) > 0) {
				split(line, word, " ")
				if (!(word[1] in there))
					print word[1], "withdrawn"
			}
		}' "$out/digests" "$out/clauses.tsv"
}

abi/tools/check.sh facts build/abi
mkdir -p "$out/locked"
rm -f "$out/locked/clauses.lock"
if [ -f $lock ]; then
	cp $lock "$out/locked/clauses.lock"
else
	: > "$out/locked/clauses.lock"
fi

status=0
awk -f $tools/clauses.awk build/abi/facts.tsv "$out/locked/clauses.lock" \
	spec/untestable spec/[0-9][0-9]-*.md > "$out/clauses.tsv" || status=1
digests
citing_files | tr '\n' '\0' |
	xargs -0 awk -f $tools/cites.awk "$out/clauses.tsv" > "$out/cites.tsv"

case $mode in
clauses)
	report > "$out/report.txt" || :
	;;
check)
	report || status=1
	;;
lock)
	strict=0
	if [ -f $lock ] && ! report > "$out/report.txt"; then
		grep -v 'without a test\|^  ' "$out/report.txt"
		echo "spec-lock: the lock stays"
		exit 1
	fi
	if [ $status != 0 ]; then
		echo "spec-lock: the lock stays"
		exit 1
	fi
	new_lock > $lock
	echo "spec-lock: $(grep -c . $lock) clauses"
	;;
*)
	echo "check.sh: unknown mode $mode" >&2
	exit 2
	;;
esac
exit $status
