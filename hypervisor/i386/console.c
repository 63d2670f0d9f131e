// SPDX-License-Identifier: GPL-2.0-only
/*
 * console.c - which device the log and each guest's console are, and the last
 * words of a hypervisor that can't go on.
 */
#include <stdarg.h>
#include "../core/format.h"
#include "../core/libc.h"
#include "../core/machine.h"
#include "../drivers/uart.h"
#include "../drivers/virtio_console.h"
#include "arch.h"
#include "io.h"

#define LAST_WORDS    1024  /* turns of the UART's ring */
#define RESET_PORT    0xcf9 /* reset control of PIIX and later */
#define RESET_FULL    0x06
#define ACPI_OFF_QEMU 0x604 /* PM1a control of QEMU's PIIX4: sleep type 0 */
#define ACPI_OFF      0x2000

u32 machine_console_write(u32 port, const char *text, u32 bytes)
{
	if (port == CONSOLE_LOG)
		return uart_write(text, bytes);
	return virtio_console_write(port, text, bytes);
}

bool machine_console_connected(u32 port)
{
	return virtio_console_connected(port);
}

bool machine_console_exists(u32 port)
{
	return virtio_console_exists(port);
}

static void __attribute__((noreturn)) halt(void)
{
	for (;;)
		asm volatile("cli; hlt");
}

/* What the log still holds; the bound is for a line that takes nothing. */
static void last_words(void)
{
	u32 i;

	for (i = 0; i < LAST_WORDS && log_pump(); i++)
		uart_flush();
	uart_flush();
}

void machine_poweroff(void)
{
	last_words();
	outw(ACPI_OFF_QEMU, ACPI_OFF);
	halt();
}

void machine_restart(void)
{
	last_words();
	outb(RESET_PORT, RESET_FULL);
	halt();
}

void panic(const char *format, ...)
{
	static bool again;
	char line[LOG_LINE];
	va_list args;

	if (again)
		halt();
	again = true;
	va_start(args, format);
	format_va(line, sizeof(line), format, args);
	va_end(args);
	uart_panic("\nsilk: PANIC: ");
	uart_panic(line);
	uart_panic("\n");
	halt();
}
