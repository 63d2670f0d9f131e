# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# guest.sh - read and check the --guest arguments.
#
# What is known of guest N goes into variables gN_*, of real disk N into dN_*:
# POSIX shells have no arrays. N is always our own number.

guests=0		# guests are numbered from 1
disks=0			# real disks from 0
modules=0		# Multiboot modules from 0
module_bytes=0
guest_bytes=0

# guest_add SPEC
guest_add() {
	guests=$((guests + 1))
	[ "$guests" -le 16 ] || wrong "more than 16 guests"
	name='' kernel='' mem=32M maxmem='' initrd='' weight='' restart=''
	paused='' cmdline='' uses=''
	eval "g${guests}_disks=0"
	spec=$1
	while [ -n "$spec" ]; do
		case $spec in
		cmdline=*) item=$spec spec='' ;;
		*,*) item=${spec%%,*} spec=${spec#*,} ;;
		*) item=$spec spec='' ;;
		esac
		guest_item "$item"
	done
	guest_name
	guest_memory
	guest_kernel
	[ "${#cmdline}" -lt 1024 ] ||
		wrong "guest $name: its command line is over 1023 bytes"
	case $cmdline in
	*[![:print:]]*) wrong "guest $name: its command line is not plain text" ;;
	esac
	guest_disks

	words="name=$name mem=$((mem_bytes >> 20))M console=$((guests - 1))"
	[ -z "$maxmem" ] || words="$words maxmem=$((maxmem_bytes >> 20))M"
	[ -z "$weight" ] || words="$words weight=$weight"
	[ -z "$uses" ] || words="$words disk=${uses#,}"
	[ -z "$initrd" ] || words="$words initrd=$initrd_module"
	[ "$restart" != no ] || words="$words restart=no"
	[ -z "$paused" ] || words="$words paused"
	eval "g${guests}_words=\"\$words -- \$cmdline\""
}

# guest_item KEY=VALUE
guest_item() {
	value=${1#*=}
	case $1 in
	name=*) name=$value ;;
	kernel=*) kernel=$value ;;
	mem=*) mem=$value ;;
	maxmem=*) maxmem=$value ;;
	initrd=*) initrd=$value ;;
	weight=*) weight=$value ;;
	restart=yes | restart=no) restart=$value ;;
	paused) paused=yes ;;
	cmdline=*) cmdline=$value ;;
	net=off) ;;
	net=*) wrong "net=$value: there is no network in this version" ;;
	disk=*)
		eval "k=\$((g${guests}_disks + 1))"
		[ "$k" -le 8 ] || wrong "a guest can have 8 disks, no more"
		eval "g${guests}_disks=$k g${guests}_disk$k=\$value"
		;;
	*) wrong "--guest: don't know '$1' (./silk --help)" ;;
	esac
}

guest_name() {
	[ -n "$name" ] || wrong "--guest $guests: name= is needed"
	case $name in
	-* | *[!A-Za-z0-9_-]* | ????????????????????????????????*)
		wrong "guest '$name': a name is up to 31 letters, digits, - and _ (no - first)" ;;
	esac
	# The run directory's own names.
	[ "$name" != control ] || wrong "guest '$name': this name is taken"
	n=1
	while [ "$n" -lt "$guests" ]; do
		eval "other=\$g${n}_name"
		[ "$other" != "$name" ] || wrong "two guests are named '$name'"
		n=$((n + 1))
	done
	eval "g${guests}_name=\$name"
	[ -z "$weight" ] || number "guest $name: weight" "$weight" 1 1000
}

guest_memory() {
	chunks "guest $name: mem" "$mem"
	mem_bytes=$bytes
	[ "$mem_bytes" -ge 8388608 ] || wrong "guest $name: mem: $mem is under 8M"
	[ "$mem_bytes" -le "$machine_max" ] || wrong \
		"guest $name: mem: $mem is too much, a machine has $((machine_max >> 20))M"
	guest_bytes=$((guest_bytes + mem_bytes))
	[ -n "$maxmem" ] || return 0
	chunks "guest $name: maxmem" "$maxmem"
	maxmem_bytes=$bytes
	[ "$maxmem_bytes" -ge "$mem_bytes" ] ||
		wrong "guest $name: maxmem: $maxmem is under mem=$mem"
}

