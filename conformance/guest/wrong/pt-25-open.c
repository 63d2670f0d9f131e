// SPDX-License-Identifier: MIT
/*
 * pt-25-open.c - queues an operation with upcalls enabled.
 *
 * covers: PT-25
 * run: mood=plain
 */
#include "wrong.h"

static void upcall(struct trap_frame *frame)
{
	(void)frame;
	__atomic_fetch_and(&vcpu()->pending, 0, __ATOMIC_SEQ_CST);
}

void guest_main(void)
{
	struct silk_mmu_op *queue = (struct silk_mmu_op *)SILK_I386_QUEUE;

	trap_handle(SILK_I386_VECTOR_UPCALL, upcall, 0);
	irq_enable();
	queue[0].target = SILK_CONTROL(SILK_CONTROL_FLUSH_ALL);
	WRITE_ONCE(vcpu()->queue_count, 1);
	power_off();
}
