/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * asm/silk.h - the SILK hypercall ABI for Linux: the trap instruction, the
 * vCPU page, and what the port's files offer each other.
 *
 * Invariant: an argument register is never used after the call that took it
 * [CALL-10].
 */
#ifndef _ASM_X86_SILK_H
#define _ASM_X86_SILK_H

#include <asm/silk_abi.h>

#define SILK_VCPU	((volatile struct silk_vcpu *)SILK_I386_VCPU)
#define SILK_INFO	((const struct silk_info *)SILK_I386_INFO)

/* Guest-physical frames of chunk 0 that have a fixed use: the boot directory
 * and its twin (2, 3) and the page table of the early fixmap. */
#define SILK_FIXMAP_TABLE	0x4000

/* Linux interrupts: one for each event, behind the one that stands for the
 * upcall itself. */
#define SILK_UPCALL_IRQ		0
#define SILK_IRQ(event)		(1 + (event))

static __always_inline u32 silk_call0(u32 nr)
{
	u32 result;

	asm volatile("int $0x80" : "=a" (result) : "0" (nr) : "memory", "cc");
	return result;
}

static __always_inline u32 silk_call1(u32 nr, u32 a)
{
	u32 result;

	asm volatile("int $0x80" : "=a" (result), "+b" (a) : "0" (nr)
		     : "memory", "cc");
	return result;
}

static __always_inline u32 silk_call2(u32 nr, u32 a, u32 b)
{
	u32 result;

	asm volatile("int $0x80" : "=a" (result), "+b" (a), "+c" (b)
		     : "0" (nr) : "memory", "cc");
	return result;
}

static __always_inline u32 silk_call3(u32 nr, u32 a, u32 b, u32 c)
{
	u32 result;

	asm volatile("int $0x80"
		     : "=a" (result), "+b" (a), "+c" (b), "+d" (c)
		     : "0" (nr) : "memory", "cc");
	return result;
}

/* [CALL-12] */
static __always_inline bool silk_refused(u32 result)
{
	return result >= 0xfffff000;
}

/* Is a group of calls offered in a version that this port can use [GEN-13]? */
static inline bool silk_offers(enum silk_group group)
{
	return SILK_INFO->group_version[group] >> 16 == SILK_ABI_MAJOR;
}

/* setup.c */
void silk_refusal(const char *what, u32 result);

/* mmu.c: carry out the deferred queue now. */
void silk_drain(void);

/* irq.c */
void silk_init_irqs(void);

/* time.c */
void silk_init_timer(void);
unsigned long silk_tsc_khz(void);
void silk_get_wallclock(struct timespec64 *ts);
u64 silk_ns(void);

/* console.c */
void silk_early_console(void);

/* pool.c */
void silk_pool_early(void);
struct page;
pgd_t *silk_pgd_alloc(void);
void silk_pgd_free(pgd_t *pgd);
struct page *silk_pt_alloc(gfp_t gfp);
void silk_pt_free(struct page *page);
void *silk_pt_alloc_boot(unsigned int count);
void silk_pt_dying(struct page *page, bool loaded);
void silk_pt_flushed(void);

#endif /* _ASM_X86_SILK_H */
