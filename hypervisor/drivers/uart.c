// SPDX-License-Identifier: GPL-2.0-only
/*
 * uart.c - the first serial port, a 16550 at 115200 baud, 8N1 (PC16550D data
 * sheet, section 8).
 *
 * Invariant: while the ring holds output and interrupts are in use, the
 * transmitter's interrupt is enabled; so the ring empties by itself. The line of
 * a 16550 is edge-triggered: a handler leaves only when nothing is pending, or
 * makes a new edge.
 */
#include "uart.h"
#include "../core/console.h"
#include "../core/control.h"
#include "../core/libc.h"
#include "../core/machine.h"
#include "../i386/io.h"
#include "../i386/irq.h"

#define COM1         0x3f8
#define COM1_IRQ     4
#define DATA         (COM1 + 0) /* divisor, low byte, if DLAB */
#define IER          (COM1 + 1) /* divisor, high byte, if DLAB */
#define IIR          (COM1 + 2) /* read */
#define FCR          (COM1 + 2) /* write */
#define LCR          (COM1 + 3)
#define MCR          (COM1 + 4)
#define LSR          (COM1 + 5)

#define IER_RECEIVE  0x01
#define IER_TRANSMIT 0x02
#define IIR_NONE     0x01
#define FCR_ENABLE   0xc7 /* clear both FIFOs, interrupt at 14 bytes */
#define LCR_8N1      0x03
#define LCR_DLAB     0x80
#define MCR_OUT      0x0b /* DTR, RTS, and OUT2: the interrupt line */
#define LSR_DATA     0x01
#define LSR_EMPTY    0x20
#define LSR_ABSENT   0xff

#define FIFO         16u
#define RING         16384u /* bytes, a power of two */
#define ROOM_AGAIN   (RING / 2)
#define POLLS        1000000u /* for one byte: it takes 87 us */
#define ROUNDS       256u     /* of one interrupt */

static char ring[RING];
static u32 head, tail; /* free-running; head: next to write */
static bool present, by_interrupt, refused;
static u8 enabled; /* IER */

void uart_early_init(void)
{
	present = inb(LSR) != LSR_ABSENT;
	if (!present)
		return;
	outb(IER, 0);
	outb(LCR, LCR_DLAB);
	outb(DATA, 1); /* 115200 / 1 */
	outb(IER, 0);
	outb(LCR, LCR_8N1);
	outb(FCR, FCR_ENABLE);
	outb(MCR, MCR_OUT);
}

static void enable(u8 bits)
{
	if (enabled == bits)
		return;
	enabled = bits;
	outb(IER, bits);
}

/* As much as the FIFO takes: it is empty. */
static void send_some(void)
{
	u32 i;

	for (i = 0; i < FIFO && tail != head; i++)
		outb(DATA, (u8)ring[tail++ % RING]);
}

/* A terminal that is gone must not hold us: then the bytes are lost. */
void uart_flush(void)
{
	u32 polls;

	while (present && tail != head) {
		for (polls = 0; polls < POLLS && !(inb(LSR) & LSR_EMPTY); polls++)
			;
		send_some();
	}
}

static void put(char c)
{
	ring[head++ % RING] = c;
}

u32 uart_write(const char *text, u32 bytes)
{
	u32 i;

	for (i = 0; i < bytes && present; i++) {
		if (head - tail > RING - 2) {
			if (by_interrupt)
				break;
			uart_flush();
		}
		if (text[i] == '\n')
			put('\r');
		put(text[i]);
	}
	if (!present)
		return bytes;
	refused = refused || i < bytes;
	if (!by_interrupt)
		uart_flush();
	else if (tail != head)
		enable(IER_RECEIVE | IER_TRANSMIT);
	return i;
}

void uart_panic(const char *text)
{
	uart_flush();
	by_interrupt = false;
	uart_write(text, (u32)strlen(text));
}

static void receive(void)
{
	u32 i;

	for (i = 0; i < FIFO && inb(LSR) & LSR_DATA; i++)
		control_input((char)inb(DATA));
}

static void transmit(void)
{
	if (inb(LSR) & LSR_EMPTY)
		send_some();
	if (tail == head)
		enable(IER_RECEIVE);
	if (refused && head - tail < ROOM_AGAIN) {
		refused = false;
		console_log_room();
	}
}

static void interrupt(void *arg)
{
	u32 i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		if (inb(IIR) & IIR_NONE)
			return;
		receive();
		transmit();
	}
	outb(IER, 0);
	outb(IER, enabled);
}

void uart_init(void)
{
	if (!present)
		return;
	uart_flush();
	by_interrupt = true;
	irq_register(COM1_IRQ, interrupt, NULL);
	enable(IER_RECEIVE);
}
