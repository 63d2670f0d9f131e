# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154 # variables of bench/linux/run, which reads this
#
# silk.sh - of bench/linux/run: Linux in a SILK guest, and the same kernel natively.

NEEDS="$LINUX/vmlinux $LINUX/bzImage $HYPERVISOR"
title='Linux in a SILK guest'
prefix=
without=

# By instructions the disk answers at once: no time of a device covers what the sides
# spend. By the clock it is a file, as disks of guests are.
machine() {
	# shellcheck disable=SC2086 # icount is several words, or none
	exec "$QEMU" -M pc -cpu qemu64,-syscall,-lm -accel tcg -smp 1 -display none \
		-no-reboot -nodefaults $icount \
		-blockdev "$disk,node-name=d" \
		-device virtio-blk-pci,drive=d,disable-legacy=on "$@"
}

start_guest() {
	rm -f "$OUT/guest.out"
	# Names of modules end at a blank, and a comma parts them.
	ln -sf "$(realpath "$LINUX/vmlinux")" "$OUT/k"
	hypervisor=$(realpath "$HYPERVISOR")
	(
		cd "$OUT" || exit 1
		machine -m $((MEMORY + HVMEM + 16)) -kernel "$hypervisor" \
			-append "hvmem=${HVMEM}M" \
			-initrd "./k name=bench mem=${MEMORY}M console=0 disk=0 restart=no initrd=1 -- console=hvc0 quiet -- $(echo "$1" | sed 's/,/,,/g') -b /dev/silka,./initramfs.gz initrd" \
			-serial file:hypervisor.log \
			-device virtio-serial-pci,disable-legacy=on \
			-chardev file,id=c,path=guest.out -device virtconsole,chardev=c
	) > "$OUT/guest.qemu" 2>&1 < /dev/null &
	guest_pid=$!
}

# Native Linux can't find out how fast its time-stamp counter is if the emulator
# is held up meanwhile, and falls back to a clock of 10 ms: it is told.
tsc_khz() {
	if [ -n "$icount" ]; then
		echo 1000000
	else
		sed -n 's/^clock: TSC \([0-9]*\) kHz.*/\1/p' "$OUT/hypervisor.log"
	fi
}

start_native() {
	rm -f "$OUT/native.out"
	machine -m $MEMORY -kernel "$LINUX/bzImage" -initrd "$OUT/initramfs.gz" \
		-append "console=ttyS0 quiet tsc=reliable tsc_early_khz=$(tsc_khz) -- $1 -b /dev/vda" \
		-serial "file:$OUT/native.out" > "$OUT/native.qemu" 2>&1 < /dev/null &
	native_pid=$!
}

