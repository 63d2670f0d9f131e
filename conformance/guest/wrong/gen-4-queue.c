// SPDX-License-Identifier: MIT
/*
 * gen-4-queue.c - uses the deferred queue without asking for MMU_QUEUE.
 *
 * covers: GEN-4
 * run: mood=minimal
 */
#include "wrong.h"

void guest_main(void)
{
	struct silk_mmu_op *queue = (struct silk_mmu_op *)SILK_I386_QUEUE;

	queue[0].target = SILK_CONTROL(SILK_CONTROL_FLUSH_ALL);
	queue[0].value = 0;
	WRITE_ONCE(vcpu()->queue_count, 1);
	power_off();
}
