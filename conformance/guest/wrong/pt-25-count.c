// SPDX-License-Identifier: MIT
/*
 * pt-25-count.c - counts more operations than the queue holds.
 *
 * covers: PT-25
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	struct silk_mmu_op *queue = (struct silk_mmu_op *)SILK_I386_QUEUE;

	for (uint32_t i = 0; i < SILK_QUEUE_MAX; i++)
		queue[i].target = SILK_CONTROL(SILK_CONTROL_FLUSH_ALL);
	WRITE_ONCE(vcpu()->queue_count, SILK_QUEUE_MAX + 1);
	power_off();
}
