# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# attach.sh - reach a running system: ./silk console, ctl and stop.

# attach_place ARG...: read --run-dir and set $dir to the run directory of a
# system that runs; $used is the number of arguments read.
attach_place() {
	dir='' used=0
	while [ $# -gt 0 ]; do
		case $1 in
		--run-dir)
			[ $# -ge 2 ] || wrong "$1 needs a value"
			dir=$2 used=$((used + 2))
			shift 2
			;;
		--run-dir=*)
			dir=${1#*=} used=$((used + 1))
			shift
			;;
		-*) wrong "unknown option: $1 (./silk --help)" ;;
		*) break ;;
		esac
	done
	if [ -n "$dir" ]; then
		alive "$dir" || wrong "no system runs in $dir"
		return
	fi
	for place in "$top"/build/run/*; do
		alive "$place" || continue
		[ -z "$dir" ] ||
			wrong "several systems run: choose with --run-dir ($dir, $place)"
		dir=$place
	done
	[ -n "$dir" ] || wrong "no system runs (./silk run)"
}

# Sockets are named relative to the run directory: their paths may have 107
# bytes only.
attach_console() {
	attach_place "$@"
	shift "$used"
	[ $# -eq 1 ] || wrong "usage: ./silk console [--run-dir DIR] NAME"
	alive "$dir"
	cd "$dir" || exit 1
	case $1 in
	*/* | '') wrong "no guest is named '$1'" ;;
	esac
	[ -S "$1.console" ] || wrong "no guest is named '$1'"

	if [ -t 0 ]; then
		echo "(console of $1; Ctrl-] leaves)" >&2
		keys=icanon=0,echo=0,isig=0,ixon=0,icrnl=0,escape=0x1d
		socat -t 0 -lf /dev/null "STDIN,$keys!!STDOUT" "UNIX-CONNECT:$1.console" || :
	else
		socat -lf /dev/null STDIO,ignoreeof "UNIX-CONNECT:$1.console" || :
	fi
}

attach_ctl() {
	attach_place "$@"
	shift "$used"
	[ $# -eq 1 ] || wrong "usage: ./silk ctl [--run-dir DIR] 'COMMAND'"
	case $1 in
	*[![:print:]]* | '') wrong "not a command: '$1'" ;;
	attach*) wrong "use ./silk console NAME" ;;
	esac
	[ -S "$dir/control" ] ||
		wrong "the control console of this system is on its terminal"
	cd "$dir" || exit 1
	flock control.lock expect -f "$parts/ctl.exp" -- "$1"
}

attach_stop() {
	attach_place "$@"
	shift "$used"
	[ $# -eq 0 ] || wrong "usage: ./silk stop [--run-dir DIR]"
	alive "$dir"
	kill "$pid"
	# Its launcher cleans up when QEMU has ended.
	while [ -e "$dir/pid" ]; do
		sleep 0.05
	done
}
