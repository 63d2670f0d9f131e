// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_sched.c - shares of the CPU over simulated time. A guest of the
 * simulation runs until its deadline, or until it does something by itself.
 */
#include "life_fixture.h"
#include "hypervisor/core/event.h"
#include "hypervisor/core/timer.h"

static struct vcpu *v[4];

/* What a guest does when it runs: ns until it does it, and what. */
enum act { BURN,
	   YIELD,
	   SLEEP };

static struct {
	enum act act;
	u64 run, sleep; /* ns */
} habit[4];

static void setup(u32 guests_wanted)
{
	u32 i;

	fake_start(48);
	for (i = 0; i < guests_wanted; i++) {
		v[i] = fake_guest(i, 4, 1)->vcpu[0];
		v[i]->timer = TIMER_OFF;
		sched_wake(v[i]);
	}
}

static void act(u32 i)
{
	if (habit[i].act == YIELD)
		FAKE_CALL(v[i], yield, 0, 0, 0);
	if (habit[i].act != SLEEP)
		return;
	FAKE_CALL(v[i], set_timer, (u32)(fake.now + habit[i].sleep),
		  (u32)((fake.now + habit[i].sleep) >> 32), 0);
	WRITE_ONCE(v[i]->page->pending, 0);
	FAKE_CALL(v[i], block, 0, 0, 0);
}

/* Let them run as they are wont to, for so long. */
static void simulate(u64 ns)
{
	u64 end = fake.now + ns, left[4];
	u32 i;

	for (i = 0; i < 4; i++)
		left[i] = habit[i].run;
	while (fake.now < end) {
		struct vcpu *now = sched_pick(fake.now);
		u64 until = MIN(fake.deadline, end);
		bool acts = false;

		i = now ? (u32)(now->guest - guests) : 4;
		if (now && habit[i].act != BURN && fake.now + left[i] <= until) {
			until = fake.now + left[i];
			acts = true;
		}
		ck_assert_msg(until > fake.now || acts, "time stands still");
		if (now)
			left[i] -= MIN(left[i], until - fake.now);
		fake.now = until;
		if (fake.now >= fake.deadline)
			timer_interrupt();
		if (acts) {
			left[i] = habit[i].run;
			act(i);
		}
	}
	sched_account(fake.now);
}

static void weights(u32 a, u32 b, u32 c)
{
	v[0]->guest->config.weight = a;
	v[1]->guest->config.weight = b;
	if (v[2])
		v[2]->guest->config.weight = c;
}

/* v[i] had `percent` of `ns`, within 2 %. */
static void had(u32 i, u64 ran_before, u64 ns, double percent)
{
	double got = 100.0 * (double)(v[i]->sched.ran_ns - ran_before) / (double)ns;

	ck_assert_msg(got > percent * 0.98 && got < percent * 1.02,
		      "guest %u had %.2f %% and not %.2f %%", i, got, percent);
}

/* covers: TIME-7 */
START_TEST(test_shares_by_weight)
{
	static const u32 w[][3] = {
		{ 1, 2, 7 },
		{ 100, 200, 700 },
		{ 100, 100, 100 },
		{ 1000, 999, 1 },
		{ 1, 1, 8 },
		{ 333, 333, 334 },
	};
	u32 i, all;

	setup(3);
	weights(w[_i][0], w[_i][1], w[_i][2]);
	all = w[_i][0] + w[_i][1] + w[_i][2];
	simulate(100 * SECOND);
	for (i = 0; i < 3; i++)
		had(i, 0, 100 * SECOND, 100.0 * w[_i][i] / all);
}
END_TEST

/* A weight that changes takes effect at once; the past isn't made good.
 * covers: TIME-7 */
START_TEST(test_weight_changes)
{
	u64 ran[2];

	setup(2);
	simulate(20 * SECOND);
	ran[0] = v[0]->sched.ran_ns;
	ran[1] = v[1]->sched.ran_ns;
	weights(100, 300, 0);
	simulate(20 * SECOND);
	had(0, ran[0], 20 * SECOND, 25);
	had(1, ran[1], 20 * SECOND, 75);
}
END_TEST

/* Alone, a guest is not disturbed: no deadline but its timer. */
START_TEST(test_no_tick_alone)
{
	setup(2);
	sched_block(v[1]);
	ck_assert_ptr_eq(sched_pick(fake.now), v[0]);
	ck_assert(fake.deadline == ~0ull);
	v[0]->timer = 5 * SECOND;
	sched_pick(fake.now);
	ck_assert(fake.deadline == 5 * SECOND);
	sched_wake(v[1]);
	sched_pick(fake.now);
	ck_assert(fake.deadline <= SCHED_SLICE_MAX);
	ck_assert(fake.deadline >= SCHED_SLICE_MIN);
	sched_block(v[1]);
	sched_block(v[0]);
	ck_assert_ptr_null(sched_pick(fake.now));
	ck_assert(fake.deadline == 5 * SECOND);
}
END_TEST

