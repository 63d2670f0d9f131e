#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 900
#
# mutation.sh - a sample of the seeded faults, of both sides: each is killed by the
# conformance suite, and by a clause that it breaks. `make mutation` tries all.

cd "$(dirname "$0")/../.." || exit 1

OTHERS=no JOBS=1 conformance/faults/run --sample
awk -F '\t' '
	{ print ($6 == "killed" ? "ok " : "not ok ") NR " - " $1 "/" $2 ": " $6 ": " $8 " [" $7 "]" }
	END { print "1.." NR }' build/mutation/results.tsv
