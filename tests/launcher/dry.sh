#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# dry.sh - --dry-run prints QEMU's command line and starts nothing; what the
# user asked for is in it.

# shellcheck source=tests/launcher/lib.sh
. "$(dirname "$0")/lib.sh"
tiny=$top/build/guest/tiny/tiny.elf
truncate -s 1M one two three,four
printf 'QFI\373' >five
echo initrd >ramdisk

# says PATTERN: is it in the last line printed?
says() {
	grep -q -- "$1" line && return 0
	echo "# no '$1' in:" && sed 's/^/# /' line
	return 1
}

dry() {
	"$silk" run --run-dir run --dry-run "$@" >line 2>err </dev/null
	status=$?
	# shellcheck disable=SC2319 # the status of silk
	[ "$status" -eq 0 ] && [ "$(wc -l <line)" -eq 1 ] && [ ! -s err ] &&
		[ ! -e run ]
}

check "one line; nothing is made" dry --headless --guest \
	"name=a,kernel=$tiny,mem=16M,weight=300,restart=no,disk=one:p1,cmdline=x,y 'z'" \
	--guest "name=b,kernel=$tiny,initrd=ramdisk,maxmem=64M,paused,disk=one:p2:ro,disk=two"
check 'the first module' says \
	'tiny.elf name=a mem=16M console=0 weight=300 disk=0p1 restart=no -- x,,y '
check 'the second one' says \
	'tiny.elf name=b mem=32M console=1 maxmem=64M disk=0p2:ro,,1 initrd=2 paused -- ,'
check 'its initrd' says ',[^, ]*/ramdisk initrd'
check 'the shared disk is one device' says 'id=d0,format=raw,file=[^ ,]*/one '
check 'the next disk' says 'id=d1,format=raw,file=[^ ,]*/two '
check 'no third one' sh -c '! grep -q id=d2 line'
check "a console's pipes" says 'pipe,id=g2,path=b '
check 'ports' says 'virtconsole,chardev=g2,nr=1'
check 'the control console has some, too' says 'pipe,id=control,path=control '

check 'on the terminal' dry --guest "name=a,kernel=$tiny,disk=one:cow" \
	--guest "name=b,kernel=$tiny,disk=one:cow,disk=five:ro"
check 'the terminal is the control console' says 'stdio,id=control,signal=off'
check 'a copy of its own for each' says 'id=d1,format=raw,file=[^ ,]*/one,snapshot=on'
check 'qcow2 is seen' says 'id=d2,format=qcow2,file=[^ ,]*/five,readonly=on'

check 'options' dry --mem 256M --hvmem 48M --hvargs 'log=debug' --cpus 2 \
	--cpu pentium3 --icount 0 --guest "name=a,kernel=$tiny" -- -d int
check 'memory' says ' -m 256M '
check "the hypervisor's command line" says "-append 'hvmem=48M log=debug'"
check 'CPUs' says '-cpu pentium3 -smp 2 '
check 'icount' says '-icount shift=0 '
check 'what follows --' says ' -d int '

mkdir 'a b'
cp "$tiny" 'a b/k.elf'
check 'a guest of this tree by name' dry --guest name=a,kernel=tiny
check 'is found' says '/build/guest/tiny/tiny.elf name=a '

finish
