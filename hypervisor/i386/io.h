/* SPDX-License-Identifier: GPL-2.0-only */
/* io.h - port I/O instructions. */
#ifndef SILK_I386_IO_H
#define SILK_I386_IO_H

#include "../core/types.h"

static inline u8 inb(u16 port)
{
	u8 v;

	asm volatile("inb %1, %0"
		     : "=a"(v)
		     : "Nd"(port));
	return v;
}

static inline u16 inw(u16 port)
{
	u16 v;

	asm volatile("inw %1, %0"
		     : "=a"(v)
		     : "Nd"(port));
	return v;
}

static inline u32 inl(u16 port)
{
	u32 v;

	asm volatile("inl %1, %0"
		     : "=a"(v)
		     : "Nd"(port));
	return v;
}

static inline void outb(u16 port, u8 v)
{
	asm volatile("outb %0, %1"
		     :
		     : "a"(v), "Nd"(port));
}

static inline void outw(u16 port, u16 v)
{
	asm volatile("outw %0, %1"
		     :
		     : "a"(v), "Nd"(port));
}

static inline void outl(u16 port, u32 v)
{
	asm volatile("outl %0, %1"
		     :
		     : "a"(v), "Nd"(port));
}

#endif
