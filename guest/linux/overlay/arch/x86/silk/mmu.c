// SPDX-License-Identifier: GPL-2.0-only
/*
 * mmu.c - writing page tables: the deferred queue, when it is carried out, and
 * address-space switches.
 *
 * Every change of an entry goes into the vCPU's queue. Most are carried out at
 * once, by a hypercall behind it. Those of user page tables may wait, in lazy
 * MMU mode and in the page-fault handler, until the next hypercall or return.
 *
 * Invariants: the queue holds operations of the running task's present stay in
 * the kernel only: a context switch carries them out. A walk down to a page
 * table with operations in the queue carries them out first
 * (pte_offset_kernel()), so nobody reads what is about to change. Kernel
 * mappings are never made late.
 */
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <asm/desc.h>
#include <asm/processor.h>
#include <asm/silk.h>
#include <asm/tlb.h>

#define QUEUE	((volatile struct silk_mmu_op *)SILK_I386_QUEUE)

unsigned int silk_defer;
unsigned long silk_cr3;
EXPORT_SYMBOL(silk_defer);

/*
 * Which tables the queue's operations are about, and up to which entry: a walk
 * goes upwards, so what is queued for entries below its first one is nothing to
 * it. A slot is of one table, or of any.
 */
#define SLOTS		64
#define FILLS		0x1000

static struct slot {
	u32 key;		/* table + fill; MIXED + fill: of several tables */
	u32 last;		/* highest target */
} slots[SLOTS];
static u32 fill;		/* which filling of the queue this is: 0 to FILLS - 1 */
#define MIXED		0xfffff000

/* Between arch_start_context_switch() and arch_end_context_switch(). */
static bool switching;
static bool switch_pending;

static void queue_refused(u32 error)
{
	volatile struct silk_diag *diag = &SILK_VCPU->diag;

	SILK_VCPU->queue_error = 0;
	/* A mapping of a frame that isn't ours: a user of /dev/mem or a
	 * driver asks for a device that isn't there. The entry stays as it
	 * was, an access faults. */
	if (diag->clause == SILK_CLAUSE(SILK_AREA_PT, 74))
		return;
	pr_err("silk: operation %u in the queue refused: error %u, clause PT-%u, target %08x value %08x\n",
	       diag->done, error, diag->clause & 0xffff,
	       QUEUE[diag->done % SILK_QUEUE_MAX].target,
	       QUEUE[diag->done % SILK_QUEUE_MAX].value);
	WARN_ON_ONCE(1);
}

/* What the queue said, after a hypercall. */
void silk_queue_done(void)
{
	if (unlikely(SILK_VCPU->queue_error))
		queue_refused(SILK_VCPU->queue_error);
}

/* Any hypercall carries out the queue [PT-14]; this one does nothing else. */
void silk_drain(void)
{
	if (unlikely(silk_runs))
		silk_end_runs();
	silk_call0(SILK_CALL_deliver_events);
	silk_queue_done();
}
EXPORT_SYMBOL(silk_drain);

static struct slot *slot_of(u32 target)
{
	return &slots[(target >> PAGE_SHIFT) % SLOTS];
}

/* A slot that is left over from FILLS fillings ago looks like one of now: then
 * the queue is carried out once too often. */
static noinline void take_slot(struct slot *slot, u32 key)
{
	bool in_use = (slot->key & ~PAGE_MASK) == fill;

	slot->key = in_use ? MIXED | fill : key;
	slot->last = in_use ? 0xffffffff : 0;
}

static inline void note_target(u32 target)
{
	struct slot *slot = slot_of(target);
	u32 key = (target & PAGE_MASK) | fill;

	if (unlikely(slot->key != key))
		take_slot(slot, key);
	if (slot->last < target)
		slot->last = target;
}

/* Is there something in the queue for this table, from this entry on? Or may be. */
bool silk_in_queue(u32 entry)
{
	struct slot *slot = slot_of(entry);

	return SILK_VCPU->queue_count && slot->last >= entry &&
		(slot->key == ((entry & PAGE_MASK) | fill) ||
		 slot->key == (MIXED | fill));
}

/* The same, runs included. */
bool silk_is_queued(u32 entry)
{
	return silk_runs || silk_in_queue(entry);
}

/* [PT-25]: nothing may come between the operation and the count. */
static __always_inline void queue(u32 code, u32 target, u32 value)
{
	unsigned long flags = arch_local_irq_save();
	u32 count = SILK_VCPU->queue_count;

	if (unlikely(count == SILK_QUEUE_MAX)) {
		silk_drain();
		count = 0;
	}
	if (!count)
		fill = (fill + 1) % FILLS;
	if (code != SILK_OP_CONTROL)
		note_target(target);
	QUEUE[count].target = target | code;
	QUEUE[count].value = value;
	barrier();
	SILK_VCPU->queue_count = count + 1;
	arch_local_irq_restore(flags);
}

