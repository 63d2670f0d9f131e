// SPDX-License-Identifier: MIT
/*
 * trap.c - the trap table and the upcall.
 *
 * Invariant: a vector is in the hypervisor's trap table only after its
 * function is in ours.
 */
#include "trap.h"

extern const uint32_t trap_stubs[TRAP_STUBS]; /* trap.S */
void trap_dispatch(struct trap_frame *frame); /* called from there */

static trap_fn handlers[TRAP_STUBS];
static trap_fn event_handlers[SILK_NR_EVENTS];

int trap_enter(unsigned int vector, const void *entry, uint8_t flags)
{
	struct silk_trap trap = {
		.vector = (uint8_t)vector,
		.flags = flags,
		.entry = (uint32_t)entry,
	};

	return hv_set_traps(&trap, 1);
}

int trap_handle(unsigned int vector, trap_fn fn, uint8_t flags)
{
	if (vector >= TRAP_STUBS || !trap_stubs[vector])
		return -SILK_EINVAL;
	handlers[vector] = fn;
	return trap_enter(vector, (const void *)trap_stubs[vector],
			  flags | SILK_TRAP_MASK);
}

void trap_dispatch(struct trap_frame *frame)
{
	handlers[frame->vector](frame);
}

/* Bits are cleared before their handlers run, so that an event that comes
 * meanwhile brings another upcall: none is lost. [EVT-6]: atomically. The
 * upcall may find nothing pending; then there is nothing to do. */
void event_dispatch(struct trap_frame *frame)
{
	uint32_t events = READ_ONCE(vcpu()->pending) & ~READ_ONCE(vcpu()->mask);
	unsigned int i;

	__atomic_fetch_and(&vcpu()->pending, ~events, __ATOMIC_SEQ_CST);
	for (i = 0; i < SILK_NR_EVENTS; i++)
		if (events & 1u << i && event_handlers[i])
			event_handlers[i](frame);
}

int event_handle(unsigned int event, trap_fn fn)
{
	if (event >= SILK_NR_EVENTS)
		return -SILK_EINVAL;
	event_handlers[event] = fn;
	if (handlers[SILK_I386_VECTOR_UPCALL])
		return 0;
	return trap_handle(SILK_I386_VECTOR_UPCALL, event_dispatch, 0);
}
