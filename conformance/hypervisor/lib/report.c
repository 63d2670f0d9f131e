// SPDX-License-Identifier: GPL-2.0-only
/*
 * report.c - what a test found, as lines for the driver.
 *
 * Invariant: each test() ends in exactly one line; only the first failed probe
 * is told, and how many more there were.
 */
#include "suite.h"

static char title[160], first[240];
static uint32_t probes, bad;
static char held[2048];
static uint32_t held_bytes;
static bool holding;
static uint32_t seed = 2463534242u;

static void tell(const char *fmt, ...) PRINTF(1, 2);

static void tell(const char *fmt, ...)
{
	static char line[512];
	va_list args;

	va_start(args, fmt);
	format_va(line, sizeof(line), fmt, args);
	va_end(args);
	if (!holding)
		print("%s", line);
	else
		held_bytes += (uint32_t)format(held + held_bytes,
					       sizeof(held) - held_bytes, "%s", line);
}

void report_hold(bool hold)
{
	holding = hold;
	if (!hold)
		print("\n%s", held);
}

void test(const char *clauses, const char *fmt, ...)
{
	va_list args;
	int n = format(title, sizeof(title), "[%s] ", clauses);

	va_start(args, fmt);
	format_va(title + n, sizeof(title) - (size_t)n, fmt, args);
	va_end(args);
	probes = bad = 0;
}

static bool failed(const char *fmt, va_list args)
{
	if (bad++)
		return false;
	format_va(first, sizeof(first), fmt, args);
	return true;
}

void expect(uint32_t expected, uint32_t seen, const char *fmt, ...)
{
	va_list args;
	size_t n;

	probes++;
	if (expected == seen)
		return;
	va_start(args, fmt);
	if (failed(fmt, args)) {
		n = strlen(first);
		format(first + n, sizeof(first) - n, ": expected 0x%x, seen 0x%x",
		       expected, seen);
	}
	va_end(args);
}

void expect_that(bool ok, const char *fmt, ...)
{
	va_list args;

	probes++;
	if (ok)
		return;
	va_start(args, fmt);
	failed(fmt, args);
	va_end(args);
}

void end(void)
{
	if (!probes)
		tell("ERROR %s - no probe was made\n", title);
	else if (bad)
		tell("FAILURE %s - %s (%u of %u probes)\n", title, first, bad,
		     probes);
	else
		tell("SUCCESS %s (%u probes)\n", title, probes);
}

static void otherwise(const char *verdict, const char *fmt, va_list args)
{
	if (bad) {
		end();
		return;
	}
	format_va(first, sizeof(first), fmt, args);
	tell("%s %s - %s\n", verdict, title, first);
}

bool failing(void)
{
	return bad > 0;
}

void skip(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	otherwise("SKIP", fmt, args);
	va_end(args);
}

void error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	otherwise("ERROR", fmt, args);
	va_end(args);
}

void test_one(const char *clauses, const char *name, uint32_t expected,
	      uint32_t seen)
{
	test(clauses, "%s", name);
	expect(expected, seen, "%s", name);
	end();
}

/* The acts' library ends by this. */
void finish(void)
{
	refuse_summary();
	print("suite: END\n");
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
