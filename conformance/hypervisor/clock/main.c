// SPDX-License-Identifier: GPL-2.0-only
/*
 * clock - guest time: the formula, that it never goes back, its rate against
 * the counter, the timer's precision, stolen time, wall-clock time.
 *
 * guest: mem=16M alone
 * covers: TIME-1 TIME-2 TIME-3 TIME-4 TIME-5 TIME-6 TIME-8 CPU-10
 */
#include "suite.h"

#define MS(n) ((uint64_t)(n)*NS_PER_MS)

static uint64_t rdtsc(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc"
			 : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

static void forward(void)
{
	uint64_t last = time_ns(), start = last, now;
	uint32_t backwards = 0, odd = 0, calls = 0;

	test("TIME-1 TIME-2", "time never goes back");
	while (last < start + MS(200)) {
		uint32_t version = READ_ONCE(vcpu()->time.version);

		odd += version & 1;
		now = time_ns();
		backwards += now < last;
		last = now;
		if (!(++calls & 63))
			hv_yield();
	}
	expect(0, backwards, "steps back");
	expect(0, odd, "odd versions seen by the only vCPU");
	expect_that(calls > 100, "readings: expected more than 100, seen %u", calls);
	end();
}

static void rate(void)
{
	const struct silk_time *t = &vcpu()->time;
	uint64_t tsc = rdtsc(), ns = time_ns(), ms, ticks;

	test("TIME-2 CPU-10", "the rate is that of tsc_khz");
	while (time_ns() < ns + MS(300))
		;
	ticks = rdtsc() - tsc;
	ms = divide(time_ns() - ns, NS_PER_MS, NULL);
	ticks = divide(ticks, t->tsc_khz, NULL);
	expect_that(ticks + 5 + ticks / 100 >= ms && ms + 5 + ms / 100 >= ticks,
		    "milliseconds by the counter: expected %u, seen %u", (uint32_t)ms,
		    (uint32_t)ticks);
	expect_that(t->tsc_khz > 1000, "tsc_khz: expected a rate, seen %u",
		    t->tsc_khz);
	end();
}

/* The best of many, because other guests and programs have the processor too. */
static void precision(void)
{
	uint64_t best = ~(uint64_t)0;
	uint32_t early = 0;

	test("TIME-4", "the timer comes within a millisecond, and never before");
	for (uint32_t i = 0; i < 30; i++) {
		uint64_t due = time_ns() + MS(2), now;

		vcpu()->pending = 0;
		time_set_timer(due);
		while (!(READ_ONCE(vcpu()->pending) & 1))
			;
		now = time_ns();
		early += now < due;
		if (now - due < best)
			best = now - due;
	}
	vcpu()->pending = 0;
	expect(0, early, "events before their time");
	expect_that(best <= MS(1), "best of 30: expected 1000000 ns or less, seen %u",
		    (uint32_t)best);
	end();
}

static void wall(void)
{
	/* 2020-01-01 and 2100-01-01, seconds. */
	const uint32_t from = 1577836800, to = 4102444800u;
	uint32_t now = (uint32_t)divide(time_wall_ns(), NS_PER_S, NULL);

	test("TIME-5", "wall-clock time is a time of our days");
	expect_that(now > from && now < to,
		    "seconds since 1970: expected %u to %u, seen %u", from, to, now);
	end();
}

static void stolen(void)
{
	uint64_t last = vcpu()->stolen_ns, now;
	uint32_t backwards = 0;

	test("TIME-6", "stolen time does not go back, and is not above all time");
	if (!feature(SILK_GROUP_TIME, SILK_F_TIME_STOLEN)) {
		expect(0, (uint32_t)last, "without the feature: 0");
		skip("feature TIME_STOLEN");
		return;
	}
	for (uint32_t i = 0; i < 2000; i++) {
		hv_yield();
		now = *(volatile uint64_t *)&vcpu()->stolen_ns;
		backwards += now < last;
		last = now;
	}
	expect(0, backwards, "steps back");
	expect_that(last <= time_ns(), "stolen: expected no more than all, seen more");
	end();
}

static void boot_time(void)
{
	test("TIME-1", "guest time began with this boot");
	expect_that(time_ns() < MS(600000),
		    "at boot: expected less than 600 s, seen %u s",
		    (uint32_t)divide(time_ns(), NS_PER_S, NULL));
	end();
}

void hostile_main(void)
{
	boot_time();
	forward();
	rate();
	precision();
	wall();
	stolen();
	test_one("TIME-8", "yield returns 0", 0, (uint32_t)hv_yield());
}
