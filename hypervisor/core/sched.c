// SPDX-License-Identifier: GPL-2.0-only
/*
 * sched.c - weighted fair scheduling.
 *
 * Each vCPU has a virtual run time that advances by the time it ran, divided by
 * its guest's weight; the one with the smallest runs. So over any time in which
 * two are ready, they get CPU time as their weights are [TIME-7]. One that slept
 * comes back at most SCHED_CREDIT behind: it is served soon, and can't hoard
 * time to take it in one piece later.
 *
 * Invariant: the queue holds exactly the vCPUs that are runnable and not
 * frozen, each once, the current one included. Virtual times are compared by
 * the sign of their difference, so they may wrap. Guarded by the scheduler
 * lock; all of this is per CPU once there are several.
 */
#include "sched.h"
#include "event.h"
#include "format.h"
#include "hypercall.h"
#include "machine.h"
#include "timer.h"

/* Virtual time runs as fast as real time at this weight. */
#define WEIGHT_UNIT 1000u

static struct {
	struct vcpu *ready[GUESTS_MAX * SILK_VCPUS_MAX];
	u32 count;
	struct vcpu *current;
	struct vcpu *passed; /* it yielded: others first, once */
	u64 floor;           /* least virtual run time, never goes back */
	u64 started;         /* when the current one got the processor */
	u64 slice_end;
} rq = { .slice_end = ~0ull };

static bool before(u64 a, u64 b)
{
	return (s64)(a - b) < 0;
}

static u32 weight(const struct vcpu *v)
{
	return v->guest->config.weight;
}

static u64 virtual_time(const struct vcpu *v, u64 ns)
{
	return div64_32(ns * WEIGHT_UNIT, weight(v), NULL);
}

void sched_account(u64 now)
{
	struct vcpu *v = rq.current;
	u64 ran;
	u32 rest;

	if (!v || now <= v->sched.run_since)
		return;
	ran = now - v->sched.run_since;
	v->sched.run_since = now;
	v->sched.ran_ns += ran;
	v->sched.vruntime += div64_32(ran * WEIGHT_UNIT + v->sched.vrest,
				      weight(v), &rest);
	v->sched.vrest = rest;
}

void sched_skip(u64 now)
{
	if (rq.current && now > rq.current->sched.run_since)
		rq.current->sched.run_since = now;
}

/* The first in virtual time of those that are ready, but for `not_this`. */
static struct vcpu *first_ready(const struct vcpu *not_this)
{
	struct vcpu *best = NULL;
	u32 i;

	for (i = 0; i < rq.count; i++) {
		struct vcpu *v = rq.ready[i];

		if (v == not_this)
			continue;
		if (!best || before(v->sched.vruntime, best->sched.vruntime))
			best = v;
	}
	return best;
}

static void raise_floor(void)
{
	const struct vcpu *v = first_ready(NULL);

	if (v && before(rq.floor, v->sched.vruntime))
		rq.floor = v->sched.vruntime;
}

/* Who sleeps, or gives its turn away, keeps no more than SCHED_CREDIT of it. */
static void limit_credit(struct vcpu *v, u64 floor)
{
	u64 least = floor - virtual_time(v, SCHED_CREDIT);

	if (before(v->sched.vruntime, least))
		v->sched.vruntime = least;
}

static void enqueue(struct vcpu *v)
{
	u64 now = machine_now();

	sched_account(now);
	raise_floor();
	limit_credit(v, rq.floor);
	v->sched.queued = true;
	v->sched.ready_since = now;
	rq.ready[rq.count++] = v;
	machine_reschedule();
}

static void dequeue(struct vcpu *v)
{
	u32 i;

	sched_account(machine_now());
	for (i = 0; rq.ready[i] != v; i++)
		;
	rq.ready[i] = rq.ready[--rq.count];
	v->sched.queued = false;
	if (rq.passed == v)
		rq.passed = NULL;
	if (rq.current == v)
		rq.current = NULL;
	machine_reschedule();
}