/* A guest that slept long is served at once, and then has no more than its
 * share: sleep is not saved up.
 * covers: TIME-7 */
START_TEST(test_sleeper_does_not_hoard)
{
	u64 ran;

	setup(2);
	sched_block(v[1]);
	simulate(100 * SECOND);
	sched_wake(v[1]);
	ck_assert_ptr_eq(sched_pick(fake.now), v[1]);
	simulate(SECOND);
	ran = v[1]->sched.ran_ns;
	ck_assert_uint_ge(ran, 490 * MS);
	ck_assert_uint_le(ran, 500 * MS + 2 * SCHED_CREDIT);
}
END_TEST

/* However a guest sleeps and wakes, or yields, a burner keeps its half.
 * covers: TIME-7 TIME-8 */
START_TEST(test_tricks_do_not_pay)
{
	static const struct {
		enum act act;
		u64 run, sleep;
	} tricks[] = {
		{ YIELD, 10000, 0 },
		{ YIELD, 9900000, 0 },
		{ SLEEP, 9990000, 1000 }, /* gone just before its slice ends */
		{ SLEEP, 900000, 1000 },
		{ SLEEP, 50000, 50000 },
		{ SLEEP, 30 * MS, 10 * MS },
	};
	u64 burned;

	setup(2);
	habit[1].act = tricks[_i].act;
	habit[1].run = tricks[_i].run;
	habit[1].sleep = tricks[_i].sleep;
	simulate(20 * SECOND);
	burned = v[0]->sched.ran_ns;
	ck_assert_msg(burned > 20 * SECOND * 49 / 100,
		      "the burner had %llu ms of 20 s", burned / MS);
}
END_TEST

/* One that has given its turns away for long doesn't take them back in one piece:
 * the other has its four fifths of a half in each second.
 * covers: TIME-7 TIME-8 */
START_TEST(test_yield_hoards_nothing)
{
	u64 before;

	setup(2);
	habit[1].act = YIELD;
	habit[1].run = 10000;
	simulate(10 * SECOND);
	habit[1].act = BURN;
	before = v[0]->sched.ran_ns;
	simulate(SECOND);
	before = v[0]->sched.ran_ns - before;
	ck_assert_msg(before > SECOND * 40 / 100, "the burner had %llu ms of 1 s", before / MS);
}
END_TEST

/* An interactive guest, which needs little, waits little, also beside a heavy
 * burner.
 * covers: TIME-7 TIME-6 */
START_TEST(test_latency)
{
	setup(3);
	weights(1000, 1000, 10);
	habit[2].act = SLEEP;
	habit[2].run = 20000;
	habit[2].sleep = 20 * MS;
	simulate(10 * SECOND);
	/* some 490 rounds; each waits for a tick at most */
	ck_assert_uint_ge(v[2]->sched.ran_ns, 480 * 20000ull);
	ck_assert_uint_le(v[2]->page->stolen_ns, 490 * 1 * MS);
}
END_TEST

/* All of the time of a guest that never sleeps is run or stolen.
 * covers: TIME-6 */
START_TEST(test_stolen)
{
	u32 i;

	setup(3);
	weights(100, 200, 300);
	simulate(7 * SECOND);
	for (i = 0; i < 3; i++) {
		u64 stolen = v[i]->page->stolen_ns;

		if (v[i] != sched_current())
			stolen += fake.now - v[i]->sched.ready_since;
		ck_assert(v[i]->sched.ran_ns + stolen == 7 * SECOND);
	}
}
END_TEST

/* Time asleep is not stolen.
 * covers: TIME-6 */
START_TEST(test_sleep_is_not_stolen)
{
	setup(1);
	habit[0].act = SLEEP;
	habit[0].run = MS;
	habit[0].sleep = 9 * MS;
	simulate(SECOND);
	ck_assert_uint_eq(v[0]->page->stolen_ns, 0);
	ck_assert_uint_eq(v[0]->sched.ran_ns, 100 * MS);
}
END_TEST

/* yield runs another, once, and nobody if there is nobody.
 * covers: TIME-8 */
