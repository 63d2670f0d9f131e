// SPDX-License-Identifier: GPL-2.0-only
/*
 * event-machine - when upcalls come and when not: each combination of vif,
 * pending, mask and handler, by each operation that ends in a delivery; block
 * and what wakes from it; timers.
 *
 * An upcall's handler counts and keeps its frame, and returns with IF clear.
 *
 * guest: mem=16M
 * covers: EVT-1 EVT-2 EVT-3 EVT-4 EVT-7 EVT-8 EVT-9 EVT-10 EVT-11 TRAP-4 TRAP-7
 * covers: TIME-3 TIME-4 TIME-8 CALL-9
 */
#include "suite.h"

#define TIMER (1u << SILK_EVENT_TIMER)
#define MS(n) ((uint64_t)(n)*NS_PER_MS)

static volatile uint32_t upcalls;
static struct trap_frame frame;

static void on_upcall(struct trap_frame *f)
{
	upcalls++;
	frame = *f;
	f->eflags &= ~(uint32_t)FL_IF;
}

static void no_handler(void)
{
	struct silk_trap none = { .vector = SILK_I386_VECTOR_UPCALL };

	hv_set_traps(&none, 1);
}

static void with_handler(void)
{
	trap_handle(SILK_I386_VECTOR_UPCALL, on_upcall, 0);
}

static void reset(uint32_t pending, uint32_t mask, uint32_t vif)
{
	vcpu()->vif = 0;
	hv_set_timer(0, 0);
	vcpu()->mask = mask;
	vcpu()->pending = pending;
	upcalls = 0;
	vcpu()->vif = vif;
}

/* ---- the operations ---- */

static void op_deliver(uint32_t vif)
{
	(void)vif;
	hv_deliver_events();
}

static void op_block(uint32_t vif)
{
	(void)vif;
	hv_block();
}

/* A return to guest-kernel mode; vif comes from the frame. */
static void op_return(uint32_t vif)
{
	__asm__ volatile("pushl %0\n\tpushl $0x60\n\tpushl $1f\n\tint $0x82\n1:"
			 :
			 : "r"(vif | 2)
			 : "memory", "cc");
}

static const struct {
	const char *name;
	void (*run)(uint32_t vif);
	bool sets_vif;
} ops[] = {
	{ "deliver_events", op_deliver, false },
	{ "a return", op_return, false },
	{ "block", op_block, true },
};

static const struct {
	uint32_t pending, mask;
} bits[] = {
	{ 0, 0 },
	{ 0, ~0u },
	{ 1, 0 },
	{ 1, 1 },
	{ 1, ~1u },
	{ 0x20, 0 },
	{ 0x20, 0x20 },
	{ 3, 1 },
	{ 0x3f, 0x3f },
	{ 0x80000000, 0 },
	{ 0x80000000, 0x7fffffff },
	{ ~0u, ~0u },
	{ ~0u, 0x7fffffff },
};

static void combination(uint32_t o, uint32_t b, bool vif, bool handler)
{
	bool unmasked = bits[b].pending & ~bits[b].mask;
	bool enabled = vif || ops[o].sets_vif;
	uint32_t pending = bits[b].pending, want = 0, result_vif = 0;

	/* Nothing would end this sleep. */
	if (ops[o].run == op_block && !unmasked)
		return;
	if (unmasked && enabled && handler)
		want = 1;
	if (enabled && !want)
		result_vif = SILK_VIF;
	/* An interrupt between the store of vif and the operation delivers, too [EVT-3]:
	 * then once more. */
	for (uint32_t tries = 0; tries < 5; tries++) {
		reset(pending, bits[b].mask, vif ? SILK_VIF : 0);
		ops[o].run(vif ? SILK_VIF : 0);
		if (upcalls <= want)
			break;
	}
	expect(want, upcalls, "pending %x mask %x vif %u handler %u: upcalls",
	       pending, bits[b].mask, vif, handler);
	expect(result_vif, vcpu()->vif,
	       "pending %x mask %x vif %u handler %u: vif", pending, bits[b].mask,
	       vif, handler);
	expect(pending, vcpu()->pending, "pending %x is left", pending);
	expect(bits[b].mask, vcpu()->mask, "mask %x is left", bits[b].mask);
	if (want) {
		expect(FL_IF, frame.eflags & FL_IF, "IF in the frame");
		expect(SILK_I386_KERNEL_CS, frame.cs, "cs in the frame");
	}
}

