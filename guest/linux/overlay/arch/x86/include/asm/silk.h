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

#include <linux/types.h>
#include <asm/paravirt.h>
#include <asm/silk_abi.h>

#define SILK_SAME(a, b)	SILK_ASSERT((u32)(a) == (u32)(b), a##_is_the_same)
SILK_SAME(SILK_RETURN_VECTOR, SILK_I386_VECTOR_RETURN);
SILK_SAME(SILK_SWAPPER_PG_DIR, SILK_I386_BOOT_DIRECTORY);
SILK_SAME(SILK_VCPU_VIF, SILK_I386_VCPU);
SILK_SAME(SILK_VCPU_PENDING, SILK_I386_VCPU +
	  SILK_OFFSETOF(struct silk_vcpu, pending));
SILK_SAME(SILK_VCPU_KERNEL_SP, SILK_I386_VCPU +
	  SILK_OFFSETOF(struct silk_vcpu, kernel_sp));
SILK_SAME(SILK_VCPU_QUEUE_COUNT, SILK_I386_VCPU +
	  SILK_OFFSETOF(struct silk_vcpu, queue_count));
SILK_SAME(SILK_VCPU_FAULT_ADDRESS, SILK_I386_VCPU +
	  SILK_OFFSETOF(struct silk_vcpu, fault_address));
SILK_SAME(SILK_TO_MACHINE, SILK_I386_CHUNK_MACHINE);
SILK_SAME(SILK_FROM_MACHINE, SILK_I386_MACHINE_CHUNK);
SILK_SAME(SILK_BLOCK, SILK_CALL_block);
SILK_SAME(X86_EFLAGS_IF, SILK_VIF);

#define SILK_VCPU	((volatile struct silk_vcpu *)SILK_I386_VCPU)
#define SILK_INFO	((const struct silk_info *)SILK_I386_INFO)

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

/* irq.c */
void silk_init_irqs(void);

/* time.c */
struct timespec64;
void silk_init_timer(void);
unsigned long silk_tsc_khz(void);
void silk_get_wallclock(struct timespec64 *ts);
u64 silk_ns(void);

/* console.c */
void silk_early_console(void);

/* mmu.c */
bool silk_in_queue(u32 entry);
bool silk_is_queued(u32 entry);
void silk_queue_set(u32 target, u32 value);
void silk_set_single(u32 *entry, u32 value);
void silk_queue_done(void);

/* run.c */
bool silk_gather(u32 *entry, u32 value);

/* pool.c, and asm/silk_paravirt.h */
void silk_pool_early(void);
struct page;
void silk_pt_dying(struct page *page, bool loaded);
void silk_pt_flushed(void);

#endif /* _ASM_X86_SILK_H */