START_TEST(test_yield)
{
	struct vcpu *first, *second;

	setup(2);
	first = sched_pick(fake.now);
	second = first == v[0] ? v[1] : v[0];
	fake.now += 1000;
	ck_assert_uint_eq(FAKE_CALL(first, yield, 0, 0, 0), 0);
	ck_assert_ptr_eq(sched_pick(fake.now), second);
	sched_block(second);
	ck_assert_ptr_eq(sched_pick(fake.now), first);
	ck_assert_uint_eq(FAKE_CALL(first, yield, 0, 0, 0), 0);
	ck_assert_ptr_eq(sched_pick(fake.now), first);
}
END_TEST

/* covers: EVT-10 EVT-4 */
START_TEST(test_block)
{
	setup(1);
	ck_assert_ptr_eq(sched_pick(0), v[0]);
	event_raise(v[0], SILK_EVENT_BLOCK);
	ck_assert_uint_eq(FAKE_CALL(v[0], block, 0, 0, 0), 0);
	ck_assert_uint_eq(v[0]->page->vif, SILK_VIF);
	ck_assert_ptr_eq(sched_pick(0), v[0]); /* something was pending */
	v[0]->page->mask = 1u << SILK_EVENT_BLOCK;
	v[0]->page->vif = 0;
	FAKE_CALL(v[0], block, 0, 0, 0); /* pending, and masked: sleep */
	ck_assert_uint_eq(v[0]->page->vif, SILK_VIF);
	ck_assert_ptr_null(sched_pick(0));
	event_raise(v[0], SILK_EVENT_BLOCK);
	ck_assert_ptr_null(sched_pick(0));
	event_raise(v[0], SILK_EVENT_CONSOLE);
	ck_assert_ptr_eq(sched_pick(0), v[0]);
}
END_TEST

/* A frozen vCPU doesn't run, whatever wakes it; thawed, it goes on if it wanted
 * to.
 * covers: LIFE-8 */
START_TEST(test_freeze)
{
	setup(2);
	sched_pick(0);
	sched_freeze(v[0]);
	simulate(SECOND);
	sched_wake(v[0]);
	simulate(SECOND);
	ck_assert_uint_eq(v[0]->sched.ran_ns, 0);
	ck_assert_uint_eq(v[0]->page->stolen_ns, 0);
	sched_thaw(v[0]);
	simulate(10 * SECOND);
	had(0, 0, 10 * SECOND, 50);
	sched_freeze(v[1]);
	sched_block(v[1]);
	sched_thaw(v[1]);
	sched_block(v[0]);
	ck_assert_ptr_null(sched_pick(fake.now));
	sched_forget(v[0]);
	sched_forget(v[1]);
	ck_assert_ptr_null(sched_current());
}
END_TEST

/* Virtual time may wrap. */
START_TEST(test_wrap)
{
	setup(2);
	weights(1, 1, 0);
	v[0]->sched.vruntime = v[1]->sched.vruntime = ~0ull - 1000;
	simulate(10 * SECOND);
	had(0, 0, 10 * SECOND, 50);
	had(1, 0, 10 * SECOND, 50);
}
END_TEST

/* However often time is charged, none of it is lost to rounding. */
START_TEST(test_rounding)
{
	u64 start;
	u32 i;

	setup(1);
	v[0]->guest->config.weight = 999;
	sched_pick(0);
	start = v[0]->sched.vruntime;
	for (i = 0; i < 99900; i++) {
		fake.now += 7;
		sched_account(fake.now);
	}
	ck_assert_uint_eq(v[0]->sched.vruntime - start, 700000);
}
END_TEST

/* What commands cost is charged to nobody. */
START_TEST(test_skip)
{
	setup(1);
	sched_pick(0);
	fake.now = 5 * MS;
	sched_account(fake.now);
	fake.now = 50 * MS;
	sched_skip(fake.now);
	fake.now = 51 * MS;
	sched_account(fake.now);
	ck_assert_uint_eq(v[0]->sched.ran_ns, 6 * MS);
}
END_TEST

static void tests(TCase *c)
{
	tcase_add_loop_test(c, test_shares_by_weight, 0, 6);
	tcase_add_test(c, test_weight_changes);
	tcase_add_test(c, test_no_tick_alone);
	tcase_add_test(c, test_sleeper_does_not_hoard);
	tcase_add_loop_test(c, test_tricks_do_not_pay, 0, 6);
	tcase_add_test(c, test_yield_hoards_nothing);
	tcase_add_test(c, test_latency);
	tcase_add_test(c, test_stolen);
	tcase_add_test(c, test_sleep_is_not_stolen);
	tcase_add_test(c, test_yield);
	tcase_add_test(c, test_block);
	tcase_add_test(c, test_freeze);
	tcase_add_test(c, test_wrap);
	tcase_add_test(c, test_rounding);
	tcase_add_test(c, test_skip);
}

UNIT_MAIN("sched", tests)
