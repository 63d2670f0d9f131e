/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * asm/silk_paravirt.h - what Linux's headers want of a kernel that is not on
 * bare metal (CONFIG_PARAVIRT_XXL), bound to SILK when it is compiled: no table
 * of functions, nothing to patch at boot.
 *
 * Invariants: no instruction here needs ring 0. Entries of page tables hold
 * machine addresses if they are present; pte_val() and the like show
 * guest-physical ones. A table is written by silk_set_entry() and its kin only.
 */
#ifndef _ASM_X86_SILK_PARAVIRT_H
#define _ASM_X86_SILK_PARAVIRT_H

/*
 * What of the ABI every file of the kernel gets to see. Not the ABI's header
 * itself: a change in a comment of it would compile all of Linux anew. silk.h
 * checks that both agree.
 */
#define SILK_RETURN_VECTOR	0x82
#define SILK_SWAPPER_PG_DIR	0x2000		/* guest-physical */

#define SILK_VCPU_VIF		0xefc10000
#define SILK_VCPU_PENDING	0xefc10004
#define SILK_VCPU_KERNEL_SP	0xefc1000c
#define SILK_VCPU_QUEUE_COUNT	0xefc10010
#define SILK_VCPU_FAULT_ADDRESS	0xefc10018
#define SILK_TO_MACHINE		0xefc01000
#define SILK_FROM_MACHINE	0xefc02000
#define SILK_BLOCK		2		/* number of a hypercall */

#ifndef __ASSEMBLY__

#include <linux/types.h>
#include <linux/errno.h>
#include <asm/desc_defs.h>
#include <asm/pgtable_types.h>
#include <asm/processor-flags.h>

struct mm_struct;
struct mmu_gather;
struct page;
struct task_struct;
struct thread_struct;
struct vm_area_struct;

/* Guest-physical frames of chunk 0 with a fixed use: 2 and 3, the boot directory
 * and its user view; 4, the page table of the early fixmap. */
#define SILK_FIXMAP_TABLE	0x4000

#define SILK_WORD(address)	(*(volatile u32 *)(address))

/* A hook that has nothing to do here. */
#define SILK_NOTHING(name, ...)	static inline void name(__VA_ARGS__) { }

/* ---- the interrupt flag: a word in the vCPU page ---- */

static __always_inline unsigned long arch_local_save_flags(void)
{
	unsigned long flags;

	asm volatile("movl %c1, %0"
		     : "=r" (flags) : "i" (SILK_VCPU_VIF) : "memory");
	return flags;
}

static __always_inline void arch_local_irq_disable(void)
{
	asm volatile("movl $0, %c0" : : "i" (SILK_VCPU_VIF) : "memory");
}

/* [EVT-12]: after the store, look whether something came before it. */
static __always_inline void arch_local_irq_enable(void)
{
	asm volatile("movl %0, %c1\n\t"
		     "cmpl $0, %c2\n\t"
		     "je 1f\n\t"
		     "call silk_deliver_events\n"
		     "1:"
		     : : "i" (X86_EFLAGS_IF), "i" (SILK_VCPU_VIF),
			 "i" (SILK_VCPU_PENDING) : "memory", "cc");
}

static __always_inline unsigned long arch_local_irq_save(void)
{
	unsigned long flags = arch_local_save_flags();

	arch_local_irq_disable();
	return flags;
}

/* Enables, and sleeps until there is an event, in one step. */
static __always_inline void arch_safe_halt(void)
{
	u32 result;

	asm volatile("int $0x80" : "=a" (result) : "0" (SILK_BLOCK)
		     : "memory", "cc");
}

static inline void halt(void)
{
	arch_safe_halt();
}

/* ---- time that other guests had, for the scheduler (time.c) ---- */

u64 silk_account_stolen(u64 max);
u64 silk_stolen_from_rq(u64 max);

/* ---- processor state ---- */

void silk_cpuid(unsigned int *eax, unsigned int *ebx, unsigned int *ecx,
		unsigned int *edx);
#define __cpuid silk_cpuid

static inline void load_sp0(unsigned long sp0)
{
	SILK_WORD(SILK_VCPU_KERNEL_SP) = sp0;
}

unsigned long silk_get_debugreg(int reg);
void silk_set_debugreg(unsigned long value, int reg);
#define get_debugreg(var, reg)	((var) = silk_get_debugreg(reg))
#define set_debugreg(val, reg)	silk_set_debugreg(val, reg)

static inline unsigned long read_cr0(void)
{
	return CR0_STATE;
}

SILK_NOTHING(write_cr0, unsigned long x)

static __always_inline unsigned long read_cr2(void)
{
	return SILK_WORD(SILK_VCPU_FAULT_ADDRESS);
}

