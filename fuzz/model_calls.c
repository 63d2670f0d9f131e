// SPDX-License-Identifier: GPL-2.0-only
/*
 * model_calls.c - what each call should have returned, refused and changed.
 *
 * The model runs after the real call and takes what that read of the guest's
 * memory from the record of its copies: so the memory may change at any time,
 * and a byte that is copied twice is a finding by itself.
 *
 * Where the specification leaves the answer open (SILK_EAGAIN, scarce memory) it
 * takes the real one, if that is allowed, and goes on from there. Calls that
 * change nothing that isolation stands on are only checked for their refusals.
 */
#include <string.h>

#include "model.h"
#include "hypervisor/core/chunk.h"

static const struct {
	u32 clause;
	u32 error, argument;
	const char *name;
} rows[SILK_R_COUNT] = {
#define X(id, call, err, arg, area, n, text) \
	[SILK_R_##id] = { SILK_CLAUSE(SILK_AREA_##area, n), SILK_##err, arg, #id },
	SILK_REFUSALS(X)
#undef X
	[SILK_R_NONE] = { 0, 0, 0, "no refusal" },
};

/* Which calls a row speaks of. "any" and "entry" stand for several. */
enum { ROW_any = 1000, ROW_entry,
#define X(nr, name, group, nargs, a1, a2, a3, text) ROW_##name = nr,
	SILK_HYPERCALLS(X)
#undef X
};

static const u32 row_call[SILK_R_COUNT] = {
#define X(id, call, err, arg, area, n, text) [SILK_R_##id] = ROW_##call,
	SILK_REFUSALS(X)
#undef X
};

#define OK(n)		((struct verdict){ SILK_R_NONE, n, 0 })
#define NO(id, value)	((struct verdict){ SILK_R_##id, value, 0 })

/* ---- what the call copied ---- */

static const struct call *call;
static u32 next_write;

/* Bytes at gva as the call read them; NULL: it was refused them. */
static const u8 *fetched(u32 gva, u32 bytes)
{
	bool refused = false;
	u32 i;

	for (i = 0; i < call->transfers; i++) {
		const struct transfer *t = &call->transfer[i];

		if (t->write || gva - t->gva >= t->bytes || t->bytes - (gva - t->gva) < bytes)
			continue;
		if (t->done)
			return t->data + (gva - t->gva);
		refused |= t->gva == gva && t->bytes == bytes;
	}
	if (!refused)
		finding("%u bytes at %08x were neither read nor found unreadable", bytes, gva);
	return NULL;
}

/* Was a word stored at gva? Its last attempt, in the order of the operations. */
static bool stored(u32 gva, u32 *value)
{
	bool tried = false, done = false;

	for (; next_write < call->transfers; next_write++) {
		const struct transfer *t = &call->transfer[next_write];

		if (t->write && t->gva != gva)
			break;
		if (!t->write && tried)
			break;
		if (!t->write)
			continue;
		tried = true;
		done = t->done;
		memcpy(value, t->data, sizeof(*value));
	}
	if (!tried)
		finding("no old entry was stored at %08x", gva);
	return done;
}

static void check_copied_once(void)
{
	u32 i, j;

	for (i = 0; i < call->transfers; i++)
		for (j = 0; j < i; j++) {
			const struct transfer *a = &call->transfer[i], *b = &call->transfer[j];

			if (!a->write && !b->write && a->done && b->done &&
			    (a->gva - b->gva < b->bytes || b->gva - a->gva < a->bytes))
				finding("guest memory at %08x was copied twice", a->gva);
		}
}

/* ---- operations ---- */

static bool descriptor_index(u32 index)
{
	return (index >= SILK_I386_DESC_TLS && index <= SILK_I386_DESC_TLS_LAST) ||
		index == SILK_I386_DESC_PERCPU;
}

/* [CPU-4] 0, or present, 32-bit, data, of ring 3, and not a 64-bit segment. */
static struct verdict descriptor(u32 index, u32 low, u32 high)
{
	if (!descriptor_index(index))
		return NO(DESC_INDEX, index);
	if ((low || high) && (high & 0x0060f800) != 0x0040f000)
		return NO(DESC_BITS, high);
	return OK(0);
}

/* [PT-13] */
static struct verdict control(struct model *m, u32 vcpu, u32 target, u32 value)
{
	u32 code = target >> 2, low;

	if (code == SILK_CONTROL_FLUSH_ALL || code == SILK_CONTROL_FLUSH_PAGE)
		return OK(0);
	if (code == SILK_CONTROL_DESC_LOW) {
		m->desc_low[vcpu] = value;
		return OK(0);
	}
	if (code < SILK_CONTROL_DESC_HIGH || !descriptor_index(code - SILK_CONTROL_DESC_HIGH))
		return NO(OP_CONTROL, target);
	low = m->desc_low[vcpu];
	m->desc_low[vcpu] = 0;
	return descriptor(code - SILK_CONTROL_DESC_HIGH, low, value);
}

static void check_old(u32 got, u32 old)
{
	u32 ad = old & P ? AD : 0;

	if ((got ^ old) & ~ad)
		finding("AND reported an old entry of %08x, not %08x", got, old);
}

/* An operation of a batch; where its old value goes, if it is an AND. */
static struct verdict operation(struct model *m, u32 vcpu, u32 target, u32 value, u32 gva)
{
	bool and = (target & SILK_OP_MASK) == SILK_OP_AND;
	struct verdict d = OK(0);
	u32 old = 0, got = 0;

	if ((target & SILK_OP_MASK) == SILK_OP_CONTROL)
		return control(m, vcpu, target, value);
	d.why = model_entry(m, target, value, &old, &d.value, false);
	if (and && !stored(gva, &got))
		return NO(BATCH_FAULT, gva);
	if (d.why)
		return d;
	if (and)
		check_old(got, old);
	model_entry(m, target, value, &old, &d.value, true);
	return d;
}

static struct verdict batch(struct model *m, u32 gva, u32 count)
{
	struct silk_mmu_op op;
	struct verdict d;
	const u8 *at;
	u32 i;

	if (!count || count > SILK_BATCH_MAX)
		return NO(BATCH_COUNT, count);
	for (i = 0; i < count; i++) {
		at = fetched(gva + i * 8, 8);
		d = NO(BATCH_FAULT, gva + i * 8);
		if (at) {
			memcpy(&op, at, sizeof(op));
			d = operation(m, call->v->number, op.target, op.value, gva + i * 8 + 4);
		}
		d.done = i;
		if (d.why)
			return d;
	}
	return OK(count);
}

static struct verdict run(struct model *m, u32 entry, u32 count, u32 gva)
{
	u32 i, old, value;
	const u8 *at;

	if (entry % 4)
		return NO(RUN_ALIGN, entry);
	if (!count || count > (PAGE_SIZE - entry % PAGE_SIZE) / 4)
		return NO(RUN_COUNT, count);
	for (i = 0; i < count; i++) {
		struct verdict d = NO(RUN_FAULT, gva + i * 4);

		d.done = i;
		value = 0;
		if (gva) {
			at = fetched(gva + i * 4, 4);
			if (!at)
				return d;
			memcpy(&value, at, sizeof(value));
		}
		d.why = model_entry(m, entry + i * 4, value, &old, &d.value, true);
		if (d.why)
			return d;
	}
	return OK(count);
}

/* [PT-14] [PT-24]: what the queue did, before the call. */
static struct verdict queue(struct model *m)
{
	u32 n = MIN(call->queued, SILK_QUEUE_MAX), error = call->queue_error, i;
	const struct vcpu *v = call->v;
	struct verdict last = OK(0);

	for (i = 0; i < n; i++) {
		u32 target = call->queue[i].target, value = call->queue[i].value, old = 0;
		struct verdict d;

		if ((target & SILK_OP_MASK) == SILK_OP_CONTROL) {
			d = control(m, v->number, target, value);
		} else {
			d.why = model_entry(m, target, value, &old, &d.value, true);
			if (!d.why && (target & SILK_OP_MASK) == SILK_OP_AND)
				check_old(v->queue[i].value, old);
		}
		if (!d.why)
			continue;
		m->refusals++;
		error = error ? error : rows[d.why].error;
		last = d;
		last.done = i;
	}
	return last;
}

/* ---- table frames ---- */

/* The conditions that all calls which name a frame have in common. */
#define FRAME_CHECKS(m, gpa, ALIGN, OWNER, KIND) do { \
	if ((gpa) % PAGE_SIZE) \
		return NO(ALIGN, gpa); \
	if ((m)->kind[(gpa) >> CHUNK_SHIFT] == SILK_CHUNK_ABSENT) \
		return NO(OWNER, gpa); \
	if ((m)->kind[(gpa) >> CHUNK_SHIFT] != SILK_CHUNK_TABLE) \
		return NO(KIND, gpa); \
} while (0)

