// SPDX-License-Identifier: GPL-2.0-only
/*
 * lib.c - the programs' library: text to the console, errors, numbers, memory.
 */
#include "mini.h"

#define LINE 512

static void print_to(int fd, const char *fmt, va_list args)
{
	char line[LINE];
	int n = format_va(line, sizeof(line), fmt, args), done = 0;

	if (n >= LINE)
		n = LINE - 1;
	while (done < n) {
		int wrote = write(fd, line + done, (unsigned int)(n - done));

		if (wrote <= 0)
			return;
		done += wrote;
	}
}

void print(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_to(1, fmt, args);
	va_end(args);
}

void print_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_to(2, fmt, args);
	va_end(args);
}

const char *error_text(int error)
{
	switch (error < 0 ? -error : error) {
#define X(nr, name, text) \
	case nr: \
		return text;
		MINI_ERRORS(X)
#undef X
	default:
		return "unknown error";
	}
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return 99;
}

uint32_t number(const char *s, uint32_t otherwise)
{
	uint32_t n = 0, base = 10;

	if (!s)
		return otherwise;
	if (s[0] == '0' && s[1] == 'x') {
		base = 16;
		s += 2;
	}
	if (*s == '\0')
		return otherwise;
	for (; *s; s++) {
		if ((uint32_t)digit(*s) >= base)
			return otherwise;
		n = n * base + (uint32_t)digit(*s);
	}
	return n;
}

uint64_t now_ns(void)
{
	struct mini_time t = { .since_boot = 0 };

	get_time(&t);
	return t.since_boot;
}

void *allocate(size_t bytes)
{
	int old = CALL(sbrk, (bytes + 15) & ~15u, 0, 0);

	return old < 0 && old > -4096 ? NULL : (void *)old;
}
