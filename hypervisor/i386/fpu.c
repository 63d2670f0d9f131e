// SPDX-License-Identifier: GPL-2.0-only
/*
 * fpu.c - floating-point and SSE state of vCPUs, and what a processor must have.
 *
 * Invariant: the state is switched with its vCPU, always and whole; CR0.TS is
 * never set, so no guest sees a device-not-available trap for our sake [CPU-5].
 * Processors without FXSAVE have no SSE either, and FNSAVE saves all there is.
 * (Intel SDM volume 1, 8.1.10 and 10.5; volume 2, CPUID.)
 */
#include "../core/libc.h"
#include "../core/machine.h"
#include "arch.h"

#define FPU_CONTROL    0x037f /* after FNINIT */
#define FPU_TAGS_EMPTY 0xffff
#define MXCSR_DEFAULT  0x1f80
#define FXSAVE_MXCSR   24 /* offset in FXSAVE's area */
#define FNSAVE_TAGS    8  /* offset in FNSAVE's area */

#define CPUID_PSE      (1u << 3)
#define CPUID_TSC      (1u << 4)
#define CPUID_PGE      (1u << 13)
#define CPUID_FXSR     (1u << 24)

static bool have_fxsr;
static const u32 nothing;

static void set_cr4(u32 bits)
{
	u32 cr4;

	asm volatile("movl %%cr4, %0"
		     : "=r"(cr4));
	asm volatile("movl %0, %%cr4"
		     :
		     : "r"(cr4 | bits));
}

/* boot.S has used 4 MB pages already: a processor without them never comes
 * here. The other needs are told in words. */
void fpu_init(void)
{
	u32 eax = 1, ebx, ecx = 0, edx;

	asm volatile("cpuid"
		     : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
	if (!(edx & CPUID_PSE) || !(edx & CPUID_TSC))
		panic("this processor has no 4 MB pages or no time-stamp counter");
	if (edx & CPUID_PGE)
		set_cr4(CR4_PGE);
	have_fxsr = edx & CPUID_FXSR;
	if (have_fxsr)
		set_cr4(CR4_FXSR | CR4_XMMEXCPT);
}

/* [BOOT-5] As after FNINIT, with the registers empty and 0. */
void fpu_reset(u8 *area)
{
	memset(area, 0, FPU_BYTES);
	*(u16 *)area = FPU_CONTROL;
	if (have_fxsr)
		*(u32 *)(area + FXSAVE_MXCSR) = MXCSR_DEFAULT;
	else
		*(u16 *)(area + FNSAVE_TAGS) = FPU_TAGS_EMPTY;
}

void fpu_save(u8 *area)
{
	if (have_fxsr)
		asm volatile("fxsave (%0)"
			     :
			     : "r"(area)
			     : "memory");
	else
		asm volatile("fnsave (%0); fwait"
			     :
			     : "r"(area)
			     : "memory");
}

/*
 * AMD's processors restore the last instruction's address and operand only with an
 * exception pending: without the load of a constant the guest would find those of
 * another one (AMD APM volume 2, 11.4.4; CVE-2006-1056).
 */
void fpu_load(const u8 *area)
{
	if (have_fxsr)
		asm volatile("fnclex; emms; fildl %1; fxrstor (%0)"
			     :
			     : "r"(area), "m"(nothing)
			     : "memory");
	else
		asm volatile("frstor (%0)"
			     :
			     : "r"(area)
			     : "memory");
}
