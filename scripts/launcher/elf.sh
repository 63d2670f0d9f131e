# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# elf.sh - is a file a kernel that a guest could boot [BOOT]? The hypervisor
# checks again; this says it before anything starts.

kernel_base=$((0xc0000000))
kernel_first=$((0xc0400000))	# chunk 0 holds page tables
kernel_window=$((0xefc00000))

# field FILE OFFSET BYTES: sets $field to an unsigned little-endian number.
field() {
	field=$(od -An -v --endian=little -t "u$3" -j "$2" -N "$3" "$1")
	field=$((field))
}

# elf_check GUEST FILE MEMORY: refuse it, or set $elf_end to the first
# guest-physical byte after the kernel.
elf_check() {
	what="guest $1: kernel $2"
	[ -f "$2" ] || wrong "$what: no such file"
	[ -r "$2" ] || wrong "$what: can't be read"
	elf_bytes=$(wc -c <"$2")
	[ "$(od -An -v -t x1 -N 4 "$2" | tr -d ' ')" = 7f454c46 ] ||
		wrong "$what: not an ELF file"
	[ "$elf_bytes" -ge 52 ] || wrong "$what: truncated"
	[ "$(od -An -v -t x1 -j 4 -N 2 "$2" | tr -d ' ')" = 0101 ] ||
		wrong "$what: not a 32-bit little-endian ELF file"
	field "$2" 16 2
	elf_type=$field
	field "$2" 18 2
	[ "$elf_type" -eq 2 ] && [ "$field" -eq 3 ] ||
		wrong "$what: not an i386 executable"
	field "$2" 28 4
	elf_headers=$field
	field "$2" 42 2
	[ "$field" -eq 32 ] || wrong "$what: bad program headers"
	field "$2" 44 2
	elf_count=$field
	[ "$elf_count" -ge 1 ] && [ "$elf_count" -le 64 ] ||
		wrong "$what: $elf_count program headers"
	[ $((elf_headers + 32 * elf_count)) -le "$elf_bytes" ] ||
		wrong "$what: truncated"

	elf_end=0
	elf_at=$elf_headers
	while [ "$elf_count" -gt 0 ]; do
		elf_segment "$2" "$3"
		elf_at=$((elf_at + 32))
		elf_count=$((elf_count - 1))
	done
	[ "$elf_end" -gt 0 ] || wrong "$what: nothing to load"
}

# One program header at $elf_at.
elf_segment() {
	field "$1" "$elf_at" 4
	[ "$field" -eq 1 ] || return 0
	field "$1" $((elf_at + 4)) 4
	segment_offset=$field
	field "$1" $((elf_at + 8)) 4
	segment_address=$field
	field "$1" $((elf_at + 16)) 4
	segment_file=$field
	field "$1" $((elf_at + 20)) 4
	segment_memory=$field
	[ "$segment_memory" -gt 0 ] || return 0

	[ $((segment_offset + segment_file)) -le "$elf_bytes" ] ||
		wrong "$what: truncated"
	[ "$segment_file" -le "$segment_memory" ] ||
		wrong "$what: bad program headers"
	segment_end=$((segment_address + segment_memory))
	if [ "$segment_address" -lt "$kernel_first" ] ||
		[ "$segment_end" -gt "$kernel_window" ]; then
		wrong "$what: wants $(printf '0x%x-0x%x' "$segment_address" \
			$((segment_end - 1))), outside of $(printf '0x%x-0x%x' \
			"$kernel_first" $((kernel_window - 1)))"
	fi
	segment_end=$((segment_end - kernel_base))
	[ "$segment_end" -le "$2" ] || wrong "$what: wants" \
		"$(((segment_end + 1048575) >> 20))M, the guest has $(($2 >> 20))M"
	[ "$segment_end" -le "$elf_end" ] || elf_end=$segment_end
}
