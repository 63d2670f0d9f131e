#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# trace.sh - ./silk trace shows every call of a guest from its first on, with
# names, arguments, results and refusals; what it shows agrees with the
# hypervisor's own counts; the guest runs on when it ends.
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
check 'its last call' grep -q ' shutdown(reason=0, message=0x[0-9a-f]*, length=[0-9]*) = ' lines
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
finish
