// SPDX-License-Identifier: GPL-2.0-only
/*
 * clock.c - guest time, its timer, and how the guest reads it [TIME-9].
 *
 * Invariant: guest time never goes back; the values in the vCPU page give it at
 * each moment at which version is even.
 */
#include "watch.h"

#define NS_PER_MS 1000000u

static u64 base_tsc, base_ns; /* as in the vCPU page */
static u32 mult;
static int shift;
static u64 timer;     /* 0: off */
static u32 ticks;     /* of the machine, about a millisecond each */
static u64 first_tsc; /* of all runs */

/* The reading that is under way. */
static enum { NONE,
	      OPEN,
	      UNSURE } reading;
static u32 opened_at;   /* version */
static u32 values;      /* read since */
static bool taken_back; /* the version had changed: it must read again */
static u32 odd_for;     /* so many readings of version more */

static u64 scale(u64 d)
{
	d = shift >= 0 ? d << shift : d >> -shift;
	return (d >> 32) * mult + ((d & 0xffffffff) * mult >> 32);
}

static u64 at_tsc(u64 when)
{
	return base_ns + scale(when - base_tsc);
}

u64 now(void)
{
	return at_tsc(tsc());
}

static u32 divide(u64 n, u32 d)
{
	u32 low, high = (u32)(n >> 32), rest;

	__asm__("divl %4"
		: "=a"(low), "=d"(rest)
		: "0"((u32)n), "1"(high), "rm"(d)
		: "cc");
	return low;
}

/* mult = 10^6 * 2^32 / khz, scaled so that it fits. */
static void set_scale(void)
{
	u32 khz = tsc_khz();

	shift = 0;
	while (khz <= NS_PER_MS) {
		khz <<= 1;
		shift++;
	}
	mult = divide((u64)NS_PER_MS << 32, khz);
}

/* Other values for the same time: legal at any moment [TIME-2]. */
void time_rebase(void)
{
	struct silk_time *t = &vcpu_page.time;
	u64 new_tsc = tsc(), new_ns = at_tsc(new_tsc);

	t->version |= 1;
	odd_for = 0;
	base_tsc = new_tsc;
	base_ns = new_ns;
	t->mult = mult;
	t->shift = shift;
	t->tsc_khz = tsc_khz();
	t->tsc_base = base_tsc;
	t->ns_base = base_ns;
	t->version++;
}

void time_new_run(void)
{
	u64 wall = (u64)wall_seconds() * 1000000000u;

	if (!mult)
		set_scale();
	if (!first_tsc)
		first_tsc = tsc();
	base_tsc = tsc();
	base_ns = 0;
	timer = 0;
	reading = NONE;
	vcpu_page.time.wall_base = wall;
	time_rebase();
}

/* A processor that is not to be had [TIME-4] makes a timer late. */
void time_poll(void)
{
	if (!timer || now() < timer)
		return;
	if (mood == SLOW && !chance(12)) {
		nasty(NASTY_TIMER_LATE);
		return;
	}
	timer = 0;
	event(SILK_EVENT_TIMER);
}

void tick(void)
{
	static u64 half_second, limit;

	ticks++;
	if (!limit)
		limit = first_tsc + (u64)tsc_khz() * 1000 * options.limit;
	if (tsc() > limit)
		finish(STUCK, "still running after %u seconds", options.limit);
	if (options.shutdown && base_tsc && now() > (u64)options.shutdown * NS_PER_MS) {
		options.shutdown = 0;
		asked_to_shut_down();
	}
	if (tsc() > half_second && !watch_stepping()) {
		half_second = tsc() + (u64)tsc_khz() * 500;
		time_rebase();
	}
}

u32 call_set_timer(u32 low, u32 high, u32 c)
{
	(void)c;
	timer = (u64)high << 32 | low;
	state_looked_at(SILK_EVENT_TIMER); /* if it is due, the event comes again */
	if (timer && timer <= now()) {
		timer = 0;
		event(SILK_EVENT_TIMER);
	}
	return 0;
}

static const char rule[] = "version, the values, version again, both equal and even";

/* As if another processor were changing the values just now [TIME-2]. */
static void change_slowly(void)
{
	struct silk_time *t = &vcpu_page.time;

	if (odd_for > 0) {
		if (--odd_for == 0)
			time_rebase();
		return;
	}
	if (mood != NERVOUS || !chance(8))
		return;
	t->version++;
	t->ns_base = (u64)random() << 32 | random();
	t->mult = random();
	odd_for = 2 + random() % 3;
	nasty(NASTY_CLOCK_ODD);
}

static void version_read(void)
{
	u32 version;

	change_slowly();
	version = vcpu_page.time.version;

	if (reading == OPEN && values > 0) {
		judged(CL(TIME, 9));
		taken_back = version != opened_at || version & 1;
	}
	reading = OPEN;
	opened_at = version;
	values = 0;
}

void clock_read(u32 offset)
{
	if (offset < 4) {
		version_read();
		return;
	}
	if (reading == NONE)
		broke(CL(TIME, 9), rule, "the value at offset %u of the time was read "
					 "before version",
		      offset);
	if (reading != UNSURE)
		reading = OPEN;
	values++;
	taken_back = false;
	state_looked_at(SILK_EVENT_TIMER);
	if (mood != PLAIN && mood != MINIMAL && chance(8)) {
		time_rebase();
		nasty(NASTY_CLOCK_CHANGED);
	}
}

/* A call: nobody is between two readings of version any more. */
void clock_call(void)
{
	if (reading == OPEN && values > 0)
		broke(CL(TIME, 9), rule, "version was not read after the values");
	else if (reading == OPEN && taken_back)
		broke(CL(TIME, 9), rule, "version had changed, and the values were not "
					 "read again");
	reading = NONE;
	values = 0;
	taken_back = false;
	if (odd_for > 0)
		time_rebase();
}

void clock_unsure(void)
{
	reading = UNSURE;
	values = 0;
	taken_back = false;
}
