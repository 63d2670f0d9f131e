# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
#
# lib.sh - what the launcher's tests share: TAP lines, a scratch directory of
# each run's own, kept if something failed.

set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
silk=$top/silk
scratch=$top/build/scratch/$(basename "$0" .sh).$$
mkdir -p "$scratch"
cd "$scratch" || exit 1
count=0
bad=0

# check WHAT COMMAND...: one thing proved, or not.
check() {
	what=$1
	shift
	count=$((count + 1))
	if "$@"; then
		echo "ok $count - $what"
	else
		echo "not ok $count - $what"
		bad=$((bad + 1))
	fi
}

# until_true COMMAND...: wait for it, 60 seconds at most.
until_true() {
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ "$tries" -lt 600 ] || return 1
		sleep 0.1
	done
}

# gone PID: it is no process any more, or one that nobody has waited for yet.
gone() {
	! grep -q '^State:[[:space:]]*[^ZX]' "/proc/$1/status" 2>/dev/null
}

finish() {
	echo "1..$count"
	cd "$top" || exit 1
	[ "$bad" -ne 0 ] || rm -rf "$scratch"
	[ "$bad" -eq 0 ]
	exit
}
