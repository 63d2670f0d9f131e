// SPDX-License-Identifier: GPL-2.0-only
/*
 * debug.c - what a debug build does after each hypercall: it fills the argument
 * registers with rubbish, so that no guest leans on them [CALL-3], and audits
 * the guest's tables after each call that may have changed them.
 *
 * Invariant: nothing here is in a build without SILK_DEBUG.
 */
#ifdef SILK_DEBUG

#include "../core/audit.h"
#include "../core/format.h"
#include "../core/machine.h"
#include "arch.h"

#define POISON 0xdeadbeef

static const u8 arguments[SILK_NR_CALLS] = {
#define X(nr, name, group, nargs, a1, a2, a3, text) [nr] = nargs,
	SILK_HYPERCALLS(X)
#undef X
};

void debug_call(struct regs *r);

void debug_call(struct regs *r)
{
	struct arch_vcpu *a = this_cpu()->current;
	u32 nr = a->hot.debug_call;
	char why[160];

	if (nr >= SILK_NR_CALLS)
		return;
	if (arguments[nr] > 0)
		r->ebx = POISON;
	if (arguments[nr] > 1)
		r->ecx = POISON;
	if (arguments[nr] > 2)
		r->edx = POISON;
	if (nr >= SILK_CALL_pt_alloc && nr <= SILK_CALL_chunk_take && !this_cpu()->away &&
	    audit_guest(a->v.guest, why, sizeof(why)))
		panic("audit after call %u of %s: %s", nr, a->v.guest->config.name, why);
}

#endif
