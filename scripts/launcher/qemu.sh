# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# qemu.sh - QEMU's command line.
#
# QEMU runs in the run directory and names everything there relative to it. A
# console is a pair of pipes (NAME.in, NAME.out); consoles.sh makes a log and a
# socket of them. Guest N's console is port N - 1 of the virtio console, real
# disk N the Nth virtio disk by PCI address.

# doubled TEXT: sets $doubled; in QEMU's option lists ",," stands for a comma.
doubled() {
	doubled=''
	text=$1
	while :; do
		case $text in
		*,*) doubled=$doubled${text%%,*},, text=${text#*,} ;;
		*) doubled=$doubled$text; return ;;
		esac
	done
}

# link FILE: sets $file to how QEMU, in the run directory, calls a module's
# file: by a link, since a module's name ends at a space and should be short.
link() {
	file=$1
	[ -z "$dry" ] || return 0
	mkdir -p boot
	file=boot/$(basename "$1" | tr -c 'A-Za-z0-9._\n-' _)
	while [ -L "$file" ] && [ "$(readlink "$file")" != "$1" ]; do
		file=${file}_
	done
	ln -sfn "$1" "$file"
}

# The Multiboot modules: sets $initrds.
qemu_modules() {
	initrds=''
	n=1
	while [ "$n" -le "$guests" ]; do
		eval "name=\$g${n}_name kernel=\$g${n}_kernel"
		eval "initrd=\$g${n}_initrd words=\$g${n}_words"
		link "$kernel"
		doubled "$file $words"
		initrds=$initrds,$doubled
		if [ -n "$initrd" ]; then
			link "$initrd"
			doubled "$file initrd"
			initrds=$initrds,$doubled
		fi
		n=$((n + 1))
	done
	initrds=${initrds#,}
}

# with_qemu COMMAND ARG...: run COMMAND with QEMU's command line as arguments,
# the user's own ARGs last.
with_qemu() {
	then=$1
	shift
	qemu_modules
	doubled "$hypervisor"
	set -- -append "hvmem=$((hvmem_bytes >> 20))M${hvargs:+ $hvargs}" \
		-initrd "$initrds" "$@"
	set -- -cpu "$cpu_model" -smp "$cpus" -m "$((machine_bytes >> 20))M" \
		-kernel "$hypervisor" "$@"
	[ -z "$icount" ] || set -- -icount "shift=$icount" "$@"

	if [ -n "$headless" ]; then
		control=pipe,id=control,path=control
	else
		control=stdio,id=control,signal=off,logfile=control.log
	fi
	set -- "$@" -chardev "$control" \
		-serial chardev:control \
		-device virtio-serial-pci,disable-legacy=on
	n=1
	while [ "$n" -le "$guests" ]; do
		eval "name=\$g${n}_name"
		set -- "$@" -chardev "pipe,id=g$n,path=$name" \
			-device "virtconsole,chardev=g$n,nr=$((n - 1))"
		n=$((n + 1))
	done
	d=0
	while [ "$d" -lt "$disks" ]; do
		eval "path=\$d${d}_path mode=\$d${d}_mode"
		qemu_disk_format "$path"
		doubled "$path"
		drive=if=none,id=d$d,format=$format,file=$doubled
		case $mode in
		ro) drive=$drive,readonly=on ;;
		cow) drive=$drive,snapshot=on ;;
		esac
		set -- "$@" -drive "$drive" -device \
			"virtio-blk-pci,disable-legacy=on,drive=d$d,serial=disk$d"
		d=$((d + 1))
	done
	"$then" qemu-system-i386 -accel tcg -machine pc -nodefaults \
		-no-user-config -display none -no-reboot "$@"
}

# qemu_disk_format FILE: sets $format.
qemu_disk_format() {
	case $(od -An -v -t x1 -N 4 "$1" | tr -d ' ') in
	514649fb) format=qcow2 ;;
	*) format=raw ;;
	esac
}
