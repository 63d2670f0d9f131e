// SPDX-License-Identifier: GPL-2.0-only
/*
 * turns - two guests that both want the processor: what each gets of it, and that
 * what a vCPU has in its registers is in effect only while it runs.
 *
 * The other guest (its name ends in -b) has a third of our weight. It sleeps while we
 * try what is stolen from a guest that is alone; then it sets a breakpoint that we
 * would hit and a GS of its own, and spins.
 *
 * guest: mem=12M weight=300 alone
 * guest: mem=12M weight=100
 * covers: TIME-6 TIME-7 TIME-8 CPU-3 CPU-6 LIFE-4 BOOT-3
 */
#include "suite.h"

#define MS(n)    ((uint64_t)(n)*NS_PER_MS)
#define SELECTOR 0x33 /* descriptor 6 */
#define OURS     0x77777777u
#define THEIRS   0x22222222u

static uint32_t ours = OURS, theirs = THEIRS;
static volatile uint32_t turns;

/* In both guests at the same address; the other one never comes here. */
static __attribute__((noinline)) void watched(uint32_t unused)
{
	(void)unused;
	turns++;
}

static void load_gs(uint32_t *base)
{
	hv_set_descriptor(SILK_I386_DESC_TLS, ((uint32_t)base & 0xffff) << 16 | 3,
			  ((uint32_t)base >> 16 & 0xff) | 0x0040f200 |
				  ((uint32_t)base & 0xff000000));
	__asm__ volatile("movl %0, %%gs"
			 :
			 : "r"(SELECTOR));
}

static void spin_until(uint64_t ns)
{
	while (time_ns() < ns)
		;
}

static void sleep_for(uint64_t ns)
{
	const uint32_t timer = 1u << SILK_EVENT_TIMER;

	vcpu()->mask = ~timer;
	vcpu()->pending = 0;
	time_set_timer(time_ns() + ns);
	while (!(vcpu()->pending & timer))
		hv_block();
	vcpu()->vif = 0;
	vcpu()->mask = ~0u;
}

static uint64_t stolen(void)
{
	return *(volatile uint64_t *)&vcpu()->stolen_ns;
}

/* ---- the other guest ---- */

static void other(void)
{
	sleep_for(MS(600));
	hv_set_debugreg(0, (uint32_t)watched);
	hv_set_debugreg(7, 1);
	while (time_ns() < MS(30000))
		load_gs(&theirs);
	for (;;)
		hv_shutdown(SILK_SHUTDOWN_POWEROFF, NULL, 0);
}

/* ---- ours ---- */

static void registers(void)
{
	uint32_t traps = 0, foreign = 0, seen;

	for (uint32_t i = 0; i < 50; i++) {
		load_gs(&ours);
		hv_yield();
		__asm__ volatile("movl %%gs:0, %0"
				 : "=r"(seen));
		foreign += seen != OURS;
		/* This leaves GS null. */
		traps += attempt(watched, 0);
	}
	test("CPU-6", "another guest's breakpoint is not in effect here");
	expect(0, traps, "debug traps");
	expect(50, turns, "turns");
	end();
	test("CPU-3", "GS keeps its base while another guest loads its own");
	expect(0, foreign, "words that were not ours");
	end();
	hv_set_descriptor(SILK_I386_DESC_TLS, 0, 0);
}

/* Three quarters are ours, a quarter is theirs; four fifths of each are promised. */
static void share(const char *when)
{
	uint64_t start = time_ns(), before = stolen(), all, lost;
	uint32_t percent;

	test("TIME-7 TIME-6", "weights 300 and 100: shares %s", when);
	expect(300, info()->weight, "weight");
	spin_until(start + MS(1000));
	all = time_ns() - start;
	lost = stolen() - before;
	percent = 100 - (uint32_t)divide(lost * 100, (uint32_t)all, NULL);
	expect_that(percent >= 60, "percent of a second: expected 60 or more, seen %u",
		    percent);
	expect_that(percent <= 80, "percent of a second: expected 80 or less, seen %u",
		    percent);
	end();
}

/* Both have had their share: one that yields lets the other run. */
static void yields(void)
{
	uint32_t passed = 0;

	test("TIME-8", "yield lets another guest run");
	for (uint32_t i = 0; i < 40; i++) {
		uint64_t before;

		spin_until(time_ns() + MS(2));
		before = stolen();
		hv_yield();
		passed += stolen() > before;
	}
	expect_that(passed >= 20, "yields of 40 in which another ran: expected 20 or more, seen %u",
		    passed);
	end();
}

/* Nothing is stolen while nobody else runs, least of all in our sleep. */
static void sleep_alone(void)
{
	uint64_t start, before, lost;

	test("TIME-6", "the time of sleep is not stolen");
	start = time_ns();
	before = stolen();
	for (uint32_t i = 0; i < 20; i++)
		sleep_for(MS(10));
	lost = stolen() - before;
	expect_that(lost < (time_ns() - start) / 2,
		    "ms stolen of 200: expected few, seen %u",
		    (uint32_t)divide(lost, NS_PER_MS, NULL));
	end();
}

void hostile_main(void)
{
	const char *name = info()->name;

	if (!strcmp(name + strlen(name) - 2, "-b"))
		other();
	sleep_alone();
	/* The other one is awake by then. */
	spin_until(MS(900));
	share("of two that spin");
	registers();
	yields();
	share("after many yields");
}
