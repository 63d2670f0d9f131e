/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * elf.h - 32-bit ELF files, as far as a loader needs them (System V ABI, gABI
 * chapters 4 and 5; Intel386 supplement). Invariant: the file's own layout.
 */
#ifndef SILK_CORE_ELF_H
#define SILK_CORE_ELF_H

#include "types.h"

#define ELF_MAGIC    0x464c457f /* 7f 'E' 'L' 'F' */
#define ELF_CLASS_32 1
#define ELF_LITTLE   1
#define ELF_VERSION  1
#define ELF_EXEC     2
#define ELF_386      3
#define ELF_LOAD     1
#define ELF_NOTE     4

struct elf_header {
	u32 magic;
	u8 class, data, ident_version, osabi;
	u8 pad[8];
	u16 type, machine;
	u32 version, entry;
	u32 phoff, shoff;
	u32 flags;
	u16 ehsize, phentsize, phnum;
	u16 shentsize, shnum, shstrndx;
};
_Static_assert(sizeof(struct elf_header) == 52, "gABI 4, ELF header");

struct elf_segment {
	u32 type, offset, vaddr, paddr;
	u32 filesz, memsz, flags, align;
};
_Static_assert(sizeof(struct elf_segment) == 32, "gABI 5, program header");

struct elf_note {
	u32 name_bytes, desc_bytes, type;
};

#endif
