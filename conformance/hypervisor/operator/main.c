// SPDX-License-Identifier: GPL-2.0-only
/*
 * operator - what an operator does to a guest: a pause, from which everything goes on
 * as it was, and the request to shut down, which is an event and nothing else.
 *
 * guest: mem=16M alone operator
 * covers: LIFE-8 LIFE-9 TIME-10 TIME-1 EVT-1
 */
#include "suite.h"

#define PAUSE_MS  1500u
#define PATIENCE  (15 * (uint64_t)NS_PER_S)
#define GAP       (100 * (uint64_t)NS_PER_MS) /* a pause is longer */
#define BIT(name) (1u << SILK_EVENT_##name)

static void clear(uint32_t events)
{
	__atomic_and_fetch(&vcpu()->pending, ~events, __ATOMIC_SEQ_CST);
}

/* The guest's own registers over the pause, with everything else. */
static uint32_t spin(uint32_t rounds)
{
	uint32_t a = 0x0a0a0a0a, b = 0x0b0b0b0b, d = 0x0d0d0d0d, si = 0x51515151;
	uint32_t di = 0xd1d1d1d1;

	__asm__ volatile("1: loop 1b"
			 : "+a"(a), "+b"(b), "+c"(rounds), "+d"(d), "+S"(si), "+D"(di));
	return (a ^ 0x0a0a0a0a) | (b ^ 0x0b0b0b0b) | (d ^ 0x0d0d0d0d) | (si ^ 0x51515151) |
	       (di ^ 0xd1d1d1d1) | rounds;
}

/* The pause may come before the line that asks for it has been printed. */
static uint64_t longest; /* time between two looks at the clock */

static bool paused(uint32_t *registers)
{
	uint64_t start = time_ns(), before = start, now = start;

	longest = 0;
	print("suite: DO pause %u;\n", PAUSE_MS);
	while (!(READ_ONCE(vcpu()->pending) & BIT(RESUMED))) {
		*registers |= spin(1000);
		now = time_ns();
		longest = now - before > longest ? now - before : longest;
		before = now;
		if (now - start > PATIENCE)
			return false;
	}
	now = time_ns();
	longest = now - before > longest ? now - before : longest;
	return true;
}

static void a_pause(void)
{
	uint32_t registers = 0;
	struct state state;
	uint64_t due;
	bool came;

	test("LIFE-8", "a pause: all is as it was");
	time_set_timer(0);
	clear(BIT(TIMER) | BIT(RESUMED));
	state_take(&state);
	came = paused(&registers);
	if (!came && longest < 10 * GAP) {
		skip("nobody pauses the guest");
		return;
	}
	expect_that(came, "event RESUMED: expected, seen nothing");
	expect_that(longest > GAP, "a time in which nothing ran: expected, seen none");
	clear(BIT(RESUMED));
	expect(0, registers, "bits of registers that changed");
	state_compare(&state);
	end();
	test("LIFE-8", "nothing of the pause goes on after it");
	due = time_ns() + 200 * (uint64_t)NS_PER_MS;
	while (time_ns() < due)
		;
	expect(0, vcpu()->pending & BIT(RESUMED), "event RESUMED again");
	end();
}

static void a_timer(void)
{
	uint32_t registers = 0;
	uint64_t due, start, before, now;

	test("TIME-10 TIME-1", "a timer that is due in a pause");
	start = before = time_ns();
	due = start + 300 * (uint64_t)NS_PER_MS;
	time_set_timer(due);
	print("suite: DO pause %u again;\n", PAUSE_MS);
	/* Due in the pause, whenever it begins: set again and again. */
	for (;; before = now) {
		registers |= spin(1000);
		now = time_ns();
		if (READ_ONCE(vcpu()->pending) & BIT(RESUMED))
			break;
		if (now - start > PATIENCE) {
			skip("nobody pauses the guest");
			return;
		}
		due = now + 300 * (uint64_t)NS_PER_MS;
		clear(BIT(TIMER));
		time_set_timer(due);
	}
	expect_that(time_ns() > due, "guest time: expected beyond the timer's, seen before");
	expect_that(vcpu()->pending & BIT(TIMER), "event TIMER: expected, seen nothing");
	expect_that(vcpu()->pending & BIT(RESUMED), "event RESUMED: expected, seen nothing");
	clear(BIT(TIMER) | BIT(RESUMED));
	end();
}

static void a_request(void)
{
	uint64_t start = time_ns();
	struct state state;

	test("LIFE-9", "the request to shut down");
	time_set_timer(0);
	clear(~0u);
	state_take(&state);
	print("suite: DO shutdown;\n");
	while (!(READ_ONCE(vcpu()->pending) & BIT(SHUTDOWN))) {
		if (time_ns() - start > PATIENCE) {
			skip("nobody asks the guest to shut down");
			return;
		}
	}
	start = time_ns();
	while (time_ns() - start < NS_PER_S)
		spin(1000);
	clear(~0u);
	state_compare(&state);
	end();
}

void hostile_main(void)
{
	scene_set();
	a_pause();
	a_timer();
	a_request();
}
