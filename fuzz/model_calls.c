// SPDX-License-Identifier: GPL-2.0-only
/*
 * model_calls.c - what each call should have returned, refused and changed.
 *
 * The model runs after the real call and takes what that read of the guest's
 * memory from the record of its copies: so the memory may change at any time,
 * and a byte that is copied twice is a finding by itself.
 */
#include <string.h>

#include "model.h"

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

static const u32 version[SILK_NR_GROUPS] = {
#define X(nr, name, major, minor) [nr] = (major) << 16 | (minor),
	SILK_GROUPS(X)
#undef X
};

/* ---- what the call copied ---- */

static const struct call *call;
static u32 next_write;

const u8 *model_fetched_next(u32 *next, u32 gva, u32 bytes)
{
	u32 i, refused = 0;

	for (i = *next; i < call->transfers; i++) {
		const struct transfer *t = &call->transfer[i];

		if (t->write || gva - t->gva >= t->bytes || t->bytes - (gva - t->gva) < bytes)
			continue;
		if (t->done) {
			*next = i + 1;
			return t->data + (gva - t->gva);
		}
		if (t->gva == gva && t->bytes == bytes)
			refused = i + 1;
	}
	if (!refused)
		finding("%u bytes at %08x were neither read nor found unreadable", bytes, gva);
	*next = refused;
	return NULL;
}

const u8 *model_fetched(u32 gva, u32 bytes)
{
	u32 first = 0;

	return model_fetched_next(&first, gva, bytes);
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

/* [BLK-13] A list counts as copied once for each request that names it, whatever else is
 * copied from there: is one of these two copies a request, or are they lists of different
 * ones? */
static bool apart(u32 i, u32 j)
{
	u32 k, requests = 0, of_j = 0;

	for (k = 0; k <= i && call->nr == SILK_CALL_blk_submit; k++) {
		const struct transfer *t = &call->transfer[k];
		u32 next = call->arg[0] + requests * (u32)sizeof(struct silk_blk_request);
		bool request = t->gva == next && t->bytes == sizeof(struct silk_blk_request);

		if (request && (k == i || k == j))
			return true;
		requests += request;
		of_j = k == j ? requests : of_j;
	}
	return requests != of_j;
}

static void check_copied_once(void)
{
	u32 i, j;

	for (i = 0; i < call->transfers; i++)
		for (j = 0; j < i; j++) {
			const struct transfer *a = &call->transfer[i], *b = &call->transfer[j];

			if (!a->write && !b->write && a->done && b->done &&
			    (a->gva - b->gva < b->bytes || b->gva - a->gva < a->bytes) &&
			    !apart(i, j))
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
		return NO(DESC_BITS, low); /* the low 32 bits [CALL-8] */
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
	if ((got ^ old) & ~AD)
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
	if (and&&!stored(gva, &got))
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
		at = model_fetched(gva + i * 8, 8);
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
			at = model_fetched(gva + i * 4, 4);
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

/* [PT-14] [PT-24]: what the queue did, before the call. */
static struct verdict queue(struct model *m)
{
	u32 n = MIN(call->queued, SILK_QUEUE_MAX), i;
	const struct vcpu *v = call->v;
	struct verdict last = OK(0);
	u32 error = call->queue_error;

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
	if (!call->changing && !overwritten() && v->page->queue_error != error)
		finding("queue_error is %u, not %u", v->page->queue_error, error);
	return last;
}

/* ---- all of them ---- */

static struct verdict carry_out(struct model *m, struct verdict *late)
{
	const u32 *a = call->arg;

	switch (call->nr) {
	case SILK_CALL_query:
		if (a[0] >= SILK_NR_GROUPS)
			return NO(QUERY_GROUP, a[0]);
		return a[0] == SILK_GROUP_NET ? NO(QUERY_NOTOFFERED, a[0]) : OK(version[a[0]]);
	case SILK_CALL_yield:
	case SILK_CALL_block:
	case SILK_CALL_deliver_events:
	case SILK_CALL_set_timer:
		return OK(0);
	case SILK_CALL_pt_alloc:
	case SILK_CALL_pt_free:
	case SILK_CALL_pt_switch:
	case SILK_CALL_pt_flush:
	case SILK_CALL_chunk_convert:
	case SILK_CALL_chunk_give:
	case SILK_CALL_chunk_take:
		return model_memory(m, call);
	case SILK_CALL_pt_batch:
		return batch(m, a[0], a[1]);
	case SILK_CALL_pt_run:
		return run(m, a[0], a[1], a[2]);
	case SILK_CALL_set_descriptor:
		return descriptor(a[0], a[1], a[2]);
	case SILK_CALL_net_send:
	case SILK_CALL_net_post:
		return NO(CALL_NOTOFFERED, call->nr);
	default:
		return call->nr < SILK_NR_CALLS ? model_others(m, call, late) : NO(CALL_UNKNOWN, call->nr);
	}
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
	struct verdict d, queued, late = OK(0);
	u32 want;

	call = c;
	next_write = 0;
	check_copied_once();
	queued = queue(m);
	d = carry_out(m, &late);
	want = d.why ? -rows[d.why].error : d.value;
	if (c->result != want)
		finding("result %08x, not %08x (%s); the slot says %s", c->result, want,
			rows[d.why].name, rows[seen].name);
	m->refusals += d.why || late.why;
	if (overwritten())
		return;
	model_events(c);
	if (late.why) /* the call stopped early, and says why [CALL-8] */
		check_refusal(&late);
	else if (d.why)
		check_refusal(&d);
	else if (queued.why)
		check_refusal(&queued);
}
