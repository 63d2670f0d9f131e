#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# args.sh - whatever is wrong with ./silk run's arguments: one line on stderr
# that says what, exit status 2, nothing started, nothing left.

# shellcheck source=tests/launcher/lib.sh
. "$(dirname "$0")/lib.sh"
tiny=$top/build/guest/tiny/tiny.elf

# refused EXPECTED ARG...: is it refused, for that reason?
refused() {
	expected=$1
	shift
	"$silk" "$@" >out 2>err </dev/null
	status=$?
	if [ "$status" -eq 2 ] && [ ! -s out ] && [ "$(wc -l <err)" -eq 1 ] &&
		grep -q -- "$expected" err && [ ! -e run ]; then
		return 0
	fi
	echo "# ./silk $*: status $status, expected '$expected', stderr:"
	sed 's/^/# /' err
	return 1
}

# wrong EXPECTED ARG...: a whole command.
wrong() {
	expected=$1
	shift
	check "./silk $*: $expected" refused "$expected" "$@"
}

# guest EXPECTED SPEC...: guests for ./silk run.
guest() {
	expected=$1
	shift
	for spec in "$@"; do
		shift
		set -- "$@" --guest "$spec"
	done
	check "$expected: $*" refused "$expected" run --run-dir run --headless "$@"
}

# bytes OFFSET OCTAL...: a copy of tiny with bytes changed, as bad.elf.
bytes() {
	cp "$tiny" bad.elf
	offset=$1
	shift
	# shellcheck disable=SC2059 # octal escapes
	printf "$(printf '\\%s' "$@")" |
		dd of=bad.elf bs=1 seek="$offset" conv=notrunc 2>/dev/null
}

wrong 'unknown command: frob' frob
wrong 'unknown option: --frob' run --run-dir run --frob
wrong 'unknown option: frob' run --run-dir run frob
wrong '--guest needs a value' run --run-dir run --guest
wrong '--mem needs a value' run --run-dir run --mem
wrong 'not a size' run --run-dir run --mem lots --guest "name=a,kernel=$tiny"
wrong 'not a multiple of 4M' run --run-dir run --mem 99M --guest "name=a,kernel=$tiny"
wrong 'too much memory' run --run-dir run --mem 32M --guest "name=a,kernel=$tiny"
wrong 'is over 3500M' run --run-dir run --mem 4G --guest "name=a,kernel=$tiny"
wrong 'not from 16M to 64M' run --run-dir run --hvmem 8M --guest "name=a,kernel=$tiny"
wrong 'not a number' run --run-dir run --cpus two --guest "name=a,kernel=$tiny"
wrong 'not from 1 to 16' run --run-dir run --cpus 17 --guest "name=a,kernel=$tiny"
wrong 'not a number' run --run-dir run --icount auto --guest "name=a,kernel=$tiny"
wrong 'no hypervisor' run --run-dir run --hypervisor nowhere --guest "name=a,kernel=$tiny"
wrong '--detach wants --headless' run --run-dir run --detach --guest "name=a,kernel=$tiny"
wrong "can't write" run --run-dir run --log nowhere/log --guest "name=a,kernel=$tiny"
wrong 'no system runs' console --run-dir run a
wrong 'no system runs' ctl --run-dir run help
wrong 'no system runs' stop --run-dir run
wrong 'unknown option' ctl --frob help

