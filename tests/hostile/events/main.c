// SPDX-License-Identifier: GPL-2.0-only
/*
 * events - abuse of the shared page: garbage in vif, pending, mask and all the
 * rest of it, handlers at wild addresses, upcalls within upcalls, storms of
 * them, sleeps from which nothing wakes.
 *
 * Without words the tests of this file. With one, a way to end (events.cases):
 *
 *   nest      upcalls within upcalls until the stack is full
 *   loop      the page-fault handler is not mapped
 *   nobody    sleep with every event masked
 *   upcall    the upcall's handler is not mapped, and page faults not handled
 *
 * covers: EVT-1 EVT-2 EVT-3 EVT-7 EVT-8 EVT-9 EVT-10 EVT-11 TRAP-3 TRAP-4
 * covers: TRAP-11 TIME-3 LIFE-4
 */
#include "hostile.h"

#ifndef VANDALISM
#define VANDALISM 5000 /* times that the page is filled with rubbish */
#endif

#define NOWHERE    0xe0000000u /* guest kernel's range, not mapped */
#define ALL_EVENTS ((1u << SILK_NR_EVENTS) - 1)

static volatile uint32_t upcalls, again;
static uint64_t until;

static void set_handler(uint32_t vector, uint32_t entry)
{
	struct silk_trap t = { .vector = (uint8_t)vector, .entry = entry };

	hv_set_traps(&t, 1);
}

static uint32_t upcall_stub(void)
{
	extern const uint32_t trap_stubs[];

	return trap_stubs[SILK_I386_VECTOR_UPCALL];
}

/* Counts; leaves pending as it is. vif comes from the frame's IF, so upcalls
 * go on until a bit is cleared. */
static void count_upcall(struct trap_frame *frame)
{
	upcalls++;
	if (upcalls >= again || (until && time_ns() >= until))
		frame->eflags &= ~(uint32_t)FL_IF;
	else if (until)
		time_set_timer(1);
}

static void count_to(uint32_t n)
{
	upcalls = 0;
	again = n;
	until = 0;
}

/* ---- vif ---- */

static void set_vif(uint32_t value)
{
	vcpu()->vif = value;
	hv_deliver_events();
	vcpu()->vif = 0;
}

static void garbage_in_vif(void)
{
	begin("vif-garbage");
	vcpu()->mask = ~1u;
	for (uint32_t i = 0; i < 64; i++) {
		uint32_t value = i < 32 ? 1u << i : ~(1u << (i - 32));

		vcpu()->pending = 1;
		count_to(1);
		attempt(set_vif, value);
		expect(NO_TRAP, trap.vector, "vif %x: vector", value);
		expect(value & SILK_VIF ? 1 : 0, upcalls, "vif %x: upcalls", value);
	}
	/* In a frame there is nothing of it but IF. */
	for (uint32_t i = 0; i < 32; i++) {
		vcpu()->pending = 0;
		vcpu()->vif = 1u << i;
		trap.vector = NO_TRAP;
		attempt((void (*)(uint32_t))(void *)NOWHERE, 0);
		expect(V_PF, trap.vector, "vif bit %u: vector", i);
		expect(1u << i & SILK_VIF,
		       trap.eflags & (FL_IF | FL_IOPL | FL_VM | FL_VIF | FL_VIP | FL_NT),
		       "vif bit %u: eflags", i);
		vcpu()->vif = 0;
	}
	end();
}

/* ---- pending and mask ---- */

static void bits(void)
{
	begin("pending-and-mask");
	for (uint32_t p = 0; p < 32; p++) {
		for (uint32_t m = 0; m < 33; m++) {
			uint32_t mask = m < 32 ? 1u << m : 0;

			vcpu()->pending = 1u << p;
			vcpu()->mask = mask;
			count_to(1);
			attempt(set_vif, SILK_VIF);
			expect(mask != 1u << p, upcalls, "pending bit %u, mask %x",
			       p, mask);
			expect(1u << p, vcpu()->pending, "pending bit %u is left", p);
			expect(mask, vcpu()->mask, "mask %x is left", mask);
		}
	}
	vcpu()->mask = ~1u;
	vcpu()->pending = 0;
	end();
	/* Each return finds the bit set again. */
	begin("upcalls-without-end");
	vcpu()->pending = 1;
	count_to(20000);
	attempt(set_vif, SILK_VIF);
	expect(20000, upcalls, "upcalls");
	vcpu()->pending = 0;
	end();
}

/* A timer in the past, again in each upcall, for 200 ms. */
static void timer_storm(void)
{
	begin("timer-storm");
	count_to(~0u);
	until = time_ns() + 200 * (uint64_t)NS_PER_MS;
	vcpu()->pending = 0;
	vcpu()->mask = ~(1u << SILK_EVENT_TIMER);
	time_set_timer(1);
	vcpu()->vif = SILK_VIF;
	while (time_ns() < until)
		hv_deliver_events();
	irq_disable();
	expect(true, upcalls > 1, "upcalls");
	vcpu()->pending = 0;
	end();
	begin("timer-values");
	for (uint32_t i = 0; i < 64; i++) {
		uint64_t at = i ? 1ull << i : ~0ull;

		expect(0, (uint32_t)hv_set_timer((uint32_t)at, (uint32_t)(at >> 32)),
		       "bit %u", i);
		expect(0, (uint32_t)hv_set_timer(~(uint32_t)at, (uint32_t)(~at >> 32)),
		       "all but bit %u", i);
	}
	expect(0, (uint32_t)hv_set_timer(0, 0), "off");
	vcpu()->pending = 0;
	end();
}

/* ---- handlers ---- */