static struct verdict pt_alloc(struct model *m, u32 gpa, u32 level)
{
	bool directory = level == SILK_PT_DIRECTORY;

	if (gpa % PAGE_SIZE)
		return NO(ALLOC_ALIGN, gpa);
	if (!directory && level != SILK_PT_TABLE)
		return NO(ALLOC_LEVEL, level);
	if (directory && gpa >> PAGE_SHIFT & 1)
		return NO(ALLOC_PAIR, gpa);
	FRAME_CHECKS(m, gpa, ALLOC_ALIGN, ALLOC_OWNER, ALLOC_KIND);
	if (state_of(m, gpa) != M_FREE || (directory && state_of(m, gpa + PAGE_SIZE) != M_FREE))
		return NO(ALLOC_STATE, gpa);
	model_new_frame(m, gpa, directory ? M_DIRECTORY : M_UNLINKED);
	if (directory)
		model_new_frame(m, gpa + PAGE_SIZE, M_TWIN);
	return OK(0);
}

static struct verdict pt_free(struct model *m, u32 gpa)
{
	u32 i, *entry;

	FRAME_CHECKS(m, gpa, FREE_ALIGN, FREE_OWNER, FREE_KIND);
	switch (state_of(m, gpa)) {
	case M_FREE:
	case M_TWIN:
		return NO(FREE_STATE, gpa);
	case M_LINKED:
		return NO(FREE_LINKED, gpa);
	case M_DIRECTORY:
		for (i = 0; i < FUZZ_VCPUS; i++)
			if (m->loaded[i] == gpa)
				return NO(FREE_LOADED, gpa);
		entry = frames_of(m, gpa)->entry[frame_of(gpa)];
		for (i = 0; i < KERNEL_PDE; i++)
			if ((entry[i] & (P | SILK_I386_LARGE)) == P)
				return NO(FREE_CHILDREN, gpa);
		model_free_frame(m, gpa + PAGE_SIZE);
	}
	model_free_frame(m, gpa);
	return OK(0);
}