static __always_inline void write_cr2(unsigned long x)
{
	SILK_WORD(SILK_VCPU_FAULT_ADDRESS) = x;
}

extern unsigned long silk_cr3;
void silk_write_cr3(unsigned long cr3);

static inline unsigned long __read_cr3(void)
{
	return silk_cr3;
}

static inline void write_cr3(unsigned long x)
{
	silk_write_cr3(x);
}

SILK_NOTHING(__write_cr4, unsigned long x)
SILK_NOTHING(wbinvd, void)

#define load_gs_index(selector)	loadsegment(gs, selector)

/* There are no MSRs: reads give 0, writes go nowhere, safe ones fail. */
#define rdmsr(msr, low, high)						\
	do { (void)(msr); (low) = 0; (high) = 0; } while (0)
#define rdmsrl(msr, val)						\
	do { (void)(msr); (val) = 0; } while (0)

SILK_NOTHING(wrmsr, unsigned int msr, u32 low, u32 high)
SILK_NOTHING(wrmsrl, unsigned int msr, u64 val)

static inline int wrmsr_safe(unsigned int msr, u32 low, u32 high)
{
	return -EIO;
}

#define rdmsr_safe(msr, low, high)					\
	({ (void)(msr); *(low) = 0; *(high) = 0; -EIO; })

static inline int rdmsrl_safe(unsigned int msr, unsigned long long *p)
{
	*p = 0;
	return -EIO;
}

#define rdpmc(counter, low, high)					\
	do { (void)(counter); (low) = 0; (high) = 0; } while (0)
#define rdpmcl(counter, val)						\
	do { (void)(counter); (val) = 0; } while (0)

/* ---- descriptors ---- */

void silk_load_idt(const struct desc_ptr *dtr);
void silk_write_idt_entry(gate_desc *idt, int entry, const gate_desc *gate);
void silk_load_tls(struct thread_struct *t);
#define load_idt(dtr)			silk_load_idt(dtr)
#define write_idt_entry(dt, entry, g)	silk_write_idt_entry(dt, entry, g)
#define load_TLS(t, cpu)		silk_load_tls(t)
/* The GDT in memory is Linux's own notebook: the processor uses the
 * hypervisor's, of the same layout. */
#define write_gdt_entry(dt, entry, desc, type)				\
	native_write_gdt_entry(dt, entry, desc, type)
#define write_ldt_entry(dt, entry, desc)				\
	native_write_ldt_entry(dt, entry, desc)
#define store_tr(tr)			((tr) = GDT_ENTRY_TSS * 8)

SILK_NOTHING(load_TR_desc, void)
SILK_NOTHING(load_gdt, const struct desc_ptr *dtr)
SILK_NOTHING(set_ldt, const void *addr, unsigned int entries)
SILK_NOTHING(paravirt_alloc_ldt, struct desc_struct *ldt, unsigned int n)
SILK_NOTHING(paravirt_free_ldt, struct desc_struct *ldt, unsigned int n)

/* ---- address spaces ---- */

SILK_NOTHING(paravirt_activate_mm, struct mm_struct *prev, struct mm_struct *next)
SILK_NOTHING(paravirt_arch_dup_mmap, struct mm_struct *oldmm, struct mm_struct *mm)
SILK_NOTHING(paravirt_pgd_free, struct mm_struct *mm, pgd_t *pgd)
SILK_NOTHING(paravirt_alloc_pte, struct mm_struct *mm, unsigned long pfn)
SILK_NOTHING(paravirt_alloc_pmd, struct mm_struct *mm, unsigned long pfn)
SILK_NOTHING(paravirt_release_pte, unsigned long pfn)
SILK_NOTHING(paravirt_release_pmd, unsigned long pfn)
#define paravirt_pgd_alloc(mm)	0

#define __HAVE_ARCH_START_CONTEXT_SWITCH
void arch_start_context_switch(struct task_struct *prev);
void arch_end_context_switch(struct task_struct *next);

void paravirt_tlb_remove_table(struct mmu_gather *tlb, void *table);

/* Page tables come from TABLE chunks, not from the page allocator (pool.c). */
pgd_t *silk_pgd_alloc(void);
void silk_pgd_free(pgd_t *pgd);
void *silk_pt_alloc_boot(unsigned int count);
struct page *silk_pt_alloc(gfp_t gfp);
void silk_pt_free(struct page *page);
#define pt_alloc_page(gfp)	silk_pt_alloc(gfp)
#define pt_free_page(page)	silk_pt_free(page)

void silk_flush_all(void);
void silk_flush_page(unsigned long addr);
#define __flush_tlb_local()		silk_flush_all()
#define __flush_tlb_global()		silk_flush_all()
#define __flush_tlb_one_user(addr)	silk_flush_page(addr)
#define __flush_tlb_multi(mask, info)	do { (void)(info); } while (0)

