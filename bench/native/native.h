/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * native.h - what the native kernel's own files share: ports and the disk.
 */
#ifndef BENCH_NATIVE_H
#define BENCH_NATIVE_H

#include "../bench.h"

#define VECTOR_PIC 0x50 /* of the old controllers' line 0 */

/* virtio.c */
void block_init(void);
/* main.c */
void set_block_gate(u32 vector, const char *entry);

static inline void outb(u16 port, u8 value)
{
	__asm__ volatile("outb %0, %1"
			 :
			 : "a"(value), "Nd"(port));
}

static inline void outw(u16 port, u16 value)
{
	__asm__ volatile("outw %0, %1"
			 :
			 : "a"(value), "Nd"(port));
}

static inline void outl(u16 port, u32 value)
{
	__asm__ volatile("outl %0, %1"
			 :
			 : "a"(value), "Nd"(port));
}

static inline u8 inb(u16 port)
{
	u8 value;

	__asm__ volatile("inb %1, %0"
			 : "=a"(value)
			 : "Nd"(port));
	return value;
}

static inline u16 inw(u16 port)
{
	u16 value;

	__asm__ volatile("inw %1, %0"
			 : "=a"(value)
			 : "Nd"(port));
	return value;
}

static inline u32 inl(u16 port)
{
	u32 value;

	__asm__ volatile("inl %1, %0"
			 : "=a"(value)
			 : "Nd"(port));
	return value;
}

#endif