void sched_wake(struct vcpu *v)
{
	v->sched.runnable = true;
	if (!v->sched.queued && !v->sched.frozen)
		enqueue(v);
}

void sched_block(struct vcpu *v)
{
	v->sched.runnable = false;
	if (v->sched.queued)
		dequeue(v);
}

void sched_freeze(struct vcpu *v)
{
	v->sched.frozen = true;
	if (v->sched.queued)
		dequeue(v);
}

void sched_thaw(struct vcpu *v)
{
	v->sched.frozen = false;
	if (v->sched.runnable && !v->sched.queued)
		enqueue(v);
}

void sched_forget(struct vcpu *v)
{
	sched_block(v);
}

void sched_yield(struct vcpu *v)
{
	rq.passed = v;
	machine_reschedule();
}

/*
 * Is the current one to go on, though `other` is ready? One that sleeps and wakes
 * as fast as it can must not have it switched all the time, which costs the
 * others: so each runs for SCHED_RUN_MIN first, and the slice ends then.
 */
static bool goes_on(u64 now, const struct vcpu *other)
{
	const struct vcpu *v = rq.current;
	u64 behind;

	if (!v || v == rq.passed)
		return false;
	if (!other)
		return true;
	if (now >= rq.slice_end)
		return before(v->sched.vruntime, other->sched.vruntime);
	behind = other->sched.vruntime + virtual_time(other, SCHED_GAIN);
	if (!before(behind, v->sched.vruntime))
		return true;
	if (now >= rq.started + SCHED_RUN_MIN)
		return false;
	rq.slice_end = MIN(rq.slice_end, rq.started + SCHED_RUN_MIN);
	return true;
}

static u64 slice(const struct vcpu *v)
{
	u32 i, total = 0;
	u64 ns;

	for (i = 0; i < rq.count; i++)
		total += weight(rq.ready[i]);
	ns = div64_32((u64)SCHED_PERIOD * weight(v), total, NULL);
	return MAX(SCHED_SLICE_MIN, MIN(ns, SCHED_SLICE_MAX));
}

static void start(struct vcpu *v, u64 now)
{
	if (rq.current)
		rq.current->sched.ready_since = now;
	if (now > v->sched.ready_since)
		v->page->stolen_ns += now - v->sched.ready_since;
	v->sched.run_since = now;
	rq.started = now;
	rq.current = v;
	rq.slice_end = ~0ull;
}

struct vcpu *sched_pick(u64 now)
{
	struct vcpu *other;

	sched_account(now);
	raise_floor();
	other = first_ready(rq.current);
	if (other && rq.passed)
		limit_credit(rq.passed, other->sched.vruntime);
	if (other && !goes_on(now, other))
		start(other, now);
	rq.passed = NULL;
	if (rq.count < 2)
		rq.slice_end = ~0ull; /* alone: no tick */
	else if (rq.slice_end == ~0ull || now >= rq.slice_end)
		rq.slice_end = now + slice(rq.current);
	timer_arm();
	return rq.current;
}

struct vcpu *sched_current(void)
{
	return rq.current;
}

u64 sched_slice_end(void)
{
	return rq.slice_end;
}

void sched_reset(void)
{
	rq.count = 0;
	rq.current = NULL;
	rq.passed = NULL;
	rq.floor = 0;
	rq.slice_end = ~0ull;
}

/* ---- the calls ---- */

u32 call_yield(struct vcpu *v, u32 a, u32 b, u32 c)
{
	(void)a, (void)b, (void)c;
	sched_yield(v);
	return 0;
}

/*
 * [EVT-10] Interrupts are off here, so that no event can come between the look
 * at the pending bits and the sleep.
 */
u32 call_block(struct vcpu *v, u32 a, u32 b, u32 c)
{
	(void)a, (void)b, (void)c;
	WRITE_ONCE(v->page->vif, SILK_VIF);
	if (event_due(v))
		machine_event_pending(v);
	else
		sched_block(v);
	return 0;
}