guest 'kernel= is needed' name=a
guest 'name= is needed' "kernel=$tiny"
guest "don't know 'colour=red'" "name=a,kernel=$tiny,colour=red"
guest "don't know ''" "name=a,,kernel=$tiny"
guest "don't know 'restart=maybe'" "name=a,kernel=$tiny,restart=maybe"
guest 'a name is up to 31' "name=a b,kernel=$tiny"
guest 'a name is up to 31' "name=../a,kernel=$tiny"
guest 'a name is up to 31' "name=a23456789012345678901234567890bc,kernel=$tiny"
guest 'this name is taken' "name=control,kernel=$tiny"
guest "two guests are named 'a'" "name=a,kernel=$tiny" "name=a,kernel=$tiny"
guest 'no network' "name=a,kernel=$tiny,net=on"
guest 'not from 1 to 1000' "name=a,kernel=$tiny,weight=0"
guest 'not from 1 to 1000' "name=a,kernel=$tiny,weight=1001"
guest 'not a number' "name=a,kernel=$tiny,weight=-1"
guest 'not a multiple of 4M' "name=a,kernel=$tiny,mem=30M"
guest 'is under 8M' "name=a,kernel=$tiny,mem=4M"
guest 'not a size' "name=a,kernel=$tiny,mem="
guest 'is too much' "name=a,kernel=$tiny,mem=4G"
guest 'too much memory' "name=a,kernel=$tiny,mem=2G" "name=b,kernel=$tiny,mem=2G"
guest 'is under mem=64M' "name=a,kernel=$tiny,mem=64M,maxmem=32M"
guest 'over 1023 bytes' "name=a,kernel=$tiny,cmdline=$(printf '%1024s' x)"
guest 'not plain text' "name=a,kernel=$tiny,cmdline=$(printf 'a\001b')"

guest 'no such file' name=a,kernel=nowhere.elf
guest 'no such file' "name=a,kernel=$scratch"
: >empty.elf
guest 'not an ELF file' name=a,kernel=empty.elf
guest 'not an ELF file' "name=a,kernel=$silk"
for length in 4 51 52 100 4096 4500; do	# the last one in the first segment
	head -c "$length" "$tiny" >short.elf
	guest 'truncated\|not a 32-bit' name=a,kernel=short.elf
done
bytes 4 2
guest 'not a 32-bit' name=a,kernel=bad.elf
bytes 18 76
guest 'not an i386 executable' name=a,kernel=bad.elf
bytes 16 3
guest 'not an i386 executable' name=a,kernel=bad.elf
bytes 42 0
guest 'bad program headers' name=a,kernel=bad.elf
bytes 44 0
guest '0 program headers' name=a,kernel=bad.elf
bytes 60 0 0 20 0	# p_vaddr of the first segment: 0x00100000
guest 'outside of 0xc0400000' name=a,kernel=bad.elf
bytes 60 0 0 0 360	# 0xf0000000
guest 'outside of 0xc0400000' name=a,kernel=bad.elf
bytes 60 0 0 0 300	# 0xc0000000, where the page tables are
guest 'outside of 0xc0400000' name=a,kernel=bad.elf
bytes 72 0 0 0 4	# p_memsz: 64 MB
guest 'wants 6.M, the guest has 32M' name=a,kernel=bad.elf
bytes 72 377 377 377 377
guest 'outside of 0xc0400000' name=a,kernel=bad.elf

guest 'initrd nowhere: no such file' "name=a,kernel=$tiny,initrd=nowhere"
truncate -s 32M big
guest "don't fit" "name=a,kernel=$tiny,initrd=big"
guest 'disk nowhere: no such file' "name=a,kernel=$tiny,disk=nowhere"
guest 'disk nowhere: no such file' "name=a,kernel=$tiny,disk=nowhere:ro"
truncate -s 1M disk
guest 'is given twice' "name=a,kernel=$tiny,disk=disk" "name=b,kernel=$tiny,disk=disk"
guest 'is given twice' "name=a,kernel=$tiny,disk=disk:ro" "name=b,kernel=$tiny,disk=disk"
guest 'is given twice' "name=a,kernel=$tiny,disk=disk,disk=disk:p1"
guest 'is given twice' "name=a,kernel=$tiny,disk=disk:p1,disk=disk:p1:ro"
guest 'written and copied' "name=a,kernel=$tiny,disk=disk,disk=disk:cow"
nine=$(printf ',disk=disk:ro%.0s' 1 2 3 4 5 6 7 8 9)
guest '8 disks' "name=a,kernel=$tiny$nine"
set --
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17; do
	set -- "$@" "name=g$n,kernel=$tiny,mem=8M"
done
guest 'more than 16 guests' "$@"

finish
