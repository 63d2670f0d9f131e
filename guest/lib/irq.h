/* SPDX-License-Identifier: MIT */
/*
 * irq.h - the virtual interrupt flag and the event mask: plain stores to the
 * vCPU page, no hypercall unless an upcall became due meanwhile [EVT-12].
 */
#ifndef GUEST_IRQ_H
#define GUEST_IRQ_H

#include "hypercall.h"

static inline struct silk_vcpu *vcpu(void)
{
	return (struct silk_vcpu *)SILK_I386_VCPU;
}

static inline void irq_disable(void)
{
	WRITE_ONCE(vcpu()->vif, 0);
	barrier();
}

/* An event that comes between the store and the test is delivered by itself,
 * because the store came first; then the test sees nothing pending. */
static inline void irq_enable(void)
{
	barrier();
	WRITE_ONCE(vcpu()->vif, SILK_VIF);
	if (READ_ONCE(vcpu()->pending) & ~READ_ONCE(vcpu()->mask))
		hv_deliver_events();
}

static inline uint32_t irq_save(void)
{
	uint32_t vif = READ_ONCE(vcpu()->vif);

	irq_disable();
	return vif;
}

static inline void irq_restore(uint32_t vif)
{
	if (vif)
		irq_enable();
}

#endif /* GUEST_IRQ_H */