/* ---- entries ---- */

/* [MEM-7] */
static inline u32 silk_to_machine(u32 entry)
{
	if (entry & _PAGE_PRESENT)
		entry = ((const u32 *)SILK_TO_MACHINE)[entry >> PGDIR_SHIFT] |
			(entry & ~PGDIR_MASK);
	return entry;
}

static inline u32 silk_from_machine(u32 entry)
{
	if (entry & _PAGE_PRESENT)
		entry = ((const u32 *)SILK_FROM_MACHINE)[entry >> PGDIR_SHIFT] |
			(entry & ~PGDIR_MASK);
	return entry;
}

static inline pte_t __pte(pteval_t val)
{
	return (pte_t) { .pte = silk_to_machine(val) };
}

static inline pteval_t pte_val(pte_t pte)
{
	return silk_from_machine(pte.pte);
}

static inline pgd_t __pgd(pgdval_t val)
{
	return (pgd_t) { silk_to_machine(val) };
}

static inline pgdval_t pgd_val(pgd_t pgd)
{
	return silk_from_machine(pgd.pgd);
}

/* The one way to write an entry (run.c, mmu.c): at once, in a run, or by the queue. */
void silk_set_entry(void *entry, u32 value);
void silk_clear_pmd(void *entry);

/*
 * Clear bits. With one processor nothing sets an accessed or dirty bit of the
 * entry before the operation is carried out: the kernel doesn't touch the
 * user's memory on the way, and no user runs. So a plain SET will do, which is
 * the hypervisor's fastest.
 */
static inline void silk_and_entry(void *entry, u32 mask)
{
	silk_set_entry(entry, *(u32 *)entry & mask);
}

/* What a queue may still hold must be there before a table is read. */
void silk_sync_table(u32 link, unsigned long address);
extern unsigned int silk_runs;
#define pte_offset_kernel(pmd, address)					\
	({								\
		pmd_t *_dir = (pmd);					\
		if (unlikely(SILK_WORD(SILK_VCPU_QUEUE_COUNT) | silk_runs))	\
			silk_sync_table(*(u32 *)_dir, (address));			\
		(pte_t *)pmd_page_vaddr(*_dir) + pte_index(address);	\
	})

static inline void set_pte(pte_t *ptep, pte_t pte)
{
	silk_set_entry(ptep, pte.pte);
}

#define set_pte_atomic(ptep, pte)	set_pte(ptep, pte)

static inline void pte_clear(struct mm_struct *mm, unsigned long addr,
			     pte_t *ptep)
{
	silk_set_entry(ptep, 0);
}

static inline void set_pmd(pmd_t *pmdp, pmd_t pmd)
{
	silk_set_entry(pmdp, native_pmd_val(pmd));
}

static inline void pmd_clear(pmd_t *pmdp)
{
	silk_clear_pmd(pmdp);
}

/* The old entry stays until the new one takes its place: one operation. */
#define __HAVE_ARCH_PTEP_MODIFY_PROT_TRANSACTION
static inline pte_t ptep_modify_prot_start(struct vm_area_struct *vma,
					   unsigned long addr, pte_t *ptep)
{
	return *ptep;
}

static inline void ptep_modify_prot_commit(struct vm_area_struct *vma,
					   unsigned long addr, pte_t *ptep,
					   pte_t old_pte, pte_t pte)
{
	silk_set_entry(ptep, pte.pte);
}

/* ---- when operations may wait in the queue ---- */

#define SILK_DEFER_LAZY		1	/* Linux's lazy MMU mode */
#define SILK_DEFER_FAULT	2	/* on the way to a return from a fault */
extern unsigned int silk_defer;

#define __HAVE_ARCH_ENTER_LAZY_MMU_MODE
static inline void arch_enter_lazy_mmu_mode(void)
{
	silk_defer |= SILK_DEFER_LAZY;
}

void silk_end_runs(void);
static inline void arch_leave_lazy_mmu_mode(void)
{
	silk_defer &= ~SILK_DEFER_LAZY;
	if (silk_runs)
		silk_end_runs();
}

void silk_drain(void);
static inline void arch_flush_lazy_mmu_mode(void)
{
	if (SILK_WORD(SILK_VCPU_QUEUE_COUNT) | silk_runs)
		silk_drain();
}

static inline void silk_fault_begin(void)
{
	silk_defer |= SILK_DEFER_FAULT;
}

static inline void silk_fault_end(void)
{
	silk_defer &= ~SILK_DEFER_FAULT;
}

#define __set_fixmap(idx, phys, flags)	native_set_fixmap(idx, phys, flags)

#endif /* !__ASSEMBLY__ */

#endif /* _ASM_X86_SILK_PARAVIRT_H */
