/* SPDX-License-Identifier: GPL-2.0-only */
/* event.h - events from the hypervisor to a vCPU [EVT-1]. */
#ifndef SILK_CORE_EVENT_H
#define SILK_CORE_EVENT_H

#include "guest.h"

/* Set the event's pending bit; wake the vCPU if the event is not masked. */
void event_raise(struct vcpu *v, u32 event);

/* True if an upcall is due were vif set: an unmasked event is pending. */
static inline bool event_due(const struct vcpu *v)
{
	return (READ_ONCE(v->page->pending) & ~READ_ONCE(v->page->mask)) != 0;
}

#endif
