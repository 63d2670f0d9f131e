/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hypercall.h - the handlers of all calls, and the one way to refuse one.
 *
 * A handler returns the call's result (below 0xfffff000), or what refuse()
 * returned: no other error can reach a guest [CALL-6].
 */
#ifndef SILK_CORE_HYPERCALL_H
#define SILK_CORE_HYPERCALL_H

#include "guest.h"

#define X(nr, name, group, nargs, a1, a2, a3, text) \
	u32 call_##name(struct vcpu *v, u32 a, u32 b, u32 c);
SILK_HYPERCALLS(X)
#undef X

typedef u32 (*call_handler_t)(struct vcpu *v, u32 a, u32 b, u32 c);

/* The dispatch table, indexed by the call's number. */
extern const call_handler_t call_table[SILK_NR_CALLS];

/* Any number, offered or not; the entry path calls call_table itself for the
 * numbers in range. */
u32 call_unknown(struct vcpu *v, u32 number);

/*
 * Refuse the current call: fill the vCPU's diagnostics slot [CALL-8] and return
 * the error. `value` is what was refused; `done` counts the entries, operations
 * or requests that took effect before.
 */
u32 refuse(struct vcpu *v, enum silk_refusal why, u32 value, u32 done);

/* The same for operation `index` of the deferred queue [PT-14]: queue_error is
 * set if it was 0. */
void refuse_queued(struct vcpu *v, enum silk_refusal why, u32 value, u32 index);

/* Carry out and empty v's deferred queue (core/mmu.c). v is the running vCPU. */
void mmu_drain_queue(struct vcpu *v);

#endif
