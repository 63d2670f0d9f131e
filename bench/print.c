// SPDX-License-Identifier: GPL-2.0-only
/*
 * print.c - formatted lines on the platform's console: %s, %u, %x, %c, and
 * %02u as the one width that the benchmark needs.
 */
#include <stdarg.h>

#include "bench.h"
#include "plat.h"

static char line[256];
static u32 used;

static void put(char c)
{
	if (used < sizeof(line))
		line[used++] = c;
}

static void put_number(u32 value, u32 base, u32 width)
{
	char digits[10];
	u32 n = 0;

	do {
		digits[n++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value || n < width);
	while (n)
		put(digits[--n]);
}

void print(const char *format, ...)
{
	va_list args;
	u32 width;

	va_start(args, format);
	used = 0;
	for (; *format; format++) {
		if (*format != '%') {
			put(*format);
			continue;
		}
		width = 0;
		for (format++; *format >= '0' && *format <= '9'; format++)
			width = width * 10 + *format - '0';
		if (*format == 's') {
			const char *s = va_arg(args, const char *);

			while (*s)
				put(*s++);
		} else if (*format == 'c') {
			put(va_arg(args, int));
		} else {
			put_number(va_arg(args, u32),
				   *format == 'x' ? 16 : 10, width);
		}
	}
	va_end(args);
	plat_write(line, used);
}
