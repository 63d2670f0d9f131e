// SPDX-License-Identifier: GPL-2.0-only
/*
 * timer.c - one-shot timers [TIME-3].
 *
 * Invariant: the machine's deadline is never later than the first timer of a
 * guest that runs and than the end of the slice. A timer that is due raises its
 * event once and is off then. Timers of a paused guest wait for its return.
 */
#include "timer.h"
#include "event.h"
#include "hypercall.h"
#include "machine.h"
#include "sched.h"

/* The vCPU of a running guest whose timer is first, NULL: no timer is armed. */
static struct vcpu *first_timer(void)
{
	struct vcpu *first = NULL;
	u32 i, n;

	for (i = 0; i < GUESTS_MAX; i++) {
		struct guest *g = &guests[i];

		if (g->state != GUEST_RUNNING)
			continue;
		for (n = 0; n < g->vcpus; n++) {
			struct vcpu *v = g->vcpu[n];

			if (v->timer < (first ? first->timer : TIMER_OFF))
				first = v;
		}
	}
	return first;
}

u64 timers_next(void)
{
	const struct vcpu *v = first_timer();

	return v ? v->timer : TIMER_OFF;
}

/* In order of time; ends because each turn turns a timer off. */
void timers_run(u64 now)
{
	struct vcpu *v;

	while ((v = first_timer()) && v->timer <= now) {
		v->timer = TIMER_OFF;
		event_raise(v, SILK_EVENT_TIMER);
	}
}

void timer_arm(void)
{
	u64 slice_end = sched_slice_end();
	u64 timer = timers_next();

	machine_set_deadline(MIN(slice_end, timer));
}

void timer_interrupt(void)
{
	timers_run(machine_now());
	machine_reschedule();
}

/* [TIME-3] Absolute ns since the guest's boot; 0 is off; past is at once. */
u32 call_set_timer(struct vcpu *v, u32 low, u32 high, u32 c)
{
	u64 at = (u64)high << 32 | low;
	u64 boot = v->guest->boot_ns;

	(void)c;
	if (!at || at >= TIMER_OFF - boot)
		v->timer = TIMER_OFF; /* 0, or later than time itself */
	else
		v->timer = boot + at;
	if (v->timer <= machine_now()) {
		v->timer = TIMER_OFF;
		event_raise(v, SILK_EVENT_TIMER);
	}
	timer_arm();
	return 0;
}
