#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# linux.sh - ./silk run --linux and kernel=linux, in a tree of its own whose
# kernel and disk are stand-ins: what is not built is said, with the goals that
# build it; what is built is in QEMU's command line.

# shellcheck source=tests/launcher/lib.sh
. "$(dirname "$0")/lib.sh"

mkdir tree
cp -r "$top/silk" "$top/scripts" tree/
tiny=$top/build/guest/tiny/tiny.elf
hypervisor=$top/build/hypervisor/silk.elf

run() {
	tree/silk run --run-dir run --hypervisor "$hypervisor" "$@" >line 2>err </dev/null
}

# refused EXPECTED ARG...: one line, status 2.
refused() {
	expected=$1
	shift
	run "$@"
	# shellcheck disable=SC2319 # the status of silk
	[ $? -eq 2 ] && [ ! -s line ] && [ "$(wc -l <err)" -eq 1 ] &&
		[ "$(cat err)" = "silk: $expected" ]
}

says() {
	grep -q -- "$1" line && return 0
	echo "# no '$1' in:" && sed 's/^/# /' line err
	return 1
}

check 'nothing is built' refused \
	"the Linux guests are not built: run 'make linux rootfs'" --linux
check 'kernel=linux is not built' refused \
	"guest x: Linux is not built: run 'make linux'" --guest name=x,kernel=linux
mkdir -p tree/build/linux
cp "$tiny" tree/build/linux/vmlinux
check 'the disk is not built' refused \
	"the Linux guests are not built: run 'make rootfs'" --linux
truncate -s 1M tree/build/linux/rootfs.img
mv tree/build/linux/vmlinux .
check 'the kernel is not built' refused \
	"the Linux guests are not built: run 'make linux'" --linux
mv vmlinux tree/build/linux/

check '--linux' run --dry-run --linux --guest "name=third,kernel=$tiny"
check 'the first guest' says 'build/linux/vmlinux name=a mem=96M console=0 disk=0 -- '
check 'the second one' says 'build/linux/vmlinux name=b mem=96M console=1 disk=1 -- '
check 'more guests' says 'tiny.elf name=third mem=32M console=2'
for d in 0 1; do
	check "disk $d is a copy of its own" says \
		"id=d$d,format=raw,file=[^ ,]*/build/linux/rootfs.img,snapshot=on"
done
check 'kernel=linux' run --dry-run --guest \
	"name=x,kernel=linux,disk=tree/build/linux/rootfs.img,cmdline=quiet"
check 'is the kernel that was built' says 'build/linux/vmlinux name=x .* -- quiet'
check 'its disk is written' says 'id=d0,format=raw,file=[^ ,]*/build/linux/rootfs.img '
check "a and b are the demo's names" refused "two guests are named 'a'" \
	--linux --guest name=a,kernel=linux
finish
