// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_timer.c - one-shot timers: their time, their order, the deadline that
 * the machine is given.
 */
#include "life_fixture.h"
#include "hypervisor/core/event.h"
#include "hypervisor/core/timer.h"

static struct vcpu *v[3];

static void setup(void)
{
	u32 i;

	fake_start(48);
	fake.now = 7 * SECOND;
	for (i = 0; i < 3; i++) {
		v[i] = fake_guest(i, 4, 1)->vcpu[0];
		v[i]->timer = TIMER_OFF;
		v[i]->guest->boot_ns = i * SECOND;
	}
}

/* Guest time `at`. */
static void set(u32 i, u64 at)
{
	ck_assert_uint_eq(FAKE_CALL(v[i], set_timer, (u32)at, (u32)(at >> 32), 0), 0);
}

static bool rang(u32 i)
{
	bool yes = v[i]->page->pending & 1u << SILK_EVENT_TIMER;

	v[i]->page->pending = 0;
	return yes;
}

/* ns since each guest's own boot.
 * covers: TIME-1 TIME-3 TIME-4 */
START_TEST(test_order)
{
	setup();
	set(0, 10 * SECOND); /* machine time 10 s */
	set(1, 8 * SECOND);  /* 9 s */
	set(2, 9 * SECOND);  /* 11 s */
	ck_assert(fake.deadline == 9 * SECOND);
	ck_assert(timers_next() == 9 * SECOND);
	fake.now = 9 * SECOND - 1;
	timer_interrupt();
	ck_assert(!rang(0) && !rang(1) && !rang(2));
	fake.now++;
	timer_interrupt();
	ck_assert(!rang(0) && rang(1) && !rang(2));
	sched_pick(fake.now);
	ck_assert(fake.deadline == 10 * SECOND);
	fake.now = 20 * SECOND;
	timer_interrupt();
	ck_assert(rang(0) && !rang(1) && rang(2));
	timer_interrupt();
	ck_assert(!rang(0) && !rang(1) && !rang(2)); /* once */
	ck_assert(timers_next() == TIMER_OFF);
}
END_TEST

/* covers: TIME-3 */
START_TEST(test_past_is_at_once)
{
	setup();
	set(1, 6 * SECOND); /* now */
	ck_assert(rang(1));
	set(1, 1);
	ck_assert(rang(1));
	ck_assert(v[1]->timer == TIMER_OFF);
	set(1, 6 * SECOND + 1);
	ck_assert(!rang(1));
}
END_TEST

/* covers: TIME-3 */
START_TEST(test_off_and_again)
{
	setup();
	set(0, 10 * SECOND);
	set(0, 0);
	ck_assert(fake.deadline == TIMER_OFF);
	fake.now = 11 * SECOND;
	timer_interrupt();
	ck_assert(!rang(0));
	set(0, 15 * SECOND);
	set(0, 12 * SECOND); /* the last one counts */
	fake.now = 12 * SECOND;
	timer_interrupt();
	ck_assert(rang(0));
	fake.now = 15 * SECOND;
	timer_interrupt();
	ck_assert(!rang(0));
}
END_TEST

/* A time that never comes does not come early. */
START_TEST(test_end_of_time)
{
	static const u64 never[] = { ~0ull, ~0ull - 1, ~0ull - SECOND,
				     ~0ull - 2 * SECOND, 1ull << 63 };
	u32 i;

	setup();
	for (i = 0; i < ARRAY_SIZE(never); i++) {
		set(2, never[i]);
		ck_assert(!rang(2));
		fake.now += SECOND;
		timer_interrupt();
		ck_assert(!rang(2));
	}
}
END_TEST

/* A masked event is noted and wakes nobody; an unmasked one does.
 * covers: TIME-4 EVT-4 */
START_TEST(test_wakes)
{
	setup();
	v[0]->page->mask = 1u << SILK_EVENT_TIMER;
	set(0, 8 * SECOND);
	set(1, 7 * SECOND);
	fake.now = 8 * SECOND;
	timer_interrupt();
	ck_assert(v[0]->page->pending && v[1]->page->pending);
	ck_assert_ptr_eq(sched_pick(fake.now), v[1]);
	sched_block(v[1]);
	ck_assert_ptr_null(sched_pick(fake.now));
}
END_TEST

/* Timers of a guest that stands still wait for it.
 * covers: TIME-10 */
START_TEST(test_paused)
{
	setup();
	set(0, 8 * SECOND);
	v[0]->guest->state = GUEST_PAUSED;
	fake.now = 9 * SECOND;
	timer_interrupt();
	ck_assert(!rang(0));
	ck_assert(timers_next() == TIMER_OFF);
	v[0]->guest->state = GUEST_RUNNING;
	sched_pick(fake.now);
	ck_assert(fake.deadline <= fake.now);
	timer_interrupt();
	ck_assert(rang(0));
}
END_TEST

static void tests(TCase *c)
{
	tcase_add_test(c, test_order);
	tcase_add_test(c, test_past_is_at_once);
	tcase_add_test(c, test_off_and_again);
	tcase_add_test(c, test_end_of_time);
	tcase_add_test(c, test_wakes);
	tcase_add_test(c, test_paused);
}

UNIT_MAIN("timer", tests)
