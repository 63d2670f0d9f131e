// SPDX-License-Identifier: GPL-2.0-only
/*
 * log.c - the hypervisor's log, on its own terminal.
 *
 * All that goes to the terminal goes through one ring, because its device never
 * waits: lines of the log, the prompt with its answers, and the console of a
 * guest that the operator looks at. Guests' output may fill half of the ring, so
 * that it can't push the log out.
 *
 * Invariant: the order is kept; what does not fit is left out as a whole, and
 * how much that was is said. What guests can put into a line (names, messages)
 * has been made printable before it comes here: a line of the log is one line.
 * Guarded by the log lock.
 */
#include "format.h"
#include "libc.h"
#include "machine.h"

#define RING 16384u /* bytes, a power of two */

static char ring[RING];
static u32 head, tail, lost;
static void (*hook_before)(void), (*hook_after)(void);
static u32 depth;

void log_hooks(void (*before)(void), void (*after)(void))
{
	hook_before = before;
	hook_after = after;
}

void log_begin(void)
{
	if (depth++ == 0 && hook_before)
		hook_before();
}

void log_end(void)
{
	if (--depth == 0 && hook_after)
		hook_after();
}

static void put(const char *text, u32 bytes)
{
	u32 at = head % RING, n = MIN(bytes, RING - at);

	memcpy(ring + at, text, n);
	memcpy(ring, text + n, bytes - n);
	head += bytes;
}

bool log_pump(void)
{
	while (head != tail) {
		u32 n = MIN(head - tail, RING - tail % RING);
		u32 taken = machine_console_write(CONSOLE_LOG,
						  ring + tail % RING, n);

		tail += taken;
		if (taken < n)
			break;
	}
	return head != tail;
}

/* Say how much was left out, as soon as there is room to say it. */
static void own_up(void)
{
	char text[64];
	u32 n;

	if (!lost || RING - (head - tail) < RING / 2)
		return;
	n = format_text(text, sizeof(text), "\n[%u bytes are left out here]\n",
			lost);
	lost = 0;
	put(text, n);
}

void log_raw(const char *text, u32 bytes)
{
	own_up();
	if (lost || bytes > RING - (head - tail))
		lost += bytes;
	else
		put(text, bytes);
	log_pump();
}

u32 log_show(const char *text, u32 bytes)
{
	u32 used = head - tail;

	bytes = MIN(bytes, used < RING / 2 ? RING / 2 - used : 0);
	put(text, bytes);
	log_pump();
	return bytes;
}

void log_printf(const char *format, ...)
{
	char line[LOG_LINE];
	va_list args;
	u32 length;

	va_start(args, format);
	length = format_va(line, sizeof(line), format, args);
	va_end(args);
	if (length >= LOG_LINE) {
		length = LOG_LINE - 1;
		line[length - 1] = '\n'; /* cut, and a line still */
	}
	log_begin();
	log_raw(line, length);
	log_end();
}
