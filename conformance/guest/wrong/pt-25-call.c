// SPDX-License-Identifier: MIT
/*
 * pt-25-call.c - makes a call between an operation and the count.
 *
 * covers: PT-25
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	struct silk_mmu_op *queue = (struct silk_mmu_op *)SILK_I386_QUEUE;

	WRITE_ONCE(queue[0].target, SILK_CONTROL(SILK_CONTROL_FLUSH_ALL));
	print("flushing\n");
	WRITE_ONCE(vcpu()->queue_count, 1);
	power_off();
}