static struct verdict pt_switch(struct model *m, u32 gpa)
{
	FRAME_CHECKS(m, gpa, SWITCH_ALIGN, SWITCH_OWNER, SWITCH_KIND);
	if (state_of(m, gpa) != M_DIRECTORY)
		return NO(SWITCH_STATE, gpa);
	m->loaded[call->v->number] = gpa;
	return OK(0);
}

static struct verdict pt_flush(u32 address, u32 pages)
{
	u64 end = (u64)(address & ~(PAGE_SIZE - 1)) + (u64)pages * PAGE_SIZE;

	return pages && end > SILK_I386_HYPERVISOR ? NO(FLUSH_RANGE, address) : OK(0);
}

/* ---- chunks ---- */

static void end_change(struct model *m)
{
	if (m->changing != CHUNKS)
		model_kind(m, m->changing, SILK_CHUNK_RAM);
	m->changing = CHUNKS;
}

static void begin_change(struct model *m, u32 chunk, bool giving)
{
	model_kind(m, chunk, SILK_CHUNK_CHANGING);
	m->changing = chunk;
	m->giving = giving;
}

static bool pinned(const struct model *m, u32 chunk)
{
	return chunk_pinned(m->machine[chunk] >> CHUNK_SHIFT);
}

/* SILK_EAGAIN is right if there was a reason to stop. */
static bool again(const struct model *m)
{
	return call->result == -(u32)SILK_EAGAIN && (call->hasty || m->used > 250);
}

