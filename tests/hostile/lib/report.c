// SPDX-License-Identifier: GPL-2.0-only
/*
 * report.c - what was expected, what was seen, and how often they differ.
 *
 * A test is a name and many probes; its line says how many there were, and if
 * it fails, the first that did.
 */
#include "hostile.h"

#define SHOWN 5 /* failed probes of a test that are shown */

static uint32_t passed, failed;
static const char *test;
static uint32_t probes, bad;
static char first[160]; /* that failed */
static uint32_t seed = 2463534242u;

void begin(const char *name)
{
	test = name;
	probes = bad = 0;
}

void expect(uint32_t expected, uint32_t seen, const char *fmt, ...)
{
	char text[sizeof(first)];
	va_list args;
	int n;

	probes++;
	if (expected == seen)
		return;
	if (bad++ >= SHOWN)
		return;
	va_start(args, fmt);
	n = format_va(text, sizeof(text), fmt, args);
	va_end(args);
	if (n < (int)sizeof(text))
		format(text + n, sizeof(text) - (size_t)n,
		       ": expected %x, seen %x", expected, seen);
	if (bad == 1)
		memcpy(first, text, sizeof(first));
	else
		print("# %s: %s\n", test, text);
}

void end(void)
{
	if (!probes) {
		bad = 1;
		format(first, sizeof(first), "expected probes, seen none");
	}
	if (bad) {
		failed++;
		print("not ok %s - %s (%u of %u probes)\n", test, first, bad, probes);
	} else {
		passed++;
		print("ok %s (%u probes)\n", test, probes);
	}
}

void check(const char *name, uint32_t expected, uint32_t seen)
{
	begin(name);
	expect(expected, seen, "%s", "it");
	end();
}

void finish(void)
{
	print("hostile: %u passed, %u failed\n", passed, failed);
	for (;;)
		hv_shutdown(SILK_SHUTDOWN_POWEROFF, NULL, 0);
}

uint32_t random32(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

void random_seed(uint32_t value)
{
	seed = value ? value : 1;
}
