// SPDX-License-Identifier: GPL-2.0-only
/*
 * mmu.c - page-table operations: pt_batch, pt_run, the deferred queue, pt_flush.
 *
 * Invariant: an entry is checked by entry.h, in the form in which it is stored,
 * and under the guest's lock, so what the check saw stays true. An operation is
 * checked wholly before it changes anything: a refused one has no effect.
 *
 * What is frequent is done by leaf.h; carry_out() finds the reason for its no, or
 * does what is rarer.
 */
#include "hypercall.h"
#include "cpu.h"
#include "leaf.h"
#include "libc.h"
#include "machine.h"

#define BLOCK      64u /* operations or values copied at a time */
#define FLUSH_MANY 32u /* pages: from there on all are forgotten */
#define AD         (SILK_I386_ACCESSED | SILK_I386_DIRTY)

/* One operation, and where its old value goes. */
struct op {
	u32 target, value;
	u32 *queued; /* in the deferred queue, or NULL: */
	u32 gva;     /* in guest memory */
	u32 refused; /* the value that was refused */
};

/* An entry, found, and what becomes of it. */
struct edit {
	struct table_chunk *t;
	u32 f, index; /* frame of t, entry of the frame */
	u32 *entry;
	u32 old, new;
};

/* ---- finding and checking ---- */

static enum silk_refusal locate(const struct guest *g, u32 target, struct edit *e)
{
	const struct chunks *c = &g->chunks;

	if (c->kind[target >> CHUNK_SHIFT] == SILK_CHUNK_ABSENT)
		return SILK_R_OP_OWNER;
	e->t = c->table[target >> CHUNK_SHIFT];
	if (!e->t)
		return SILK_R_OP_KIND;
	e->f = target >> PAGE_SHIFT & (CHUNK_FRAMES - 1);
	e->index = target / 4 % CHUNK_FRAMES;
	e->entry = table_entries(e->t, e->f) + e->index;
	if (e->t->state[e->f] == TABLE_FREE || e->t->state[e->f] == TABLE_TWIN)
		return SILK_R_OP_STATE;
	if (e->t->state[e->f] == TABLE_DIRECTORY && e->index >= KERNEL_END)
		return SILK_R_OP_RANGE;
	return SILK_R_NONE;
}

/*
 * The processor sets accessed and dirty bits of a directory's user range in both
 * views. Of the kernel range, a directory that is behind says nothing.
 */
static u32 old_value(const struct guest *g, const struct edit *e)
{
	u32 old = READ_ONCE(*e->entry);

	if (table_is_leaf(e->t, e->f))
		return old;
	if (e->index >= KERNEL_FIRST)
		return e->t->link[e->f] == g->kernel.generation ? old : g->kernel.entry[e->index];
	if (old & SILK_I386_PRESENT)
		old |= READ_ONCE(e->entry[CHUNK_FRAMES]) & AD;
	return old;
}

static u32 new_value(u32 op, u32 old, u32 value)
{
	if (op == SILK_OP_AND)
		return old & value;
	if (op == SILK_OP_SET_KEEP && (old & value & SILK_I386_PRESENT))
		return value | (old & AD);
	return value;
}

/* The page table that a link names: its chunk, and its frame there. */
static struct table_chunk *linked_table(const struct guest *g, u32 entry, u32 *f)
{
	*f = entry >> PAGE_SHIFT & (CHUNK_FRAMES - 1);
	return g->chunks.table[g->chunks.reverse[entry >> CHUNK_SHIFT] >> CHUNK_SHIFT];
}

static bool same_link(u32 old, u32 new)
{
	return entry_is_link(old) && ((old ^ new) & SILK_I386_FRAME) == 0;
}

/* A link that stays where it is, with other bits, is no new link [PT-20]. */
static enum silk_refusal check_link(const struct guest *g, const struct edit *e)
{
	u32 kind = g->chunks.machine_kind[e->new >> CHUNK_SHIFT];
	enum silk_refusal why = entry_check_link(e->new, kind);
	struct table_chunk *t;
	u32 f;

