# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# silk trace NAME: what a guest and the hypervisor say to each other, until
# Ctrl-C or the end of the guest. It asks the control console for what is new,
# again and again: the guest waits when the hypervisor's buffer is full, or, with
# --lossy, goes on and loses lines. --count shows sums instead.

trace_usage='usage: ./silk trace [--run-dir DIR] [--lossy] [--count] NAME'

# Hypercalls, refusals and traps, summed up: most frequent first.
trace_sum() {
	awk '
	/ >>> upcall/	{ n["upcall"]++; next }
	/ >>> system/	{ n["system call"]++; next }
	/ >>> trap/	{ n["trap " $4]++; next }
	/ <<< return/	{ n["return"]++; next }
	$2 ~ /\(/	{ name = $2; sub(/\(.*/, "", name); n[name]++
			  if (match($0, /= -[0-9]+ E[A-Z]+/))
				bad[name]++ }
	END {
		printf "%10s %10s  %s\n", "times", "refused", "what"
		for (name in n)
			printf "%10d %10d  %s\n", n[name], bad[name], name | "sort -rn"
	}'
}

# Is the guest off, or down after a crash?
trace_ended() {
	"$self" ctl $run_dir_option list 2>/dev/null |
		grep -q "^$name  *\(off\|crashed\) "
}

trace_lines() {
	"$self" ctl $run_dir_option "trace $name $mode" || return
	while lines=$("$self" ctl $run_dir_option "trace $name show" 2>/dev/null); do
		[ -z "$lines" ] || printf '%s\n' "$lines"
		[ "$asked_to_end" = no ] || break
		[ -n "$lines" ] || ! trace_ended || break
	done
}

trace_main() {
	mode=all
	sum=no
	name=
	run_dir_option=
	asked_to_end=no
	while [ $# -gt 0 ]; do
		case $1 in
		--run-dir) [ $# -gt 1 ] || wrong "--run-dir wants a directory"
			   run_dir_option="--run-dir $2"; shift ;;
		--lossy) mode=on ;;
		--count) sum=yes ;;
		--help) echo "$trace_usage"; return ;;
		-*) wrong "unknown option $1: $trace_usage" ;;
		*) [ -z "$name" ] || wrong "$trace_usage"; name=$1 ;;
		esac
		shift
	done
	[ -n "$name" ] || wrong "$trace_usage"
	trap 'asked_to_end=yes' INT TERM HUP
	if [ "$sum" = yes ]; then
		(trap 'asked_to_end=yes' INT TERM HUP; trace_lines) | (trap '' INT; trace_sum)
	else
		trace_lines
	fi
	"$self" ctl $run_dir_option "trace $name off" >/dev/null 2>&1 || :
}
