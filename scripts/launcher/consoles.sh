# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# consoles.sh - a log and a socket for each console of a system.
#
# QEMU's own socket has one reader, forgets what nobody reads, and its logfile
# repeats what a slow reader makes it write twice. So QEMU gets pipes: a writer
# takes all output to NAME.log, a listener serves any number of readers at
# NAME.console from there, the last lines first, and takes their input.

# consoles_names: sets $consoles, what has pipes.
consoles_names() {
	consoles=''
	[ -z "$headless" ] || consoles=control
	n=1
	while [ "$n" -le "$guests" ]; do
		eval "consoles=\"\$consoles \$g${n}_name\""
		n=$((n + 1))
	done
}

# socket_of NAME: sets $socket.
socket_of() {
	socket=$1.console
	[ "$1" != control ] || socket=control
}

# Before QEMU: the pipes, and who reads them.
consoles_prepare() {
	for name in $consoles; do
		mkfifo "$name.in" "$name.out" ||
			failed "can't make pipes in $dir"
		[ -e "$name.log" ] || : >"$name.log"
		cat "$name.out" >>"$name.log" 3>&- 4>&- 8>&- &
		echo $! >>writers
	done
}

# Once QEMU runs as process $1: the sockets. Relative names: the path of a
# UNIX socket may have 107 bytes only.
consoles_serve() {
	for name in $consoles; do
		socket_of "$name"
		socat "UNIX-LISTEN:$socket,fork,mode=600" \
			"EXEC:tail -n 500 --pid=$1 -s 0.1 -f $name.log,pipes!!OPEN:$name.in,wronly" \
			3>&- 4>&- 8>&- 2>/dev/null &
		echo $! >>listeners
	done
	for name in $consoles; do
		socket_of "$name"
		until [ -S "$socket" ] || ! running "$1"; do
			sleep 0.02
		done
	done
}

# When QEMU has ended: the logs get what is in the pipes yet. Who watches a
# console reads it to its end, and then sees that end.
consoles_end() {
	for pipe in ./*.out; do
		[ -p "$pipe" ] || continue
		: <>"$pipe"	# a writer whose QEMU never came wakes up
	done
	for writer in $(cat writers 2>/dev/null); do
		tries=0
		while running "$writer" && [ "$tries" -lt 100 ]; do
			tries=$((tries + 1))
			sleep 0.02
		done
	done
	for listener in $(cat listeners 2>/dev/null); do
		kill "$listener" 2>/dev/null || :
	done
	rm -f ./*.in ./*.out ./*.console control writers listeners
}

# Does a process run, and is no zombie?
running() {
	case $(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' \
		"/proc/$1/status" 2>/dev/null) in
	'' | Z | X) return 1 ;;
	esac
}