	if (why)
		return why;
	t = linked_table(g, e->new, &f);
	/* No table yet: the chunk is CHANGING [MEM-9]. */
	if (t && (t->state[f] == TABLE_UNLINKED || same_link(e->old, e->new)))
		return SILK_R_NONE;
	return SILK_R_LINK_STATE;
}

static enum silk_refusal check(const struct guest *g, const struct edit *e)
{
	u32 kind = g->chunks.machine_kind[e->new >> CHUNK_SHIFT];

	if (table_is_leaf(e->t, e->f))
		return entry_check(e->new, kind);
	if (entry_is_link(e->new))
		return check_link(g, e);
	return entry_check_large(e->new, kind);
}

/* ---- changing ---- */

/* The guest-wide set, the named directory, and those that are loaded [PT-8]. */
static void write_kernel(struct guest *g, const struct edit *e)
{
	bool current = e->t->link[e->f] == g->kernel.generation;
	bool changes = g->kernel.entry[e->index] != e->new;
	u32 i;

	g->kernel.entry[e->index] = e->new;
	if (changes)
		kernel_changed(g);
	for (i = 0; i < g->vcpus; i++) {
		struct table_chunk *t = table_loaded(g->vcpu[i]);
		u32 f = g->vcpu[i]->directory % CHUNK_FRAMES;

		if (t) {
			WRITE_ONCE(table_entries(t, f)[e->index], e->new);
			t->link[f] = g->kernel.generation;
		}
	}
	WRITE_ONCE(*e->entry, e->new);
	if (current)
		e->t->link[e->f] = g->kernel.generation;
}

/* Of a directory entry as the link of a page table. */
static u32 place(const struct edit *e)
{
	if (e->index >= KERNEL_FIRST)
		return e->index << 2 | LINK_KERNEL;
	return e->t->chunk << CHUNK_SHIFT | e->f << PAGE_SHIFT | e->index << 2;
}

static void write_directory(struct guest *g, const struct edit *e)
{
	struct table_chunk *t;
	u32 f;

	if (entry_is_link(e->old)) {
		t = linked_table(g, e->old, &f);
		t->state[f] = TABLE_UNLINKED;
	}
	if (entry_is_link(e->new)) {
		t = linked_table(g, e->new, &f);
		t->state[f] = TABLE_LINKED;
		t->link[f] = place(e);
	}
	if (e->index >= KERNEL_FIRST) {
		write_kernel(g, e);
		return;
	}
	WRITE_ONCE(e->entry[0], e->new);
	WRITE_ONCE(e->entry[CHUNK_FRAMES], e->new); /* the user view */
}

