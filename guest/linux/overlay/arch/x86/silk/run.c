// SPDX-License-Identifier: GPL-2.0-only
/*
 * run.c - what Linux writes in lazy MMU mode, entry after entry, goes to the
 * hypervisor in runs (pt_run): a value in an array instead of an operation in the
 * queue. Two runs are gathered at a time, since fork writes two tables side by side.
 * One entry makes no run: the first goes to the queue, a run begins with the second.
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

#define RUN_MIN		3	/* fewer are cheaper as operations */
#define GAP_MAX		8	/* entries between that are written as they are */

static struct run {
	u32 *next;		/* the entry behind the last; NULL: nothing follows */
	u32 *first;		/* NULL: there is no run, */
	u32 *hint;		/* but this entry, if it comes, begins one */
	u32 any;		/* all values or-ed */
	u32 value[PTRS_PER_PTE]; /* each where it is in the table */
} runs[2];

unsigned int silk_runs;		/* is there one? */
EXPORT_SYMBOL(silk_runs);

static u32 index_of(const u32 *entry)
{
	return (u32)entry % PAGE_SIZE / sizeof(*entry);
}

static bool same_table(const u32 *a, const u32 *b)
{
	return !(((u32)a ^ (u32)b) & PAGE_MASK);
}

/* An entry that is refused is left out, as it is in the queue [PT-24]. */
static void call_run(u32 first, const u32 *value, u32 count, bool zeros)
{
	u32 done = 0, result;

	while (done < count) {
		result = silk_call3(SILK_CALL_pt_run, first + done * sizeof(u32),
				    count - done, zeros ? 0 : (u32)&value[done]);
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
	u32 index, end, gpa;

	if (!run->first)
		return;
	index = index_of(run->first);
	end = run->next ? index_of(run->next) : PTRS_PER_PTE;
	gpa = __pa(run->first);
	run->first = run->next = NULL;
	if (end - index >= RUN_MIN)
		call_run(gpa, &run->value[index], end - index, !run->any);
	else
		for (; index < end; index++, gpa += sizeof(u32))
			silk_queue_set(gpa, run->value[index]);
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

static __always_inline void add(struct run *run, u32 *entry, u32 value)
{
	run->value[index_of(entry)] = value;
	run->any |= value;
	run->next = same_table(entry, entry + 1) ? entry + 1 : NULL;
}

/* A few entries between that keep what they have don't end a run. */
static bool fill_gap(struct run *run, u32 *entry)
{
	u32 *next = run->next;

	if (!next || entry < next || entry - next > GAP_MAX ||
	    silk_in_queue(__pa(next)))
		return false;
	for (; next != entry; next++)
		add(run, next, *next);
	return true;
}

/* Where this entry belongs: to the run of its table, or to the one that it begins. */
static struct run *run_of(const u32 *entry)
{
	static unsigned int victim;

	if (same_table(runs[0].first, entry))
		return &runs[0];
	if (same_table(runs[1].first, entry))
		return &runs[1];
	if (runs[0].hint == entry)
		return &runs[0];
	if (runs[1].hint == entry)
		return &runs[1];
	return &runs[victim = !victim];
}

/* In lazy MMU mode, an entry of a user's page table that is no run's next one.
 * False: it is one for the queue. */
bool silk_gather(u32 *entry, u32 value)
{
	struct run *run = run_of(entry);

	if (!run->first && run->hint == entry) {
		run->first = entry;
		run->any = 0;
	} else if (!same_table(run->first, entry) || !fill_gap(run, entry)) {
		end_run(run);
		run->hint = entry + 1;
		return false;
	}
	add(run, entry, value);
	silk_runs = 1;
	return true;
}

/* The one way to write an entry. Short: fork comes here for each page. */
void silk_set_entry(void *entry, u32 value)
{
	if (likely(runs[0].next == entry))
		add(&runs[0], entry, value);
	else if (likely(runs[1].next == entry))
		add(&runs[1], entry, value);
	else
		silk_set_single(entry, value);
}
EXPORT_SYMBOL(silk_set_entry);