static void queue_control(u32 code, u32 value)
{
	queue(SILK_OP_CONTROL, SILK_CONTROL(code), value);
}

void silk_queue_set(u32 target, u32 value)
{
	queue(SILK_OP_SET, target, value);
}

/* Not one of those that only prolong a run (run.c). Linux marks user page tables:
 * operations on their entries may wait. */
void silk_set_single(u32 *entry, u32 value)
{
	bool wait = silk_defer && !in_interrupt() &&
		PageTable(virt_to_page(entry));

	if (wait && silk_defer & SILK_DEFER_LAZY && silk_gather(entry, value))
		return;
	queue(SILK_OP_SET, __pa(entry), value);
	/* What is taken away needs a flush behind it, and that drains. */
	if (value && !wait)
		silk_drain();
}

/* Unlinks a page table. The flush that follows drains, or the next use of the
 * directory (silk_pgd_alloc(), pmd_populate()). */
void silk_clear_pmd(void *entry)
{
	queue(SILK_OP_SET, __pa(entry), 0);
	if (((u32)entry & ~PAGE_MASK) / 4 >= KERNEL_PGD_BOUNDARY)
		silk_drain();
}
EXPORT_SYMBOL(silk_clear_pmd);

void silk_sync_table(u32 link, unsigned long address)
{
	u32 table = silk_from_machine(link) & PAGE_MASK;

	if (silk_is_queued(table + pte_index(address) * sizeof(pte_t)))
		silk_drain();
}
EXPORT_SYMBOL(silk_sync_table);

/* ---- flushes ---- */

void silk_flush_all(void)
{
	if (unlikely(silk_runs))
		silk_end_runs();
	queue_control(SILK_CONTROL_FLUSH_ALL, 0);
	silk_drain();
	silk_pt_flushed();
}

void silk_flush_page(unsigned long addr)
{
	if (unlikely(silk_runs))
		silk_end_runs();
	queue_control(SILK_CONTROL_FLUSH_PAGE, addr);
	if (addr >= TASK_SIZE || !(silk_defer & SILK_DEFER_FAULT) ||
	    in_interrupt())
		silk_drain();
}

/* ---- address spaces ---- */

static void load_directory(void)
{
	u32 result = silk_call1(SILK_CALL_pt_switch, silk_cr3);

	if (silk_refused(result)) {
		silk_refusal("pt_switch", result);
		panic("silk: can't load the page directory at %08lx", silk_cr3);
	}
	silk_queue_done();
	silk_pt_flushed();
}

/* In a context switch it waits for the segments: one hypercall for all. */
void silk_write_cr3(unsigned long cr3)
{
	if (cr3 == silk_cr3) {
		silk_flush_all();
		return;
	}
	silk_cr3 = cr3;
	if (switching)
		switch_pending = true;
	else
		load_directory();
}

void arch_start_context_switch(struct task_struct *prev)
{
	silk_defer = 0;
	switching = true;
}

void arch_end_context_switch(struct task_struct *next)
{
	switching = false;
	if (switch_pending) {
		switch_pending = false;
		load_directory();
	} else if (SILK_VCPU->queue_count) {
		silk_drain();
	}
}

/* Kernel threads use no segments of threads: they keep what is there. */
void silk_load_tls(struct thread_struct *t)
{
	static struct desc_struct loaded[GDT_ENTRY_TLS_ENTRIES];
	struct task_struct *task = container_of(t, struct task_struct, thread);
	unsigned int i;

	if (task->flags & PF_KTHREAD)
		return;
	for (i = 0; i < GDT_ENTRY_TLS_ENTRIES; i++) {
		const u32 *words = (const u32 *)&t->tls_array[i];

		if (!memcmp(&loaded[i], words, sizeof(loaded[i])))
			continue;
		loaded[i] = t->tls_array[i];
		queue_control(SILK_CONTROL_DESC_LOW, words[0]);
		queue_control(SILK_CONTROL_DESC_HIGH + GDT_ENTRY_TLS_MIN + i, words[1]);
	}
	if (!switching && SILK_VCPU->queue_count)
		silk_drain();
}

/* A page table that is out of use: to be used again only when no processor can
 * know of it any more [PT-23]. */
void paravirt_tlb_remove_table(struct mmu_gather *tlb, void *table)
{
	silk_pt_dying(table, __pa(tlb->mm->pgd) == silk_cr3);
}
