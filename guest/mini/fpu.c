// SPDX-License-Identifier: GPL-2.0-only
/*
 * fpu.c - each process has an FPU and SSE state of its own.
 *
 * The kernel never uses the FPU, so a state stays in the registers until
 * another process is about to run; while the processor idles nothing moves. A
 * guest can't have the processor trap on the first use.
 *
 * Invariant: the registers hold owner's state; the state of every other process
 * is in its struct process.
 */
#include "base.h"
#include "process.h"

static struct process *owner;
static bool has_fxsr;
static uint8_t fresh[512] __attribute__((aligned(16))); /* of a new program */

static void save(void *to)
{
	if (has_fxsr)
		__asm__ volatile("fxsave (%0)"
				 :
				 : "r"(to)
				 : "memory");
	else
		__asm__ volatile("fnsave (%0); fwait"
				 :
				 : "r"(to)
				 : "memory");
}

static void load(const void *from)
{
	if (has_fxsr)
		__asm__ volatile("fxrstor (%0)"
				 :
				 : "r"(from)
				 : "memory");
	else
		__asm__ volatile("frstor (%0)"
				 :
				 : "r"(from)
				 : "memory");
}

void fpu_init(void)
{
	uint32_t eax = 1, ebx, ecx = 0, edx;

	__asm__("cpuid"
		: "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
	has_fxsr = edx & 1u << 24;
	save(fresh); /* as at entry: [BOOT-5] */
	load(fresh);
}

void fpu_new(struct process *p)
{
	memcpy(p->fpu, fresh, sizeof(fresh));
	if (p == owner)
		load(p->fpu);
}

void fpu_copy(struct process *to)
{
	if (owner == current) {
		save(current->fpu);
		if (!has_fxsr)
			load(current->fpu); /* fnsave has cleared it */
	}
	memcpy(to->fpu, current->fpu, sizeof(to->fpu));
}

void fpu_switch(struct process *to)
{
	if (owner == to)
		return;
	if (owner)
		save(owner->fpu);
	load(to->fpu);
	owner = to;
}

void fpu_drop(struct process *p)
{
	if (owner == p)
		owner = NULL;
}
