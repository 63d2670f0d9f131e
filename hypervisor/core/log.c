// SPDX-License-Identifier: GPL-2.0-only
/*
 * log.c - the hypervisor's log, on its own console.
 *
 * Invariant: what guests can put into a line (names, messages) has been made
 * printable before it comes here, so that a line of the log is one line.
 * Guarded by the log lock.
 */
#include "format.h"
#include "machine.h"

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

void log_raw(const char *text, u32 bytes)
{
	machine_console_write(CONSOLE_LOG, text, bytes);
}

void log_printf(const char *format, ...)
{
	char line[LOG_LINE];
	va_list args;
	u32 length;

	va_start(args, format);
	length = format_va(line, sizeof(line), format, args);
	va_end(args);
	log_begin();
	if (length >= LOG_LINE) {
		length = LOG_LINE - 1;
		line[length - 1] = '\n';	/* cut, and a line still */
	}
	log_raw(line, length);
	log_end();
}
