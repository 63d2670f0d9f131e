#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# life.sh - however a run ends, QEMU is gone, and its sockets.

# shellcheck source=tests/launcher/lib.sh
. "$(dirname "$0")/lib.sh"

# start ARG...: a headless system in ./run; sets $launcher and $qemu.
start() {
	rm -rf run out
	"$silk" run --headless --run-dir run --guest name=a,kernel=tiny "$@" \
		>out 2>err </dev/null &
	launcher=$!
	until_true grep -qs "^up: " out || return 1
	qemu=$(cat run/pid)
	[ -S run/control ] && [ -S run/a.console ]
}

# left: is anything left?
nothing_left() {
	until_true gone "$qemu" && until_true [ ! -e run/pid ] &&
		[ ! -e run/control ] && [ ! -e run/a.console ] && [ -z "$(ls run/guard.* 2>/dev/null)" ]
}

ends_by() {
	check "up, then $1" start
	kill -s "$2" "$launcher"
	wait "$launcher"
	check "$1: status $3" [ $? -eq "$3" ]
	check "$1: nothing left" nothing_left
}

ends_by SIGTERM TERM 143
ends_by SIGHUP HUP 129
ends_by SIGKILL KILL 137

check 'up, then ./silk stop' start
check 'a second system in the directory is refused' sh -c \
	"! '$silk' run --headless --run-dir run --guest name=b,kernel=tiny \
	>out2 2>err2 && grep -q 'a system runs in' err2 && kill -0 $qemu"
check './silk stop' "$silk" stop --run-dir run
wait "$launcher"
check 'status 0' [ $? -eq 0 ]
check 'nothing left' nothing_left
check 'the logs are kept' [ -f run/a.log -a -f run/control.log ]

check 'up, then QEMU is killed' start
kill -KILL "$qemu"
wait "$launcher"
check 'status 1' [ $? -eq 1 ]
check 'nothing left' nothing_left

# A system whose end takes long, as it does when somebody holds one of its consoles, and
# another one in the same directory.
check 'up, and somebody holds a console' start
exec 7>run/a.out
kill -KILL "$qemu"
until_true gone "$qemu"
check 'the next one starts' "$silk" run --headless --detach --run-dir run \
	--guest name=b,kernel=tiny,cmdline=forever
exec 7>&-
wait "$launcher"
check 'and has its files when the first has ended' [ -S run/control -a -S run/b.console -a -p run/b.in -a -s run/pid ]
check 'and knows its guest' sh -c "'$silk' ctl --run-dir run list | grep -q '^b '"
"$silk" stop --run-dir run

check '--log' start --log hypervisor.log
check 'the log is there' until_true [ -s hypervisor.log ]
"$silk" stop --run-dir run
wait "$launcher"

check 'QEMU refuses its arguments' sh -c "! '$silk' run --headless \
	--run-dir run --guest name=a,kernel=tiny -- -nonsense >out 2>err </dev/null"
check 'and says so' grep -q 'nonsense' err
check 'nothing left' [ ! -e run/pid -a ! -e run/control ]

check '--detach' "$silk" run --headless --detach --run-dir run \
	--guest name=a,kernel=tiny
qemu=$(cat run/pid)
check 'it runs' kill -0 "$qemu"
check 'then ./silk stop' "$silk" stop --run-dir run
check 'nothing left' nothing_left
check '--detach, and QEMU refuses' sh -c "! '$silk' run --headless --detach \
	--run-dir run --guest name=a,kernel=tiny -- -nonsense >out 2>err"
check 'says so' grep -q nonsense err

mkdir -p 'a b'
cp "$top/build/guest/tiny/tiny.elf" 'a b/k l.elf'
check 'spaces in paths' "$silk" run --headless --detach --run-dir 'a b,c/run' \
	--guest name=a,kernel='a b/k l.elf',cmdline=forever
check 'commands reach it' sh -c "'$silk' ctl --run-dir 'a b,c/run' list | grep -q '^a '"
check 'its console, too' sh -c "'$silk' console --run-dir 'a b,c/run' a \
	</dev/null | grep -q 'tick 3'"
"$silk" stop --run-dir 'a b,c/run'

# A guest that the hypervisor can't make.
truncate -s 1M disk.img
check 'a guest on a partition that is not there' sh -c "'$silk' run --headless --detach \
	--run-dir run --guest name=a,kernel=tiny,disk=disk.img:p2 --guest name=b,kernel=tiny 2>err"
check 'is reported' grep -qx 'silk: guest a: disk 0p2: there is no such partition' err
check 'and the other one is there' sh -c "'$silk' ctl --run-dir run list | grep -q '^b '"
"$silk" stop --run-dir run

# A run directory whose path is too long for a socket's address.
deep=$(printf 'd%.0s' 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0)
deep=$deep/$deep/$deep/$deep/$deep/$deep
check 'a long path' "$silk" run --headless --detach --run-dir "$deep" \
	--guest name=a,kernel=tiny
check 'is no obstacle' [ -S "$deep/a.console" ]
qemu=$(cat "$deep/pid")
"$silk" stop --run-dir "$deep"
check 'and ends' until_true gone "$qemu"

finish