static bool short_of_memory(void)
{
	return call->result == -(u32)SILK_ENOMEM && call->scarce;
}

static struct verdict convert(struct model *m, u32 chunk, u32 kind)
{
	if (m->changing != chunk || m->giving || kind != SILK_CHUNK_TABLE)
		end_change(m);
	if (chunk >= CHUNKS || m->kind[chunk] == SILK_CHUNK_ABSENT)
		return NO(CONVERT_OWNER, chunk);
	if (kind != SILK_CHUNK_RAM && kind != SILK_CHUNK_TABLE)
		return NO(CONVERT_KIND, kind);
	if (m->kind[chunk] == kind)
		return NO(CONVERT_SAME, chunk);
	if (pinned(m, chunk))
		return NO(CONVERT_PINNED, chunk);
	if (kind == SILK_CHUNK_RAM) {
		u32 f;

		for (f = 0; f < CHUNK_FRAMES; f++)
			if (m->frames[chunk]->state[f] != M_FREE)
				return NO(CONVERT_TABLES, chunk);
		model_kind(m, chunk, SILK_CHUNK_RAM);
		return OK(0);
	}
	if (again(m)) {
		begin_change(m, chunk, false);
		return NO(CONVERT_AGAIN, chunk);
	}
	end_change(m);
	if (model_maps(m, chunk, true))
		return NO(CONVERT_MAPPED, chunk);
	if (m->tables == SILK_TABLE_CHUNKS_MAX || short_of_memory())
		return NO(CONVERT_MEMORY, chunk);
	model_kind(m, chunk, SILK_CHUNK_TABLE);
	return OK(0);
}

static struct verdict give(struct model *m, u32 chunk)
{
	if (m->changing != chunk || !m->giving)
		end_change(m);
	if (chunk >= CHUNKS || m->kind[chunk] == SILK_CHUNK_ABSENT)
		return NO(GIVE_OWNER, chunk);
	if (m->kind[chunk] == SILK_CHUNK_TABLE)
		return NO(GIVE_KIND, chunk);
	if (pinned(m, chunk))
		return NO(GIVE_PINNED, chunk);
	if (again(m)) {
		begin_change(m, chunk, true);
		return NO(GIVE_AGAIN, chunk);
	}
	end_change(m);
	if (model_maps(m, chunk, false))
		return NO(GIVE_MAPPED, chunk);
	model_remove(m, chunk);
	return OK(0);
}

/* [MEM-5] There is no data in it, not even zeros. */
static void check_zero(u32 machine)
{
	const u32 *word = (u32 *)(fake.memory + machine);
	u32 i;

	for (i = 0; i < CHUNK_SIZE / sizeof(*word); i++)
		if (word[i])
			finding("a chunk that was taken holds %08x at %08x", word[i],
				machine + i * 4);
}

static struct verdict take(struct model *m, u32 chunk, u32 kind)
{
	const struct guest *g = call->v->guest;

	if (chunk >= CHUNKS)
		return NO(TAKE_RANGE, chunk);
	if (kind != SILK_CHUNK_RAM && kind != SILK_CHUNK_TABLE)
		return NO(TAKE_KIND, kind);
	if (m->kind[chunk] != SILK_CHUNK_ABSENT)
		return NO(TAKE_PRESENT, chunk);
	if (m->owned >= m->limit || short_of_memory() ||
	    (kind == SILK_CHUNK_TABLE && m->tables == SILK_TABLE_CHUNKS_MAX))
		return NO(TAKE_MEMORY, chunk);
	/* Others, and the images that they keep, may have it all. */
	if (call->result == -(u32)SILK_ENOMEM && !chunks_free())
		return NO(TAKE_MEMORY, chunk);
	if (!call->result) {
		model_add(m, chunk, kind, g->chunks.machine[chunk]);
		if (!chunk_is_hole(m->machine[chunk]))
			check_zero(m->machine[chunk]);
	}
	return OK(0);
}

/* ---- all of them ---- */

/* Not modelled: any refusal that the table has for it, and that error. */
static struct verdict open(enum silk_refusal seen)
{
	struct verdict d = OK(call->result);

