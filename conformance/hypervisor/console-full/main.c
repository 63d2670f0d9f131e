// SPDX-License-Identifier: GPL-2.0-only
/*
 * console-full - a console that takes bytes more slowly than the guest writes them: output is taken or
 * refused, never waited for, and an event tells when there is room again.
 *
 * What is to be said is said afterwards.
 *
 * guest: mem=16M
 * covers: CON-1 CON-3 CON-51 CALL-4 CALL-7
 */
#include "suite.h"

#define CONSOLE_BIT (1u << SILK_EVENT_CONSOLE)
#define MOST        (4u << 20) /* bytes to try */

static char filler[1024];

static void fill(void)
{
	for (uint32_t i = 0; i < MOST / sizeof(filler); i++)
		if (hv_console_write(filler, sizeof(filler)) <= 0)
			return;
}

static void refused(void)
{
	struct refusal row = R(CONW_FULL, console_write, filler, 16, 0, 16);
	struct refusal before = PAIR(CONW_FAULT, CONW_FULL, console_write, HOLE, 16, 0, HOLE);

	row.prepare = before.prepare = fill;
	refuse(&row);
	refuse(&before);
}

void hostile_main(void)
{
	uint64_t start = time_ns(), longest = 0;
	uint32_t taken = 0;
	int32_t n = 0;
	bool full;

	scene_set();
	memset(filler, '.', sizeof(filler));
	report_hold(true);
	test("CON-1", "a write never waits");
	while (taken < MOST && time_ns() - start < 4 * (uint64_t)NS_PER_S) {
		uint64_t before = time_ns();

		n = hv_console_write(filler, sizeof(filler));
		if (time_ns() - before > longest)
			longest = time_ns() - before;
		if (n <= 0)
			break;
		taken += (uint32_t)n;
	}
	full = n == -SILK_EAGAIN;
	expect_that(n > 0 || full, "result: expected a length or -12, seen %d", n);
	expect_that(longest < NS_PER_S, "ms for a call: expected under 1000, seen %u",
		    (uint32_t)divide(longest, NS_PER_MS, NULL));
	end();
	if (full)
		refused();
	test("CON-3", "the event when a byte can be taken again");
	if (!full) {
		skip("the subject discards what nobody reads");
	} else {
		__atomic_and_fetch(&vcpu()->pending, ~CONSOLE_BIT, __ATOMIC_SEQ_CST);
		while (hv_console_write(filler, 1) == 1)
			__atomic_and_fetch(&vcpu()->pending, ~CONSOLE_BIT, __ATOMIC_SEQ_CST);
		start = time_ns();
		while (!(READ_ONCE(vcpu()->pending) & CONSOLE_BIT) &&
		       time_ns() - start < 20 * (uint64_t)NS_PER_S)
			hv_yield();
		expect_that(vcpu()->pending & CONSOLE_BIT,
			    "event CONSOLE: expected, seen nothing in 20 seconds");
		expect_that(hv_console_write("\n", 1) == 1, "a byte: expected taken, seen refused");
		end();
	}
	report_hold(false);
}