/* False if the processor set a bit in the entry since it was read. */
static bool apply(struct guest *g, struct edit *e)
{
	u32 old = e->old;

	e->new = entry_stored(e->new);
	if (table_is_leaf(e->t, e->f))
		return __atomic_compare_exchange_n(e->entry, &old, e->new, false,
						   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	if (old_value(g, e) != old)
		return false;
	write_directory(g, e);
	return true;
}

/* DESC_HIGH, and an index that a guest may write. */
static bool descriptor_code(u32 code)
{
	return (code >= SILK_CONTROL_DESC_HIGH + SILK_I386_DESC_TLS &&
		code <= SILK_CONTROL_DESC_HIGH + SILK_I386_DESC_TLS_LAST) ||
	       code == SILK_CONTROL_DESC_HIGH + SILK_I386_DESC_PERCPU;
}

/* [PT-13] */
static enum silk_refusal control(struct vcpu *v, struct op *op)
{
	u32 code = op->target >> 2;

	if (code == SILK_CONTROL_FLUSH_ALL) {
		machine_flush_all(v->guest);
	} else if (code == SILK_CONTROL_FLUSH_PAGE) {
		if (op->value < SILK_I386_HYPERVISOR)
			machine_flush_page(v->guest, op->value);
	} else if (code == SILK_CONTROL_DESC_LOW) {
		v->queue_desc_low = op->value;
	} else if (descriptor_code(code)) {
		u32 low = v->queue_desc_low;

		v->queue_desc_low = 0;
		return set_descriptor(v, code - SILK_CONTROL_DESC_HIGH, low, op->value,
				      &op->refused);
	} else {
		return SILK_R_OP_CONTROL;
	}
	return SILK_R_NONE;
}

static int save_old(const struct op *op, u32 old)
{
	if (!op->queued)
		return copy_to_guest(op->gva, &old, sizeof(old));
	WRITE_ONCE(*op->queued, old);
	return 0;
}

/*
 * Any operation. The loop ends: it repeats only if the processor has set an
 * accessed or dirty bit meanwhile - storing the old value may do that - and
 * nobody clears one.
 */
static enum silk_refusal carry_out(struct vcpu *v, struct op *op)
{
	u32 code = op->target & SILK_OP_MASK;
	struct guest *g = v->guest;
	enum silk_refusal why;
	struct edit e;

	op->refused = op->target;
	if (code == SILK_OP_CONTROL)
		return control(v, op);
	why = locate(g, op->target, &e);
	if (why)
		return why;
	do {
		e.old = old_value(g, &e);
		e.new = new_value(code, e.old, op->value);
		op->refused = op->value;
		why = check(g, &e);
		if (why)
			return why;
		if (code == SILK_OP_AND && save_old(op, e.old)) {
			op->refused = op->gva;
			return SILK_R_BATCH_FAULT;
		}
	} while (!apply(g, &e));
	return SILK_R_NONE;
}

/* ---- calls ---- */

/* [PT-64] stands before what carry_out() refuses for. Stores what was there. */
static bool old_unstorable(const struct op *op)
{
	return (op->target & SILK_OP_MASK) == SILK_OP_AND &&
	       copy_to_guest(op->gva, &op->value, sizeof(op->value));
}

/* What set_leaf() didn't do: operation number `done` of the call, copied from
 * gva; 0 or what refuse() gave. */
static __attribute__((noinline)) u32 run_one(struct vcpu *v, const struct silk_mmu_op *o,
					     u32 gva, u32 done)
{
	struct op op = {
		.target = o->target,
		.value = o->value,
		.gva = gva + offsetof(struct silk_mmu_op, value),
	};
	enum silk_refusal why = carry_out(v, &op);

	if (why && old_unstorable(&op))
		return refuse(v, SILK_R_BATCH_FAULT, op.gva, done);
	return why ? refuse(v, why, op.refused, done) : 0;
}

/* [PT-18] `n` operations that were copied from gva, of which the first is number
 * `done` of the call; 0 or what refuse() gave. */
static u32 run_block(struct vcpu *v, const struct silk_mmu_op *ops, u32 n, u32 gva, u32 done)
{
	const struct chunks *c = &v->guest->chunks;
	const struct silk_mmu_op *o, *end = ops + n;
	u32 result;

	for (o = ops; o != end; o++) {
		if (likely(set_leaf(c, o->target, o->value)))
			continue;
		n = (u32)(o - ops);
		result = run_one(v, o, gva + n * sizeof(*o), done + n);
		if (result)
			return result;
	}
	return 0;
}

u32 call_pt_batch(struct vcpu *v, u32 gva, u32 count, u32 unused)
{
	struct silk_mmu_op ops[BLOCK];
	u32 done, n, result;

	(void)unused;
	if (!count || count > SILK_BATCH_MAX)
		return refuse(v, SILK_R_BATCH_COUNT, count, 0);
	for (done = 0; done < count; done += n, gva += n * sizeof(*ops)) {
		n = MIN(count - done, BLOCK);
		/* Those before one that can't be read are carried out. */
		if (copy_from_guest(ops, gva, n * sizeof(*ops))) {
			n = 1;
			if (copy_from_guest(ops, gva, sizeof(*ops)))
				return refuse(v, SILK_R_BATCH_FAULT, gva, done);
		}
		result = run_block(v, ops, n, gva, done);
		if (result)
			return result;
	}
	return done;
}

/* [PT-17] `n` values, of which the first is number `done` of the call, from entry on;
 * 0 or what refuse() gave. */
static u32 run_values(struct vcpu *v, u32 entry, const u32 *values, u32 n, u32 done)
{
	u32 i = set_leaves(&v->guest->chunks, entry, values, n), result;

	for (; i < n; i++) {
		struct silk_mmu_op o = { .target = entry + i * 4, .value = values[i] };

		result = run_one(v, &o, 0, done + i);
		if (result)
			return result;
	}
	return 0;
}

static u32 run_zeros(struct vcpu *v, u32 entry, u32 count)
{
	u32 *entries = leaf_entries(&v->guest->chunks, entry);
	struct silk_mmu_op o = { .target = entry };
	u32 i, result;

	if (entries) {
		memset(entries + entry % PAGE_SIZE / 4, 0, count * sizeof(u32));
		return count;
	}
	for (i = 0; i < count; i++, o.target += 4) {
		result = run_one(v, &o, 0, i);
		if (result)
			return result;
	}
	return count;
}

u32 call_pt_run(struct vcpu *v, u32 entry, u32 count, u32 gva)
{
	u32 values[BLOCK];
	u32 done, n, result;

	if (entry % 4)
		return refuse(v, SILK_R_RUN_ALIGN, entry, 0);
	if (!count || count > CHUNK_FRAMES - entry / 4 % CHUNK_FRAMES)
		return refuse(v, SILK_R_RUN_COUNT, count, 0);
	if (!gva)
		return run_zeros(v, entry, count);
	for (done = 0; done < count; done += n, gva += n * (u32)sizeof(u32)) {
		n = MIN(count - done, BLOCK);
		if (copy_from_guest(values, gva, n * sizeof(u32))) {
			n = 1;
			if (copy_from_guest(values, gva, sizeof(u32)))
				return refuse(v, SILK_R_RUN_FAULT, gva, done);
		}
		result = run_values(v, entry + done * 4, values, n, done);
		if (result)
			return result;
	}
	return done;
}

/* What set_leaf() didn't do. A refusal doesn't hold up the others [PT-24]. */
static __attribute__((noinline)) void run_queued(struct vcpu *v, struct silk_mmu_op *q,
						 u32 target, u32 value)
{
	struct op op = { .target = target, .value = value, .queued = &q->value };
	enum silk_refusal why = carry_out(v, &op);

	if (why)
		refuse_queued(v, why, op.refused, (u32)(q - v->queue));
}

static __attribute__((noinline)) void drain(struct vcpu *v, u32 count)
{
	const struct chunks *c = &v->guest->chunks;
	struct silk_mmu_op *q = v->queue, *end = q + MIN(count, SILK_QUEUE_MAX);

	for (; q != end; q++) {
		u32 target = READ_ONCE(q->target);
		u32 value = READ_ONCE(q->value);

		if (unlikely(!set_leaf(c, target, value)))
			run_queued(v, q, target, value);
	}
	WRITE_ONCE(v->page->queue_count, 0);
}

/* [PT-14] The guest may write the queue meanwhile: each word is read once. */
void mmu_drain_queue(struct vcpu *v)
{
	u32 count = READ_ONCE(v->page->queue_count);

	if (count)
		drain(v, count);
}

/* [PT-22] */
u32 call_pt_flush(struct vcpu *v, u32 address, u32 pages, u32 unused)
{
	u32 end = SILK_I386_HYPERVISOR >> PAGE_SHIFT;
	u32 page = address >> PAGE_SHIFT;

	(void)unused;
	if (pages && (page >= end || pages > end - page))
		return refuse(v, SILK_R_FLUSH_RANGE, address, 0);
	if (!pages || pages >= FLUSH_MANY) {
		machine_flush_all(v->guest);
		return 0;
	}
	for (; pages; pages--, page++)
		machine_flush_page(v->guest, page << PAGE_SHIFT);
	return 0;
}
