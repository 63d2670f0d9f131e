// SPDX-License-Identifier: GPL-2.0-only
/*
 * irq.c - the 8259 interrupt controllers and the lines' handlers.
 *
 * Invariant: a line is acknowledged before its handlers run and they run with
 * interrupts off; PCI lines are level-triggered, so a handler that leaves its
 * device asserted is called again. (Intel 8259A data sheet: ICW1-4, OCW2-3.)
 */
#include "irq.h"
#include "../core/machine.h"
#include "io.h"

#define MASTER        0x20
#define SLAVE         0xa0
#define ICW1_INIT     0x11 /* edge, cascade, ICW4 follows */
#define ICW4_8086     0x01
#define OCW2_EOI      0x20
#define OCW3_READ_ISR 0x0b
#define CASCADE_LINE  2
#define HANDLERS      32

static struct {
	void (*handler)(void *);
	void *arg;
	u32 line;
} handlers[HANDLERS];
static u32 handler_count;
static u16 masked = 0xffff & ~(1u << CASCADE_LINE);

static void write_masks(void)
{
	outb(MASTER + 1, (u8)masked);
	outb(SLAVE + 1, (u8)(masked >> 8));
}

void irq_init(void)
{
	outb(MASTER, ICW1_INIT);
	outb(SLAVE, ICW1_INIT);
	outb(MASTER + 1, IRQ_VECTOR);
	outb(SLAVE + 1, IRQ_VECTOR + 8);
	outb(MASTER + 1, 1u << CASCADE_LINE);
	outb(SLAVE + 1, CASCADE_LINE);
	outb(MASTER + 1, ICW4_8086);
	outb(SLAVE + 1, ICW4_8086);
	write_masks();
}

void irq_register(u32 line, void (*handler)(void *), void *arg)
{
	if (line >= IRQ_LINES || handler_count == HANDLERS)
		panic("irq: no handler can be registered for line %u", line);
	handlers[handler_count].handler = handler;
	handlers[handler_count].arg = arg;
	handlers[handler_count].line = line;
	handler_count++;
	masked &= (u16) ~(1u << line);
	write_masks();
}

/* Lines 7 and 15 also stand for an interrupt that went away: the in-service
 * bit tells. */
static bool spurious(u32 line)
{
	u16 port = line < 8 ? MASTER : SLAVE;

	if (line != 7 && line != 15)
		return false;
	outb(port, OCW3_READ_ISR);
	if (inb(port) & 0x80)
		return false;
	if (line == 15)
		outb(MASTER, OCW2_EOI);
	return true;
}

void irq_dispatch(u32 vector)
{
	u32 line = vector - IRQ_VECTOR;
	u32 i;

	if (spurious(line))
		return;
	if (line >= 8)
		outb(SLAVE, OCW2_EOI);
	outb(MASTER, OCW2_EOI);
	for (i = 0; i < handler_count; i++)
		if (handlers[i].line == line)
			handlers[i].handler(handlers[i].arg);
}
