// SPDX-License-Identifier: GPL-2.0-only
/*
 * hypercall.c - the dispatch table, and the choke point of refusals.
 *
 * Invariant: whatever refuses, the guest gets the error that SILK_REFUSALS
 * names for it, and the diagnostics slot says why [CALL-6] [CALL-8].
 */
#include "hypercall.h"

const call_handler_t call_table[SILK_NR_CALLS] = {
#define X(nr, name, group, nargs, a1, a2, a3, text) [nr] = call_##name,
	SILK_HYPERCALLS(X)
#undef X
};

struct refusal {
	u32 clause;
	u8 error;
	u8 argument;
};

static const struct refusal refusals[SILK_R_COUNT] = {
#define X(id, call, err, arg, area, n, text) \
	[SILK_R_##id] = { SILK_CLAUSE(SILK_AREA_##area, n), SILK_##err, arg },
	SILK_REFUSALS(X)
#undef X
};

/* The slot's call field was set by the entry path, before the handler ran. */
u32 refuse(struct vcpu *v, enum silk_refusal why, u32 value, u32 done)
{
	const struct refusal *r = &refusals[why];
	struct silk_diag *diag = &v->page->diag;

	diag->clause = r->clause;
	diag->argument = r->argument;
	diag->value = value;
	diag->done = done;
	diag->refusals = (u32)++v->guest->stats.refusals;
	return -(u32)r->error;
}

void refuse_queued(struct vcpu *v, enum silk_refusal why, u32 value, u32 index)
{
	u32 error = -refuse(v, why, value, index);

	v->page->diag.call = ~0u;
	if (!READ_ONCE(v->page->queue_error))
		v->page->queue_error = error;
}

u32 call_unknown(struct vcpu *v, u32 number)
{
	return refuse(v, SILK_R_CALL_UNKNOWN, number, 0);
}

u32 call_query(struct vcpu *v, u32 group, u32 b, u32 c)
{
	(void)b, (void)c;
	if (group >= SILK_NR_GROUPS)
		return refuse(v, SILK_R_QUERY_GROUP, group, 0);
	if (!v->guest->info->group_version[group])
		return refuse(v, SILK_R_QUERY_NOTOFFERED, group, 0);
	return v->guest->info->group_version[group];
}

/* The network group is specified, and offered by a later version [NET-1]. */
u32 call_net_send(struct vcpu *v, u32 a, u32 b, u32 c)
{
	(void)a, (void)b, (void)c;
	return refuse(v, SILK_R_CALL_NOTOFFERED, SILK_CALL_net_send, 0);
}

u32 call_net_post(struct vcpu *v, u32 a, u32 b, u32 c)
{
	(void)a, (void)b, (void)c;
	return refuse(v, SILK_R_CALL_NOTOFFERED, SILK_CALL_net_post, 0);
}