static void combinations(void)
{
	for (uint32_t o = 0; o < ARRAY_SIZE(ops); o++) {
		test("EVT-3 EVT-7 EVT-9 EVT-10 EVT-11", "%s, all combinations",
		     ops[o].name);
		for (uint32_t b = 0; b < ARRAY_SIZE(bits); b++)
			for (uint32_t n = 0; n < 4; n++) {
				if (n & 2)
					with_handler();
				else
					no_handler();
				combination(o, b, n & 1, n & 2);
			}
		end();
	}
	reset(0, ~0u, 0);
	with_handler();
}

/* While vif is 0 nothing may come, whatever is called and whatever traps. */
static void run_ud(uint32_t unused)
{
	(void)unused;
	__asm__ volatile("ud2");
}

static void never_while_off(void)
{
	test("EVT-3", "no upcall while vif is 0");
	reset(~0u, 0, 0);
	for (uint32_t i = 0; i < 20; i++) {
		hv_deliver_events();
		hv_query(0);
		hv_yield();
		hv_call0(9999);
		hv_pt_flush(NULL, 0);
		attempt(run_ud, 0);
		hv_set_timer(1, 0);
	}
	for (uint64_t until = time_ns() + MS(30); time_ns() < until;)
		;
	expect(0, upcalls, "upcalls");
	reset(0, ~0u, 0);
	end();
}

/* ---- bits that the hypervisor sets ---- */

static void timer_sets(void)
{
	test("EVT-1 EVT-8 TIME-3", "the timer sets its bit and no other");
	reset(0xffffff00 & ~0x3fu, ~0u, 0);
	expect(0, (uint32_t)hv_set_timer(1, 0), "result");
	expect(0xffffff00 | TIMER, vcpu()->pending, "pending, a time in the past");
	end();
	test("TIME-3", "a time far away, by the high word alone");
	reset(0, ~0u, 0);
	for (uint32_t high = 1; high; high <<= 1) {
		hv_set_timer(1, high | 0x1000);
		expect(0, vcpu()->pending, "high word %x: pending", high | 0x1000);
	}
	hv_set_timer(0, 0);
	end();
	test("EVT-3 TIME-4", "an upcall comes by itself when the timer is due");
	reset(0, ~TIMER, SILK_VIF);
	time_set_timer(time_ns() + MS(3));
	for (uint64_t until = time_ns() + MS(2000); !upcalls && time_ns() < until;)
		;
	expect(1, upcalls, "upcalls");
	expect(TIMER, vcpu()->pending, "pending");
	expect(0, vcpu()->vif, "vif");
	end();
	test("TIME-3 TIME-4", "a timer that was put off or replaced");
	reset(0, ~0u, 0);
	time_set_timer(time_ns() + MS(5));
	hv_set_timer(0, 0);
	for (uint64_t until = time_ns() + MS(20); time_ns() < until;)
		;
	hv_query(0);
	expect(0, vcpu()->pending, "put off: pending");
	time_set_timer(time_ns() + MS(5));
	time_set_timer(time_ns() + MS(60000));
	for (uint64_t until = time_ns() + MS(20); time_ns() < until;)
		;
	hv_query(0);
	expect(0, vcpu()->pending, "replaced by a later one: pending");
	hv_set_timer(~0u, ~0u);
	hv_query(0);
	expect(0, vcpu()->pending, "never: pending");
	time_set_timer(time_ns() + MS(60000));
	time_set_timer(1);
	expect(TIMER, vcpu()->pending, "replaced by one in the past: pending");
	reset(0, ~0u, 0);
	end();
	test("TIME-3", "the timer goes off once");
	reset(0, ~0u, 0);
	time_set_timer(time_ns() + MS(2));
	for (uint64_t until = time_ns() + MS(10); time_ns() < until;)
		;
	hv_query(0);
	expect(TIMER, vcpu()->pending, "pending");
	vcpu()->pending = 0;
	for (uint64_t until = time_ns() + MS(10); time_ns() < until;)
		;
	hv_query(0);
	expect(0, vcpu()->pending, "pending after it was cleared");
	end();
}

