// SPDX-License-Identifier: MIT
/*
 * print.c - the console as a kernel uses it, panic, and the command line.
 */
#include "print.h"
#include "time.h"

#define LINE        256      /* bytes of one print() at most */
#define PATIENCE_NS NS_PER_S /* how long a full console may last */

void console_write(const char *text, size_t length)
{
	uint64_t give_up = 0;

	while (length > 0) {
		int32_t n = hv_console_write(text, length);

		if (n > 0) {
			text += n;
			length -= (size_t)n;
			give_up = 0;
			continue;
		}
		if (n != 0 && n != -SILK_EAGAIN)
			return;
		if (give_up == 0)
			give_up = time_ns() + PATIENCE_NS;
		else if (time_ns() > give_up)
			return;
		hv_yield();
	}
}

static size_t format_line(char *line, const char *fmt, va_list args)
{
	int n = format_va(line, LINE, fmt, args);

	return n < LINE ? (size_t)n : LINE - 1;
}

void print(const char *fmt, ...)
{
	char line[LINE];
	va_list args;
	size_t n;

	va_start(args, fmt);
	n = format_line(line, fmt, args);
	va_end(args);
	console_write(line, n);
}

void panic(const char *fmt, ...)
{
	char line[LINE];
	va_list args;
	size_t n;

	irq_disable();
	va_start(args, fmt);
	n = format_line(line, fmt, args);
	va_end(args);
	print("panic: %s\n", line);
	if (n > SILK_MESSAGE_MAX)
		n = SILK_MESSAGE_MAX;
	for (;;)
		hv_shutdown(SILK_SHUTDOWN_CRASH, line, n);
}

const char *cmdline(const char *name)
{
	const char *word = info()->cmdline;
	size_t n = strlen(name);

	while (*word) {
		if (*word == ' ') {
			word++;
			continue;
		}
		if (!strncmp(word, name, n)) {
			if (word[n] == '=')
				return word + n + 1;
			if (word[n] == ' ' || word[n] == '\0')
				return "";
		}
		while (*word && *word != ' ')
			word++;
	}
	return NULL;
}

uint32_t cmdline_number(const char *name, uint32_t otherwise)
{
	const char *s = cmdline(name);
	uint32_t n = 0;

	if (!s || *s < '0' || *s > '9')
		return otherwise;
	while (*s >= '0' && *s <= '9')
		n = n * 10 + (uint32_t)(*s++ - '0');
	return n;
}