	if (call->result < 0xfffff000u)
		return d;
	if (row_call[seen] != call->nr)
		finding("call %s was refused by %s", call_name(call->nr), rows[seen].name);
	d.why = seen;
	d.value = call->v->page->diag.value;
	d.done = call->v->page->diag.done;
	return d;
}

static struct verdict carry_out(struct model *m, enum silk_refusal seen)
{
	const u32 *a = call->arg;

	switch (call->nr) {
	case SILK_CALL_query:
		if (a[0] >= SILK_NR_GROUPS)
			return NO(QUERY_GROUP, a[0]);
		return a[0] == SILK_GROUP_NET ? NO(QUERY_NOTOFFERED, a[0]) : OK(1u << 16);
	case SILK_CALL_yield:
	case SILK_CALL_block:
	case SILK_CALL_deliver_events:
	case SILK_CALL_set_timer:
		return OK(0);
	case SILK_CALL_pt_alloc:
		return pt_alloc(m, a[0], a[1]);
	case SILK_CALL_pt_free:
		return pt_free(m, a[0]);
	case SILK_CALL_pt_batch:
		return batch(m, a[0], a[1]);
	case SILK_CALL_pt_run:
		return run(m, a[0], a[1], a[2]);
	case SILK_CALL_pt_switch:
		return pt_switch(m, a[0]);
	case SILK_CALL_pt_flush:
		return pt_flush(a[0], a[1]);
	case SILK_CALL_chunk_convert:
		return convert(m, a[0], a[1]);
	case SILK_CALL_chunk_give:
		return give(m, a[0]);
	case SILK_CALL_chunk_take:
		return take(m, a[0], a[1]);
	case SILK_CALL_set_descriptor:
		return descriptor(a[0], a[1], a[2]);
	case SILK_CALL_set_debugreg:
		if (a[0] > 3 && a[0] != 7)
			return NO(DEBUG_NUMBER, a[0]);
		return open(seen);
	case SILK_CALL_net_send:
	case SILK_CALL_net_post:
		return NO(CALL_NOTOFFERED, call->nr);
	default:
		return call->nr < SILK_NR_CALLS ? open(seen) : NO(CALL_UNKNOWN, call->nr);
	}
}

/* Has a guest written over its own diagnostics, by an AND into the vCPU page? */
static bool overwritten(void)
{
	u32 i;

	for (i = 0; i < call->transfers; i++)
		if (call->transfer[i].write && call->transfer[i].done &&
		    call->transfer[i].gva >= SILK_I386_KERNEL_BASE + (FUZZ_LOW << CHUNK_SHIFT))
			return true;
	return false;
}

static void check_refusal(const struct verdict *d)
{
	const struct silk_diag *diag = &call->v->page->diag;

	if (diag->clause != rows[d->why].clause || diag->argument != rows[d->why].argument ||
	    diag->value != d->value || diag->done != d->done ||
	    diag->refusals != model_of(call->v->guest)->refusals)
		finding("refused by %s: argument %u, value %08x, done %u, refusal %u; the slot "
			"says clause %x, argument %u, value %08x, done %u, refusal %u",
			rows[d->why].name, rows[d->why].argument, d->value, d->done,
			model_of(call->v->guest)->refusals, diag->clause, diag->argument,
			diag->value, diag->done, diag->refusals);
}

void model_call(const struct call *c)
{
	struct model *m = model_of(c->v->guest);
	enum silk_refusal seen = fake_why(c->v);
	struct verdict d, queued;
	u32 want;

	call = c;
	next_write = 0;
	check_copied_once();
	queued = queue(m);
	d = carry_out(m, seen);
	want = d.why ? -rows[d.why].error : d.value;
	if (c->result != want)
		finding("result %08x, not %08x (%s); the slot says %s", c->result, want,
			rows[d.why].name, rows[seen].name);
	if (d.why)
		m->refusals++;
	else if (c->nr == SILK_CALL_blk_submit)	/* may say why it stopped [CALL-8] */
		m->refusals = (u32)c->v->guest->stats.refusals;
	if (overwritten())
		return;
	if (d.why)
		check_refusal(&d);
	else if (queued.why && c->nr != SILK_CALL_blk_submit)
		check_refusal(&queued);
}