/* ---- sleep ---- */

static void sleeps(void)
{
	test("EVT-10 EVT-4 TIME-4", "block sleeps until the timer, not less");
	for (uint32_t i = 0; i < 20; i++) {
		uint64_t due = time_ns() + MS(1) * (i % 4);

		reset(0, ~TIMER, 0);
		time_set_timer(due);
		while (!upcalls)
			expect(0, (uint32_t)hv_block(), "result");
		expect(1, upcalls, "upcalls");
		expect_that(time_ns() >= due, "time: expected %u us or later, seen %u",
			    (uint32_t)divide(due, 1000, NULL),
			    (uint32_t)divide(time_ns(), 1000, NULL));
		expect(0, vcpu()->vif, "vif");
	}
	end();
	test("EVT-10", "a masked event does not end the sleep");
	reset(2, ~TIMER, 0);
	time_set_timer(time_ns() + MS(5));
	while (!(vcpu()->pending & TIMER))
		hv_block();
	expect(1, upcalls > 0, "upcalls");
	expect(2, vcpu()->pending & 2, "the masked bit is left");
	reset(0, ~0u, 0);
	end();
	test("EVT-9 EVT-10", "block without a handler ends by an event");
	no_handler();
	reset(0, ~TIMER, 0);
	time_set_timer(time_ns() + MS(2));
	for (uint32_t i = 0; !(vcpu()->pending & TIMER) && i < 1000; i++)
		hv_block();
	expect(TIMER, vcpu()->pending, "pending");
	expect(SILK_VIF, vcpu()->vif, "vif");
	expect(0, upcalls, "upcalls");
	with_handler();
	reset(0, ~0u, 0);
	end();
}

/* The upcall at the end of a block shows the instruction behind it. */
static void block_frame(void)
{
	uint32_t behind, eax;

	test("EVT-10", "the frame shows the instruction behind the block");
	reset(1, 0, 0);
	__asm__ volatile("movl $1f, %1\n\tint $0x80\n1:"
			 : "=a"(eax), "=&r"(behind)
			 : "0"(SILK_CALL_block)
			 : "memory", "cc");
	expect(1, upcalls, "upcalls");
	expect(behind, frame.eip, "eip");
	expect(0, frame.eax, "eax in the frame");
	expect(0, eax, "eax");
	end();
}

/* Events that come at any moment between enabling, looking and sleeping. */
static void no_lost_wakeup(void)
{
	uint32_t missed = 0;

	test("EVT-4", "no wake-up is lost, whenever the timer comes");
	for (uint32_t i = 0; i < 400; i++) {
		uint64_t start = time_ns();

		reset(0, ~TIMER, 0);
		time_set_timer(start + i * 1000);
		for (uint32_t k = 0; k < i * 20; k++)
			barrier();
		vcpu()->vif = SILK_VIF;
		while (!upcalls) {
			hv_block();
			if (time_ns() > start + MS(3000))
				break;
		}
		missed += !upcalls;
	}
	expect(0, missed, "sleeps that did not end");
	reset(0, ~0u, 0);
	end();
}

void hostile_main(void)
{
	scene_set();
	with_handler();
	combinations();
	never_while_off();
	timer_sets();
	sleeps();
	block_frame();
	no_lost_wakeup();
	reset(0, ~0u, 0);
}
