/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * irq.h - interrupts of real devices, through the two 8259 controllers.
 */
#ifndef SILK_I386_IRQ_H
#define SILK_I386_IRQ_H

#include "../core/types.h"

#define IRQ_LINES  16
#define IRQ_VECTOR 0xe0 /* vector of line 0 */

/*
 * Call handler(arg) with interrupts off when `line` (0 to 15) interrupts, and
 * unmask the line. Lines may be shared: each handler looks at its own device.
 */
void irq_register(u32 line, void (*handler)(void *), void *arg);
void irq_init(void);
/* Vectors IRQ_VECTOR to IRQ_VECTOR + 15. */
void irq_dispatch(u32 vector);

#endif
