// SPDX-License-Identifier: GPL-2.0-only
/*
 * traps.c - the guest's trap table.
 *
 * Invariant: every entry in a trap table is 0 or lies in the guest-kernel
 * range; the delivery path in i386/ relies on it.
 */
#include "traps.h"
#include "hypercall.h"
#include "machine.h"

bool trap_vector_allowed(u32 vector)
{
	if (vector < 32)
		return TRAP_EXCEPTIONS >> vector & 1;
	return vector == SILK_I386_VECTOR_CALL || vector == SILK_I386_VECTOR_UPCALL;
}

/* The row that refuses this entry, or SILK_R_NONE. */
static enum silk_refusal check(const struct silk_trap *t, u32 *value)
{
	if (!trap_vector_allowed(t->vector)) {
		*value = t->vector;
		return SILK_R_TRAPS_VECTOR;
	}
	if (t->flags & ~SILK_TRAP_FLAGS || t->zero) {
		*value = t->flags & ~SILK_TRAP_FLAGS ? t->flags : t->zero;
		return SILK_R_TRAPS_FLAGS;
	}
	if (t->entry && (t->entry < SILK_I386_KERNEL_BASE || t->entry >= SILK_I386_HYPERVISOR)) {
		*value = t->entry;
		return SILK_R_TRAPS_ENTRY;
	}
	return SILK_R_NONE;
}

/* All entries are checked before any is taken [CALL-4]. */
u32 call_set_traps(struct vcpu *v, u32 gva, u32 count, u32 c)
{
	struct silk_trap traps[SILK_TRAPS_MAX];
	struct trap_entry *table = v->guest->trap;
	u32 i, value = 0;

	(void)c;
	if (!count || count > SILK_TRAPS_MAX)
		return refuse(v, SILK_R_TRAPS_COUNT, count, 0);
	if (copy_from_guest(traps, gva, count * sizeof(traps[0])))
		return refuse(v, SILK_R_TRAPS_FAULT, gva, 0);
	for (i = 0; i < count; i++) {
		enum silk_refusal why = check(&traps[i], &value);

		if (why)
			return refuse(v, why, value, 0);
	}
	for (i = 0; i < count; i++) {
		table[traps[i].vector].entry = traps[i].entry;
		table[traps[i].vector].flags = traps[i].flags;
	}
	machine_traps_changed(v);
	return 0;
}
