// SPDX-License-Identifier: GPL-2.0-only
/*
 * event.c - pending and mask bits, and who is woken by them.
 *
 * Invariant [EVT-4]: an unmasked event that is pending never finds its vCPU asleep.
 * One CPU runs the hypervisor, with interrupts off, so nothing comes between
 * call_block()'s look at the bits and its sleep, nor between a guest's store to
 * `mask` and a look at it here. With several CPUs neither holds: then block must
 * say that it will sleep before it looks, and event_raise() must wake whatever
 * the mask says (spec/models/events.pml, SLEEP_AFTER_LOOK and FILTERS_BY_MASK).
 */
#include "event.h"
#include "hypercall.h"
#include "machine.h"
#include "sched.h"

void event_raise(struct vcpu *v, u32 event)
{
	__atomic_fetch_or(&v->page->pending, 1u << event, __ATOMIC_SEQ_CST);
	if (READ_ONCE(v->page->mask) & (1u << event))
		return;
	sched_wake(v);
	machine_event_pending(v);
}

/* The upcall itself is delivered on the way back to the guest, which looks at
 * vif, pending and mask once more [EVT-3]. */
u32 call_deliver_events(struct vcpu *v, u32 a, u32 b, u32 c)
{
	(void)a, (void)b, (void)c;
	machine_event_pending(v);
	return 0;
}
