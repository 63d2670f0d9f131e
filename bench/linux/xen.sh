# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154 # variables of bench/linux/run, which reads this
#
# xen.sh - of bench/linux/run: the same program in Xen's first paravirtual guest
# (dom0), and in the same Debian kernel natively. What xen.table says was measured
# on another machine on another day; this tells what Xen costs here and now.
#
# Invariant: Debian's packages are fetched from the machine's own sources and
# unpacked under build/: nothing is installed.

XEN=$OUT/xen
NEEDS=
title="Linux as Xen's dom0"
prefix=xen-
without=blk
QEMU=qemu-system-x86_64
QUIET='quiet mitigations=off'

# kernel_package: the one that Debian's linux-image-amd64 stands for.
kernel_package() {
	apt-cache depends linux-image-amd64 | sed -n 's/^ *Depends: \(linux-image-6[^ ]*\)$/\1/p' |
		head -n 1
}

fetch() {
	[ "$(dpkg --print-architecture)" = amd64 ] || die "Xen's packages are for amd64"
	echo "bench-linux: fetching Xen and Debian's kernel, 75 MB"
	rm -rf "$XEN.new"
	mkdir -p "$XEN.new"
	(
		cd "$XEN.new" || exit 1
		apt-get -q download -o APT::Sandbox::User=root \
			xen-hypervisor-4.17-amd64 "$(kernel_package)" || exit 1
		for file in *.deb; do
			dpkg-deb -x "$file" . || exit 1
		done
		zcat boot/xen-4.17-amd64.gz > xen
		mv boot/vmlinuz-* vmlinuz
		rm -rf ./*.deb lib usr
	) > "$OUT/xen.log" 2>&1 || die "Xen's packages can't be had: see $OUT/xen.log"
	rm -rf "$XEN"
	mv "$XEN.new" "$XEN"
}

[ -f "$XEN/vmlinuz" ] || fetch

# The kernels of Debian's packages have modules for disks: the rows of blk are left out.
machine() {
	# shellcheck disable=SC2086 # icount is several words, or none
	exec "$QEMU" -M pc -cpu qemu64,-svm -accel tcg -smp 1 -display none \
		-no-reboot -nodefaults $icount "$@"
}

start_guest() {
	rm -f "$OUT/guest.out"
	(
		cd "$OUT" || exit 1
		machine -m $((512 + 128)) -kernel xen/xen \
			-append 'console=com1 dom0_mem=512M spec-ctrl=no xpti=no' \
			-initrd "xen/vmlinuz console=hvc0 $QUIET -- $(echo "$1" | sed 's/,/,,/g'),./initramfs.gz" \
			-serial file:guest.out
	) > "$OUT/guest.qemu" 2>&1 < /dev/null &
	guest_pid=$!
}

start_native() {
	rm -f "$OUT/native.out"
	machine -m 512 -kernel "$XEN/vmlinuz" -initrd "$OUT/initramfs.gz" \
		-append "console=ttyS0 $QUIET -- $1" \
		-serial "file:$OUT/native.out" > "$OUT/native.qemu" 2>&1 < /dev/null &
	native_pid=$!
}
