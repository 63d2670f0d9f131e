#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# qemu.sh - a few fixed runs of fuzz/qemu: nothing is found, a run without disks
# repeats to the last result, and hypervisors with a fault in them are found out.
#
# timeout: 600

cd "$(dirname "$0")/.." || exit 1
failed=0
log=build/fuzz-qemu/test.log
debug=0
[ "${DEBUG:-}" != 1 ] || debug=1
FUZZ_OUT=build/fuzz-qemu/test FUZZ_DEBUG=$debug
export FUZZ_OUT FUZZ_DEBUG
mkdir -p build/fuzz-qemu

# result STATUS WHAT: a line of TAP, with the log if it went wrong.
result() {
	if [ "$1" -eq 0 ]; then
		echo "ok $2"
	else
		echo "not ok $2"
		sed 's/^/# /' "$log"
		failed=1
	fi
}

# run SEED STEPS
run() {
	FUZZ_STEPS=$2 fuzz/qemu/run 0 "$1" >"$log" 2>&1
}

digest() {
	sed -n 's/^digest //p' "$log"
}

run 12 6000
result $? 'a run without disks finds nothing'
first=$(digest)
run 12 6000
result $? 'nor does it again'
[ -n "$first" ] && [ "$first" = "$(digest)" ]
result $? "and does the same: $first, then $(digest)"
run 15 4000
result $? 'a run with disks, and restarts, finds nothing'

# found FAULT WHAT: one of a few runs finds it, says what and how to see it again.
found() {
	FAULT=$1
	export FAULT
	DEBUG=$debug fuzz/qemu/plant "$FAULT" || exit 1
	for seed in 16 20 24 28 32 36; do
		run "$seed" 8000 || break
	done
	grep -q "FOUND with seed $seed: .*$2" "$log"
	result $? "$FAULT is found by: $2"
	grep -q "^  make fuzz-qemu FUZZ_SEED=$seed .*FAULT=$FAULT" "$log"
	result $? "$FAULT: how to see it again"
	grep -q '<- under way' "$log"
	result $? "$FAULT: the last steps"
	unset FAULT
}

# The guest's own rules, and the audit; a checking hypervisor's comes first.
if [ $debug = 0 ]; then
	found flags-iopl 'FINDING at [0-9]*: vector [0-9]*: frame with eflags'
	found twin-fast 'audit: error: fuzz: directory'
else
	found twin-fast 'PANIC\|audit\|FINDING'
fi
exit $failed
