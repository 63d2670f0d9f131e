# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# options.sh - ./silk run: read its options, check what concerns the system as
# a whole. Everything is checked before anything is started.

machine_max=$((3500 << 20))	# what QEMU's PC has below its PCI hole, and less

run_main() {
	headless='' detach='' dir='' log='' hvmem=32M hvargs='' cpus=1
	cpu_model=qemu64,-lm,-syscall icount='' dry='' machine_mem=''
	hypervisor=$top/build/hypervisor/silk.elf
	[ "${DEBUG:-}" != 1 ] ||
		hypervisor=$top/build/debug/hypervisor/silk.elf
	all=$(quoted "$@")
	while [ $# -gt 0 ]; do
		case $1 in
		--)
			shift
			break
			;;
		--headless) headless=yes ;;
		--detach) detach=yes ;;
		--dry-run) dry=yes ;;
		--linux) demo_linux ;;
		--help | -h)
			usage
			exit 0
			;;
		--guest | --run-dir | --log | --mem | --hvmem | --hvargs | --cpus | \
			--cpu | --icount | --hypervisor)
			[ $# -ge 2 ] || wrong "$1 needs a value"
			run_option "$1" "$2"
			shift
			;;
		--guest=* | --run-dir=* | --log=* | --mem=* | --hvmem=* | \
			--hvargs=* | --cpus=* | --cpu=* | --icount=* | --hypervisor=*)
			run_option "${1%%=*}" "${1#*=}"
			;;
		*) wrong "unknown option: $1 (./silk --help)" ;;
		esac
		shift
	done
	[ "$guests" -gt 0 ] || demo
	run_check
	if [ -n "$dry" ]; then
		with_qemu quoted "$@"
	elif [ -n "$detach" ] && [ -z "${SILK_DETACHED:-}" ]; then
		eval "run_detached $all"
	else
		run_directory
		run_prepare
		run_system "$@"
	fi
}

# The demo system: two reference guests.
demo() {
	mini=$top/build/guest/mini
	[ -f "$mini/mini.elf" ] && [ -f "$mini/root.img" ] ||
		wrong "the demo system is not built: run 'make'"
	for name in a b; do
		guest_add "name=$name,kernel=mini,disk=$mini/root.img:cow"
	done
}

# Two Linux guests, each with a throw-away copy of one Debian system.
demo_linux() {
	missing=''
	[ -f "$top/build/linux/vmlinux" ] || missing=" linux"
	[ -f "$top/build/linux/rootfs.img" ] || missing="$missing rootfs"
	[ -z "$missing" ] ||
		wrong "the Linux guests are not built: run 'make$missing'"
	for name in a b; do
		guest_add "name=$name,kernel=linux,mem=96M,disk=$top/build/linux/rootfs.img:cow"
	done
}

# quoted ARG...: print them as a line for a shell.
quoted() {
	for word in "$@"; do
		case $word in
		*[!A-Za-z0-9_./:=,%+@-]* | '')
			printf "'%s' " "$(printf '%s\n' "$word" | sed "s/'/'\\\\''/g")" ;;
		*) printf '%s ' "$word" ;;
		esac
	done
	echo
}

run_option() {
	case $1 in
	--guest) guest_add "$2" ;;
	--run-dir) dir=$2 ;;
	--log) log=$2 ;;
	--mem) machine_mem=$2 ;;
	--hvmem) hvmem=$2 ;;
	--hvargs) hvargs=$2 ;;
	--cpus)
		number --cpus "$2" 1 16
		cpus=$2
		;;
	--cpu) cpu_model=$2 ;;
	--icount)
		number --icount "$2" 0 10
		icount=$2
		;;
	--hypervisor)
		absolute "$2"
		hypervisor=$absolute
		;;
	esac
}

run_check() {
	[ -f "$hypervisor" ] ||
		wrong "no hypervisor ${hypervisor#"$top/"}: run 'make'"
	[ -z "$detach" ] || [ -n "$headless" ] ||
		wrong "--detach wants --headless"
	run_check_memory
	case $hvargs in
	*[![:print:]]*) wrong "--hvargs: not plain text" ;;
	esac
	[ -n "$dry" ] || command -v qemu-system-i386 >/dev/null ||
		wrong "no qemu-system-i386: run 'scripts/packages run'"
	if [ -n "$dir" ] && [ -e "$dir" ]; then
		[ -d "$dir" ] || wrong "--run-dir: $dir is not a directory"
		if alive "$dir"; then
			wrong "--run-dir: a system runs in $dir"
		fi
	fi
	if [ -n "$log" ]; then
		[ -d "$(dirname "$log")" ] && [ ! -d "$log" ] ||
			wrong "--log: can't write $log"
	fi
}

run_check_memory() {
	chunks --hvmem "$hvmem"
	hvmem_bytes=$bytes
	[ "$hvmem_bytes" -ge $((16 << 20)) ] &&
		[ "$hvmem_bytes" -le $((64 << 20)) ] ||
		wrong "--hvmem: $hvmem is not from 16M to 64M"
	# The modules are loaded in whole chunks that guests get later; the
	# machine's firmware keeps some of the last chunk.
	needed=$((hvmem_bytes + guest_bytes + 2 * 4194304))
	needed=$((needed + (module_bytes + 4194303) / 4194304 * 4194304))
	[ "$needed" -le "$machine_max" ] || wrong "too much memory: the guests" \
		"need a machine of $((needed >> 20))M, the limit is $((machine_max >> 20))M"
	machine_bytes=$needed
	[ -n "$machine_mem" ] || return 0
	chunks --mem "$machine_mem"
	machine_bytes=$bytes
	[ "$machine_bytes" -le "$machine_max" ] ||
		wrong "--mem: $machine_mem is over $((machine_max >> 20))M"
	[ "$machine_bytes" -ge "$needed" ] || wrong "too much memory: the" \
		"guests need a machine of $((needed >> 20))M, --mem gives $machine_mem"
}
