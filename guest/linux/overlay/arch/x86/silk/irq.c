// SPDX-License-Identifier: GPL-2.0-only
/*
 * irq.c - events as interrupts. The upcall enters Linux as interrupt 0; its
 * handler finds out which events are pending and calls each one's interrupt.
 *
 * Invariant: a pending bit is cleared before its interrupt's handler runs
 * [EVT-6], so an event that comes meanwhile is not lost.
 */
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <asm/desc.h>
#include <asm/hw_irq.h>
#include <asm/idtentry.h>
#include <asm/irq_vectors.h>
#include <asm/silk.h>

static void silk_mask(struct irq_data *data)
{
	SILK_VCPU->mask |= 1u << data->hwirq;
}

/* The upcall for what is pending comes when interrupts are enabled next: this
 * is called with interrupts off. */
static void silk_unmask(struct irq_data *data)
{
	SILK_VCPU->mask &= ~(1u << data->hwirq);
}

static struct irq_chip silk_chip = {
	.name = "silk",
	.irq_mask = silk_mask,
	.irq_unmask = silk_unmask,
};

/* Locked: clear_bit() is not where there is one processor, but the hypervisor may
 * set bits from another one. */
static void clear_pending(u32 event)
{
	asm volatile("lock btrl %1, %0"
		     : "+m" (SILK_VCPU->pending) : "Ir" (event) : "memory", "cc");
}

static void silk_upcall(struct irq_desc *desc)
{
	u32 events;

	while ((events = SILK_VCPU->pending & ~SILK_VCPU->mask)) {
		u32 event = __ffs(events);

		clear_pending(event);
		kstat_incr_irq_this_cpu(SILK_UPCALL_IRQ);
		if (event < SILK_NR_EVENTS)
			generic_handle_irq(SILK_IRQ(event));
	}
}

void __init silk_init_irqs(void)
{
	struct silk_trap trap = {
		.vector = SILK_I386_VECTOR_UPCALL,
		.flags = SILK_TRAP_MASK,
		.entry = (u32)irq_entries_start + IDT_ALIGN *
			(ISA_IRQ_VECTOR(SILK_UPCALL_IRQ) - FIRST_EXTERNAL_VECTOR),
	};
	u32 event, result;

	for (event = 0; event < SILK_NR_EVENTS; event++) {
		irq_set_chip_and_handler(SILK_IRQ(event), &silk_chip,
					 handle_simple_irq);
		irq_get_irq_data(SILK_IRQ(event))->hwirq = event;
		SILK_VCPU->mask |= 1u << event;
	}
	irq_set_chip(SILK_UPCALL_IRQ, &dummy_irq_chip);
	irq_set_chained_handler(SILK_UPCALL_IRQ, silk_upcall);
	__this_cpu_write(vector_irq[ISA_IRQ_VECTOR(SILK_UPCALL_IRQ)],
			 irq_to_desc(SILK_UPCALL_IRQ));

	result = silk_call2(SILK_CALL_set_traps, (u32)&trap, 1);
	if (silk_refused(result))
		panic("silk: upcall: error %d", -(int)result);
}
