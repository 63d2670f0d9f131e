/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * call.h - a hypercall with every register chosen, and every register seen (call.S).
 */
#ifndef CALL_H
#define CALL_H

#include <stdint.h>

struct call {
	uint32_t eax, ebx, ecx, edx, esi, edi, ebp;
	uint32_t eflags;
	uint32_t esp;            /* OUT: what it moved by */
	uint32_t ds, es, fs, gs; /* OUT */
};

/* int $0x80 with all of it; afterwards *c is what is there then. Not from a handler that
 * may have come between another one's halves. */
void call_raw(struct call *c);

#endif
