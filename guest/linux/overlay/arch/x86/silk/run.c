// SPDX-License-Identifier: GPL-2.0-only
/*
 * run.c - what Linux writes in lazy MMU mode, entry after entry, goes to the
 * hypervisor in runs (pt_run): a value in an array instead of an operation in the
 * queue. Two runs are gathered at a time, since fork writes two tables side by side.
 *
 * Invariants: outside of lazy MMU mode no run is pending. Of a table there is one
 * run at most, and what is queued later than a run is carried out behind it, since
 * everything that queues in lazy mode but the run's own entries ends the run first.
 * An interrupt handler neither adds to a run nor ends one.
 */
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <asm/silk.h>

#define RUN_MIN		4	/* fewer are cheaper as operations */
#define GAP_MAX		8	/* entries between that are written as they are */
#define CLOSED		1	/* no entry has this address */

static struct run {
	u32 next;		/* address of the entry behind the last, or CLOSED */
	u32 first;
	u32 count;
	u32 any;		/* all values or-ed */
	u32 value[PTRS_PER_PTE];
} runs[2] = { { .next = CLOSED }, { .next = CLOSED } };

unsigned int silk_runs;		/* is there one? */
EXPORT_SYMBOL(silk_runs);

static void queue_run(const struct run *run, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++)
		silk_queue(run->first + i * sizeof(pte_t), run->value[i]);
}

/* An entry that is refused is left out, as it is in the queue [PT-24]. */
static void call_run(const struct run *run, u32 count)
{
	u32 done = 0, result;

	while (done < count) {
		result = silk_call3(SILK_CALL_pt_run, run->first + done * sizeof(pte_t),
				    count - done, run->any ? (u32)&run->value[done] : 0);
		if (likely(!silk_refused(result))) {
			done += result;
			continue;
		}
		done += SILK_VCPU->diag.done + 1;
		if (SILK_VCPU->diag.clause != SILK_CLAUSE(SILK_AREA_PT, 74))
			silk_refusal("pt_run", result);
	}
	silk_queue_done();
}

static void end_run(struct run *run)
{
	u32 count = run->count;

	run->next = CLOSED;
	run->count = 0;
	if (count >= RUN_MIN)
		call_run(run, count);
	else
		queue_run(run, count);
}

void silk_end_runs(void)
{
	if (in_interrupt())
		return;
	silk_runs = 0;
	end_run(&runs[0]);
	end_run(&runs[1]);
}
EXPORT_SYMBOL(silk_end_runs);

static __always_inline void add(struct run *run, u32 value)
{
	run->value[run->count++] = value;
	run->any |= value;
	run->next += sizeof(pte_t);
	if (unlikely(!(run->next & ~PAGE_MASK)))
		run->next = CLOSED;
}

/* A few entries between that keep what they have don't end a run. */
static bool fill_gap(struct run *run, u32 entry)
{
	if (!run->count || run->next == CLOSED || entry < run->next ||
	    entry - run->next > GAP_MAX * sizeof(pte_t) ||
	    ((entry ^ run->first) & PAGE_MASK) || SILK_VCPU->queue_count)
		return false;
	while (run->next != entry)
		add(run, *(u32 *)__va(run->next));
	return true;
}

static bool of_table(const struct run *run, u32 entry)
{
	return run->count && !((run->first ^ entry) & PAGE_MASK);
}

/* The entry is no run's next one. Linux marks user page tables. */
static noinline bool start_run(u32 entry, u32 value)
{
	static unsigned int victim;
	struct run *run;

	if (in_interrupt() || !PageTable(pfn_to_page(PFN_DOWN(entry))))
		return false;
	if (of_table(&runs[0], entry))
		run = &runs[0];
	else if (of_table(&runs[1], entry))
		run = &runs[1];
	else
		run = &runs[victim = !victim];
	if (!fill_gap(run, entry)) {
		end_run(run);
		run->first = run->next = entry;
		run->any = 0;
	}
	add(run, value);
	silk_runs = 1;
	return true;
}

/* In lazy MMU mode. False: it is one for the queue. */
bool silk_add_to_run(u32 entry, u32 value)
{
	if (likely(runs[0].next == entry))
		add(&runs[0], value);
	else if (likely(runs[1].next == entry))
		add(&runs[1], value);
	else
		return start_run(entry, value);
	return true;
}