# module FILE: count it; QEMU separates a module's file from its words by a
# space, so that a path with one needs a link (run.sh makes it).
module() {
	modules=$((modules + 1))
	module_bytes=$((module_bytes + ($(wc -c <"$1") + 4095) / 4096 * 4096))
}

guest_kernel() {
	[ -n "$kernel" ] || wrong "guest $name: kernel= is needed"
	if [ ! -e "$kernel" ] && [ -f "$top/build/guest/$kernel/$kernel.elf" ]; then
		kernel=$top/build/guest/$kernel/$kernel.elf
	elif [ ! -e "$kernel" ] && [ "$kernel" = linux ]; then
		kernel=$top/build/linux/vmlinux
		[ -f "$kernel" ] ||
			wrong "guest $name: Linux is not built: run 'make linux'"
	fi
	elf_check "$name" "$kernel" "$mem_bytes"
	absolute "$kernel"
	eval "g${guests}_kernel=\$absolute"
	module "$kernel"
	eval "g${guests}_initrd="
	[ -n "$initrd" ] || return 0
	[ -f "$initrd" ] && [ -r "$initrd" ] ||
		wrong "guest $name: initrd $initrd: no such file"
	[ $((elf_end + $(wc -c <"$initrd"))) -le "$mem_bytes" ] ||
		wrong "guest $name: kernel and initrd don't fit into $mem"
	absolute "$initrd"
	eval "g${guests}_initrd=\$absolute"
	initrd_module=$modules
	module "$initrd"
}

guest_disks() {
	eval "last=\$g${guests}_disks"
	k=1
	while [ "$k" -le "$last" ]; do
		eval "guest_disk \"\$g${guests}_disk$k\""
		k=$((k + 1))
	done
}

# guest_disk IMG[:pN][:ro|:cow]: appends to $uses what the hypervisor is told.
guest_disk() {
	image=$1 mode=rw part=''
	case $image in
	*:ro) mode=ro image=${image%:ro} ;;
	*:cow) mode=cow image=${image%:cow} ;;
	esac
	case $image in
	*:p[1-9] | *:p[1-9][0-9]) part=${image##*:} image=${image%:p*} ;;
	esac
	[ -f "$image" ] || [ -b "$image" ] ||
		wrong "guest $name: disk $image: no such file"
	[ -r "$image" ] || wrong "guest $name: disk $image: can't be read"
	[ "$mode" != rw ] || [ -w "$image" ] ||
		wrong "guest $name: disk $image: can't be written (:ro?)"
	absolute "$(readlink -f "$image")"
	disk_find
	uses="$uses,$disk$part"
	[ "$mode" != ro ] || uses="$uses:ro"
}

# The real disk for $absolute, $mode and $part: one already there for another
# part or a reader, or a new one. Sets $disk.
disk_find() {
	disk=''
	d=0
	while [ "$d" -lt "$disks" ]; do
		eval "d_path=\$d${d}_path d_mode=\$d${d}_mode d_uses=\$d${d}_uses"
		if [ "$d_path" = "$absolute" ]; then
			disk_share
		fi
		d=$((d + 1))
	done
	if [ -n "$disk" ]; then
		eval "d${disk}_uses=\"\$d${disk}_uses \${part:-all}:\$mode\""
		[ "$mode" = ro ] || eval "d${disk}_mode=\$mode"
		return
	fi
	[ "$disks" -lt 24 ] || wrong "more than 24 disks"
	disk=$disks
	disks=$((disks + 1))
	eval "d${disk}_path=\$absolute d${disk}_mode=\$mode"
	eval "d${disk}_uses=\${part:-all}:\$mode"
}

# Nobody may write what another one uses.
disk_share() {
	case $mode+$d_mode in
	cow+rw | rw+cow)
		wrong "guest $name: disk $image is written and copied at once" ;;
	cow+* | *+cow)
		return ;;
	esac
	for use in $d_uses; do
		case ${part:-all}+${use%:*} in
		all+* | *+all) ;;
		*) [ "$part" = "${use%:*}" ] || continue ;;
		esac
		[ "$mode+${use#*:}" = ro+ro ] ||
			wrong "guest $name: disk $image is given twice (:ro or :cow?)"
	done
	disk=$d
}
