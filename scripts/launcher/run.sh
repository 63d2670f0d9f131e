# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# run.sh - ./silk run: the run directory, QEMU's life and end.
#
# QEMU must not outlive the launcher. Traps see to that while the launcher
# lives; a watcher reads a pipe whose other end only the launcher holds, and so
# learns of its death even by SIGKILL, and cleans up in its place.
#
# One system at a time has the run directory: it holds run.lock until its last file is
# removed, and what it starts does not, so that no end of a system, however it comes, takes
# anything of the next one.
#
# All of it works in the run directory, so that a directory that somebody has
# removed or made anew meanwhile can't be taken for ours.

# run_detached ARG...: the whole of it again, in a session of its own; it
# writes to our pipe once the system is up, and closes it in any case.
run_detached() {
	run_directory
	: >"$dir/launcher.log"
	exec 6<"$dir/launcher.log"
	ready=$(SILK_DETACHED=${own_dir:-theirs} setsid "$top/silk" run \
		--run-dir "$dir" "$@" 3>&1 6<&- </dev/null \
		>"$dir/launcher.log" 2>&1 &) || :
	if [ -z "$ready" ]; then
		cat <&6 >&2
		failed "the system did not start"
	fi
	run_refused "$dir"
	echo "run directory: $dir"
}

# Where it will be: $dir; $own_dir if it is ours to remove.
run_directory() {
	own_dir=''
	[ "${SILK_DETACHED:-}" != ours ] || own_dir=ours
	if [ -z "$dir" ]; then
		own_dir=ours
		dir=$top/build/run/$$
		rm -rf "$dir"
	fi
	mkdir -p "$dir" || failed "can't make $dir"
	dir=$(cd "$dir" && pwd -P)
}

# From here on we are in the run directory.
run_prepare() {
	if [ -n "$log" ]; then
		absolute "$log"
		log=$absolute
	fi
	cd "$dir" || exit 1
	exec 8>run.lock
	flock -w 60 8 || failed "the system before this one in $dir does not end"
	[ -n "${SILK_DETACHED:-}" ] || rm -f ./*.log
	rm -rf boot pid guard.* listeners writers
	rm -f ./*.console ./*.in ./*.out control control.log
	[ -z "$log" ] || ln -s "$log" control.log
	guard=guard.$$
	mkfifo "$guard" || failed "can't make a pipe in $dir"
	consoles_names
	settings=''
	[ -n "$headless" ] || [ ! -t 0 ] || settings=$(stty -g)
}

# Leave no process and no socket. Runs in the launcher, which knows its child,
# or in its watcher when the launcher is gone.
run_cleanup() {
	if [ -n "$child" ] || { alive . && child=$pid; }; then
		kill "$child" 2>/dev/null || :
		tries=0
		while running "$child"; do
			tries=$((tries + 1))
			[ "$tries" -ne 100 ] || kill -KILL "$child" 2>/dev/null || :
			sleep 0.05
		done
	fi
	consoles_end
	[ -z "$settings" ] || stty "$settings" 2>/dev/null || :
	rm -rf "$guard" boot
	rm -f pid	# last: ./silk stop waits for it, and another system may begin
	[ -z "$own_dir" ] || rm -rf "$dir"
}

# Only the launcher holds the other end of the pipe: its end is our signal.
run_watcher() {
	trap '' INT TERM HUP QUIT
	exec 3>&- </dev/null >/dev/null 2>&1
	cat "$guard"
	if [ -e "$guard" ]; then
		run_cleanup
	fi
}

# The process that becomes QEMU writes its own number, before QEMU starts.
run_qemu() {
	TMPDIR=$dir
	export TMPDIR
	# shellcheck disable=SC2016 # for the inner shell
	exec sh -c 'echo $$ >pid; exec "$@"' sh "$@" <&5 3>&- 4>&- 5>&- 8>&-
}

run_system() {
	child=''
	run_watcher &
	exec 4>"$guard"
	trap run_cleanup EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	run_announce
	consoles_prepare
	exec 5<&0
	with_qemu run_qemu "$@" &
	child=$!
	exec 5<&-
	consoles_serve "$child"
	[ -z "$headless" ] || run_headless
	status=0
	wait "$child" || status=$?
	[ "$status" -eq 0 ] || failed "QEMU ended with status $status"
	exit 0
}

# run_refused DIR: what the hypervisor says of guests that it could not make.
run_refused() {
	sed -n "s/$(printf '\r')\$//; s/^module [0-9]* (.*name=\([^ ]*\).*): /guest \1: /p" "$1/control.log" |
		while read -r line; do
			printf 'silk: %s\n' "$line" >&2
		done
}

# It is up when the hypervisor prompts: its guests exist then, or it has said why not.
run_headless() {
	until grep -q 'silk> ' control.log || ! running "$child"; do
		sleep 0.05
	done
	running "$child" || return 0
	run_refused .
	echo "up: ./silk console NAME, ./silk ctl COMMAND, ./silk stop"
	if [ -n "${SILK_DETACHED:-}" ]; then
		echo ready >&3
		exec 3>&-
	fi
}

run_announce() {
	names=''
	n=1
	while [ "$n" -le "$guests" ]; do
		eval "names=\"\$names \$g${n}_name\""
		n=$((n + 1))
	done
	if [ -n "$headless" ]; then
		echo "run directory: $dir"
		echo "guests:$names"
	else
		echo "silk: guests:$names; 'help' lists commands, 'quit' ends"
	fi
}
