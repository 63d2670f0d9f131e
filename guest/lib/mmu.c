// SPDX-License-Identifier: MIT
/*
 * mmu.c - writes to page tables, by the deferred queue where there is one and
 * by pt_batch where not.
 *
 * Invariant: an operation is complete in the queue before queue_count counts
 * it, and an upcall can't queue one between these two steps.
 */
#include "mmu.h"
#include "print.h"

/* [PT-24] The hypervisor goes on after a refused operation and tells us of the
 * first. */
static void check_queue(void)
{
	const struct silk_diag *diag = &vcpu()->diag;

	if (READ_ONCE(vcpu()->queue_error))
		panic("deferred queue: error %u, clause %u-%u, value 0x%x",
		      vcpu()->queue_error, diag->clause >> 16,
		      diag->clause & 0xffff, diag->value);
}

/* A call may do less than it was asked; the result says how much. */
static void batch(struct silk_mmu_op *ops, uint32_t count)
{
	while (count > 0) {
		int32_t done = hv_pt_batch(ops, count);

		if (done < 0 && done != -SILK_EAGAIN)
			panic("pt_batch(0x%x, 0x%x): error %d", ops->target,
			      ops->value, -done);
		if (done > 0) {
			ops += done;
			count -= (uint32_t)done;
		}
	}
}

/* Any hypercall drains the queue; this one does nothing else. */
void mmu_commit(void)
{
	hv_query(SILK_GROUP_ABI);
	check_queue();
}

static void operation(uint32_t target, uint32_t value)
{
	struct silk_mmu_op *queue = (struct silk_mmu_op *)SILK_I386_QUEUE;
	struct silk_mmu_op op = { target, value };
	uint32_t vif = irq_save();
	uint32_t n = READ_ONCE(vcpu()->queue_count);

	if (!feature(SILK_GROUP_MMU, SILK_F_MMU_QUEUE)) {
		batch(&op, 1);
	} else {
		if (n >= SILK_QUEUE_MAX) {
			mmu_commit();
			n = 0;
		}
		check_queue();
		queue[n] = op;
		barrier();
		WRITE_ONCE(vcpu()->queue_count, n + 1);
	}
	irq_restore(vif);
}

void mmu_write(uint32_t entry, uint32_t value)
{
	operation(entry | SILK_OP_SET, value);
}

void mmu_flush_page(const void *va)
{
	operation(SILK_CONTROL(SILK_CONTROL_FLUSH_PAGE), (uint32_t)va);
}

void mmu_flush_all(void)
{
	operation(SILK_CONTROL(SILK_CONTROL_FLUSH_ALL), 0);
}

void mmu_write_run(uint32_t entry, const uint32_t *values, uint32_t count)
{
	while (count > 0) {
		int32_t done = hv_pt_run(entry, count, values);

		if (done < 0 && done != -SILK_EAGAIN)
			panic("pt_run(0x%x, %u): error %d", entry, count, -done);
		if (done > 0) {
			entry += (uint32_t)done * 4;
			values += done;
			count -= (uint32_t)done;
		}
	}
}

uint32_t mmu_entry(uint32_t directory, const void *va)
{
	uint32_t link = mmu_read(directory + DIR_INDEX(va) * 4);

	if (!(link & SILK_I386_PRESENT) || link & SILK_I386_LARGE)
		return 0;
	return entry_gpa(link) + LEAF_INDEX(va) * 4;
}

uint32_t mmu_make_entry(uint32_t directory, const void *va)
{
	uint32_t entry = mmu_entry(directory, va);
	uint32_t table;

	if (entry)
		return entry;
	table = table_alloc(SILK_PT_TABLE);
	if (!table)
		return 0;
	mmu_write(directory + DIR_INDEX(va) * 4,
		  gpa_to_machine(table) | SILK_I386_PRESENT | SILK_I386_WRITABLE | SILK_I386_USER);
	return table + LEAF_INDEX(va) * 4;
}