static void wild_handlers(void)
{
	static const uint32_t at[] = {
		0xc0000000,
		0xc0003ffc,
		NOWHERE,
		0xefbffffe,
		0xefc00000,
		0xefc04000,
		0xefc10000,
		0xeffffffc,
	};

	begin("wild-upcall-handlers");
	vcpu()->mask = ~1u;
	for (uint32_t i = 0; i < ARRAY_SIZE(at); i++) {
		set_handler(SILK_I386_VECTOR_UPCALL, at[i]);
		vcpu()->pending = 1;
		attempt(set_vif, SILK_VIF);
		/* What lies there is executed, if it can be; it ends in a trap. */
		expect(true, trap.vector != NO_TRAP, "handler %x: a trap", at[i]);
		expect(SILK_I386_KERNEL_CS, trap.cs, "handler %x: cs", at[i]);
		vcpu()->pending = 0;
	}
	end();
	begin("handlers-refused");
	for (uint32_t i = 0; i < 64; i++) {
		struct silk_trap t = {
			.vector = SILK_I386_VECTOR_UPCALL,
			.entry = i << 26 | 4,
		};
		bool good = t.entry >= SILK_I386_KERNEL_BASE &&
			    t.entry < SILK_I386_HYPERVISOR;

		expect(good ? 0 : SILK_EINVAL, (uint32_t)-hv_set_traps(&t, 1),
		       "entry %x", t.entry);
	}
	end();
	begin("no-upcall-handler");
	set_handler(SILK_I386_VECTOR_UPCALL, 0);
	vcpu()->pending = ALL_EVENTS;
	vcpu()->mask = 0;
	count_to(1);
	attempt(set_vif, SILK_VIF);
	expect(NO_TRAP, trap.vector, "vector");
	expect(0, upcalls, "upcalls");
	expect(0, (uint32_t)hv_block(), "block comes back");
	vcpu()->vif = 0;
	vcpu()->pending = 0;
	vcpu()->mask = ~0u;
	set_handler(SILK_I386_VECTOR_UPCALL, upcall_stub());
	end();
}

/* ---- the whole page ---- */

/* What it holds must not matter to what the hypervisor does. queue_count is
 * the one word that asks for something: tables does that. */
static void vandalism(void)
{
	static const uint8_t call[] = { 0xcd, 0x80 };
	struct silk_vcpu *v = vcpu();
	uint32_t sp = v->kernel_sp;

	begin("page-vandalism");
	for (uint32_t i = 0; i < VANDALISM; i++) {
		uint32_t *word = (uint32_t *)v;

		for (uint32_t k = 0; k < PAGE_SIZE / 4; k++)
			word[k] = random32();
		v->vif = v->queue_count = 0;
		v->kernel_sp = sp;
		expect(info()->group_version[i % 8], (uint32_t)hv_query(i % 8), "query");
		expect((uint32_t)-SILK_EUNKNOWN, (uint32_t)hv_query(0x80000000 | i),
		       "query refused");
		expect(0x80000000 | i, v->diag.value, "diag.value");
		run_user(call, sizeof(call));
		expect(V_CALL, trap.vector, "a system call");
		if (i % 100 == 0)
			hv_yield();
	}
	v->pending = 0;
	v->mask = ~0u;
	end();
}

/* Rings: consumer and producer anywhere. Block I/O must bear it. */
static void rings(void)
{
	struct silk_ring *ring = (struct silk_ring *)SILK_I386_BLK_RING;
	struct silk_blk_request request = {
		.op = SILK_BLK_READ,
		.segments = 1,
		.segment = { { SPARE_GPA + 0x10000, 512 } },
	};
	uint32_t accepted = 0;

	if (!info()->group_version[SILK_GROUP_BLOCK] || !info()->blk[0].flags)
		return;
	begin("ring-vandalism");
	for (uint32_t i = 0; i < 3000; i++) {
		int32_t result;

		ring->producer = random32();
		ring->consumer = i & 1 ? random32() : accepted;
		request.cookie = i;
		result = hv_blk_submit(&request, 1);
		expect(true, result == 1 || result == -SILK_EAGAIN, "result %d",
		       result);
		accepted += result == 1;
		if (i % 64 == 0)
			hv_yield();
	}
	expect(true, accepted > 0, "%u are accepted", accepted);
	end();
}

/* ---- ways to end ---- */

static void nested(struct trap_frame *frame)
{
	(void)frame;
	vcpu()->pending = 1;
	vcpu()->vif = SILK_VIF;
	hv_deliver_events();
}

static void endings(void)
{
	vcpu()->mask = ~1u;
	if (cmdline("nest")) {
		event_handle(SILK_EVENT_TIMER, nested);
		vcpu()->pending = 1;
		vcpu()->vif = SILK_VIF;
		hv_deliver_events();
	} else if (cmdline("loop")) {
		set_handler(V_PF, NOWHERE);
		*(volatile uint32_t *)cmdline_number("at", 0);
	} else if (cmdline("nobody")) {
		vcpu()->mask = ~0u;
		for (;;)
			hv_block();
	} else if (cmdline("upcall")) {
		set_handler(V_PF, 0);
		set_handler(SILK_I386_VECTOR_UPCALL, NOWHERE);
		vcpu()->pending = 1;
		vcpu()->vif = SILK_VIF;
		hv_deliver_events();
	}
}

void hostile_main(void)
{
	if (info()->cmdline[0]) {
		endings();
		check("survives", true, false);
		return;
	}
	trap_handle(SILK_I386_VECTOR_UPCALL, count_upcall, 0);
	garbage_in_vif();
	bits();
	timer_storm();
	wild_handlers();
	vandalism();
	rings();
}
