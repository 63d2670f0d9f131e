#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# trace.sh - ./silk trace shows every call of a guest from its first on, with
# names, arguments, results and refusals; what it shows agrees with the
# hypervisor's own counts; the guest runs on when it ends.
# Of a fuzzing guest, whose calls are refused in all ways, each refusal is a row of
# the header. While tracing is off it costs no instruction.
#
# covers: CALL-8

# shellcheck source=tests/launcher/lib.sh
. "$(dirname "$0")/lib.sh"
run=$scratch/run

ctl() {
	"$silk" ctl --run-dir "$run" "$1"
}

state_is() {
	ctl list | grep -q "^a  *$1 "
}

started() {
	"$silk" run --headless --detach --run-dir "$run" --guest \
		"name=a,kernel=tiny,mem=16M,paused,cmdline=ticks=5 ms=20" >/dev/null
}

check 'the system starts' started
trap '"$silk" stop --run-dir "$run" >/dev/null 2>&1' EXIT
check 'tracing starts before the guest does' ctl 'trace a all'
check 'and so does the guest' ctl 'start a'
check 'the guest ends by itself' until_true state_is off
ctl 'trace a show' >lines
check 'its first calls are there' grep -q ' set_traps(traps=0x[0-9a-f]*, count=1) = 0$' lines
check 'its timer' grep -q ' set_timer(low=[0-9]*, high=0) = 0$' lines
check 'upcalls by name' grep -q ' >>> upcall at 0x[0-9a-f]*: TIMER$' lines
check 'its last call' grep -q ' shutdown(reason=POWEROFF, message=0x[0-9a-f]*, length=[0-9]*) = ' lines
for call in set_timer block console_write; do
	check "as many of $call as the hypervisor counted" test \
		"$(grep -c " $call(" lines)" -eq \
		"$(ctl 'stats a' | awk -v c="$call" '$1 == c { print $2 }')"
done
check 'nothing twice' sh -c "! '$silk' ctl --run-dir '$run' 'trace a show' | grep -q ."
check 'tracing ends' ctl 'trace a off'
check 'and is off' sh -c "! '$silk' ctl --run-dir '$run' 'trace a show' >answer"
check 'the guest starts again without it' ctl 'start a'
check 'and ends' until_true state_is off
"$silk" stop --run-dir "$run"

# ---- refusals, and sums ----

fuzz_started() {
	"$silk" run --headless --detach --run-dir "$run" --guest \
		"name=f,kernel=$top/build/fuzz-qemu/guest.elf,mem=24M,restart=no,paused,cmdline=seed=12 steps=400 off" \
		>/dev/null && ctl 'trace f all' && ctl 'start f' && return 0
	sed 's/^/# /' "$run/control.log"
	return 1
}

# trace_all FILE [--count]: until the guest is off.
trace_all() {
	file=$1
	shift
	timeout 200 "$silk" trace --run-dir "$run" "$@" f >"$file"
}

# Each refused call of the trace is one of the header's rows, and each argument that
# has a name is shown by it.
refusals_are_rows() {
	awk -F '\t' '
	FNR == NR {
		if ($1 == "refusal")
			row[$4 " [" $6 "-" $7 "] " $5] = 1
		next
	}
	/\) = -[0-9]+ E/ {
		split($0, part, /\) = -[0-9]+ /)
		split(part[2], word, " ")
		sub(/:$/, "", word[2])
		argument = word[3] == "argument" ? word[4] + 0 : 0
		if (!((word[1] " " word[2] " " argument) in row)) {
			print "# no such row: " $0
			bad++
		}
		n++
	}
	END { exit bad || n < 50 }' "$top/build/abi/facts.tsv" "$1"
}

"$silk" explain PT-50 >/dev/null # makes the facts
check 'a fuzzing guest starts, traced' fuzz_started
check 'a trace ends when the guest does' trace_all f.lines
check 'each of its refusals is a row of the header' refusals_are_rows f.lines
check 'refused values have names' grep -q 'EINVAL \[PT-51\] argument 2 (level): 0x' f.lines
check 'operations have members' grep -q '\[PT-7[0-9]\] argument [12] (\(target\|value\)): 0x' f.lines
check 'lists are shown by name' grep -q ' pt_alloc(frame=0x[0-9a-f]*, level=DIRECTORY)' f.lines
check 'kinds, too' grep -q ' chunk_take(chunk=[0-9]*, kind=TABLE)' f.lines
check 'groups, too' grep -q ' query(group=MMU) = ' f.lines
check 'the deferred queue says what it refused' \
	grep -q ' deferred queue: [0-9]* refused, the last: operation [0-9]*, \[PT-' f.lines
check 'traps' grep -q ' >>> trap 13 at 0x[0-9a-f]*: error 0x' f.lines
check 'returns' grep -q ' <<< return to guest-user at 0x' f.lines
"$silk" stop --run-dir "$run"
check 'once more, to be summed up' fuzz_started
check 'and ends, too' trace_all f.sums --count
ctl 'stats f' >f.stats
# agree CALL: times in the sums, and in what the hypervisor counted.
agree() {
	test "$(awk -v what="$1" '$3 == what { print $1 }' f.sums)" -eq \
		"$(awk -v what="$1" '$1 == what { print $2 }' f.stats)"
}
for call in query pt_alloc pt_run set_traps chunk_take; do
	check "as many of $call as the hypervisor counted" agree "$call"
done
check 'refusals are summed up' awk '$2 > 0 { bad += $2 } END { exit bad < 50 }' f.sums
check 'traps are summed up' grep -q '^ *[0-9][0-9]*  *0  trap 13$' f.sums
"$silk" stop --run-dir "$run"

# ---- what it costs while it is off ----

bench_started() {
	"$silk" run --headless --detach --run-dir "$run" --icount 0 --guest \
		"name=a,kernel=$top/build/bench/guest.elf,mem=32M,restart=no,paused,disk=disk.img" \
		>/dev/null
}

# bench FILE: the rows of one run of the bench's guest: the median of each, but for the
# disk's. (The most has a timer interrupt in it, now and then, and the least one in what is
# taken off each reading.)
bench() {
	before=$(grep -ac '^BENCH|end' "$run/a.log" 2>/dev/null) || before=0
	ctl 'start a'
	tries=0
	until [ "$(grep -ac '^BENCH|end' "$run/a.log")" -gt "$before" ]; do
		tries=$((tries + 1))
		[ "$tries" -lt 1200 ] || return 1
		sleep 0.1
	done
	until_true state_is off
	tr -d '\r' <"$run/a.log" | awk -v n="$before" \
		'/^BENCH\|end/ { n-- } n == 0 && /^BENCH\|/ && !/block|end/' | cut -d '|' -f 1-3,5 | sort >"$1"
}

truncate -s 64M disk.img
check 'a guest that counts instructions' bench_started
check 'it counts' bench off.rows
check 'something' grep -q '^BENCH|' off.rows
ctl 'trace a on'
check 'it counts, traced' bench on.rows
check 'and sees that it is' sh -c '! cmp -s off.rows on.rows'
ctl 'trace a off'
check 'it counts, after that' bench after.rows
check 'and there is no instruction more than before' cmp off.rows after.rows
"$silk" stop --run-dir "$run"
finish
