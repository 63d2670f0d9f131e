// SPDX-License-Identifier: GPL-2.0-only
/*
 * refusals-cpu - each way in which set_descriptor, set_debugreg and the console
 * calls can be refused, and which one counts where two hold.
 *
 * guest: mem=16M
 * covers: CALL-4 CALL-7 CALL-8 CPU-4 CPU-6 CPU-50 CPU-51 CPU-52 CPU-53 CPU-54
 * covers: CON-1 CON-2 CON-50 CON-52 PT-13
 */
#include "suite.h"

#define FLAT_LOW  0x0000ffffu
#define FLAT_HIGH 0x00cff200u /* a writable data segment, ring 3 */
#define BAD_MASK  0x0060f800u /* bits of CPU-4 */

/* The value told is of the two words of a descriptor either one. */
static void descriptors(void)
{
	static const uint32_t bad[] = {
		0,
		5,
		9,
		12,
		13,
		14,
		15,
		26,
		28,
		31,
		32,
		0x106,
		1u << 29,
		~0u,
	};
	const uint32_t first = SILK_I386_DESC_TLS, percpu = SILK_I386_DESC_PERCPU;
	const struct refusal rows[] = {
		R(DESC_BITS, set_descriptor, first, 1, 0, 1),
		R(DESC_BITS, set_descriptor, percpu, FLAT_LOW, 0x00cffa00,
		  FLAT_LOW),
		R(DESC_BITS, set_descriptor, percpu, 0, 0x00008900, 0),
		PAIR(DESC_INDEX, DESC_BITS, set_descriptor, 5, 1, 0, 5),
		PAIR(DESC_INDEX, DESC_BITS, set_descriptor, 32, FLAT_LOW,
		     0x00cf9a00, 32),
	};

	hv_set_descriptor(first, FLAT_LOW, FLAT_HIGH);
	for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct refusal r = R(DESC_INDEX, set_descriptor, bad[i], FLAT_LOW,
				     FLAT_HIGH, bad[i]);

		refuse(&r);
	}
	for (uint32_t bit = 0; bit < 32; bit++) {
		struct refusal r = R(DESC_BITS, set_descriptor, first, FLAT_LOW,
				     FLAT_HIGH ^ 1u << bit, FLAT_LOW);

		if (BAD_MASK & 1u << bit)
			refuse(&r);
	}
	refuse_all(rows, ARRAY_SIZE(rows));
}

/* The same by the queue [PT-13]. */
static void queued_descriptor(void)
{
	struct silk_mmu_op *queue = (struct silk_mmu_op *)SILK_I386_QUEUE;
	uint32_t high = SILK_I386_DESC_TLS + SILK_CONTROL_DESC_HIGH, base = 1;
	struct refusal r = R(DESC_BITS, set_descriptor, 0, 0, 0, FLAT_LOW);

	r.note = "in the queue";
	queue[0] = (struct silk_mmu_op){ SILK_CONTROL(SILK_CONTROL_DESC_LOW),
					 FLAT_LOW };
	queue[1] = (struct silk_mmu_op){ SILK_CONTROL(high), 0x00cffa00 };
	vcpu()->queue_count = 2;
	refuse_title(&r);
	hv_deliver_events();
	expect(SILK_EENTRY, vcpu()->queue_error, "queue_error");
	refuse_check(&r, vcpu()->diag.call, 1);
	vcpu()->queue_error = 0;
	__asm__ volatile("lsll %1, %0"
			 : "=r"(base)
			 : "r"(0x33)
			 : "cc");
	expect(0xffffffff, base, "the descriptor's limit is as before");
	end();
}

static uint32_t watched = 1;

static void touch_watched(uint32_t unused)
{
	(void)unused;
	*(volatile uint32_t *)&watched = 2;
}

static void debug_row(struct refusal r)
{
	refuse(&r);
	test("CALL-4 CPU-6", "breakpoints are as before");
	expect(1, attempt(touch_watched, 0), "the breakpoint is hit");
	expect(V_DB, trap.vector, "by vector");
	end();
}

static void debugregs(void)
{
	static const uint32_t numbers[] = { 4, 5, 6, 8, 15, 0x100, 0x80000000, ~0u };
	const uint32_t limit = SILK_I386_HYPERVISOR - 8;
	static const uint32_t two[] = { 16, 20, 24, 28 };

	hv_set_debugreg(0, (uint32_t)&watched);
	hv_set_debugreg(7, 0x000d0001); /* 4 bytes, write, local */
	for (uint32_t i = 0; i < ARRAY_SIZE(numbers); i++)
		debug_row((struct refusal)R(DEBUG_NUMBER, set_debugreg, numbers[i], 0,
					    0, numbers[i]));
	for (uint32_t n = 0; n < 4; n++) {
		debug_row((struct refusal)R(DEBUG_ADDRESS, set_debugreg, n,
					    limit + 1, 0, limit + 1));
		debug_row((struct refusal)R(DEBUG_ADDRESS, set_debugreg, n, ~0u, 0,
					    ~0u));
	}
	for (uint32_t bit = 11; bit < 16; bit++)
		debug_row((struct refusal)R(DEBUG_CONTROL, set_debugreg, 7,
					    1u << bit, 0, 1u << bit));
	for (uint32_t i = 0; i < ARRAY_SIZE(two); i++)
		debug_row((struct refusal)R(DEBUG_CONTROL, set_debugreg, 7,
					    2u << two[i], 0, 2u << two[i]));
	test("CPU-6 CALL-9", "the last address allowed, bit 10, conditions 0, 1, 3");
	expect(0, (uint32_t)hv_set_debugreg(1, limit), "the address");
	expect(0, (uint32_t)hv_set_debugreg(7, 0x400), "bit 10");
	expect(0, (uint32_t)hv_set_debugreg(7, 0x11110000), "conditions 1");
	expect(0, (uint32_t)hv_set_debugreg(7, 0x33330000), "conditions 3");
	expect(0, (uint32_t)hv_set_debugreg(7, 0xccccc000 & ~0xf800u), "lengths");
	expect(0, (uint32_t)hv_set_debugreg(1, 0), "and back");
	expect(0, (uint32_t)hv_set_debugreg(7, 0), "and back");
	end();
}

static void console(void)
{
	const uint32_t hv = SILK_I386_HYPERVISOR;
	const struct refusal rows[] = {
		R(CONW_FAULT, console_write, HOLE, 1, 0, HOLE),
		R(CONW_FAULT, console_write, HOLE, ~0u, 0, HOLE),
		R(CONW_FAULT, console_write, hv, 1, 0, hv),
		R(CONW_FAULT, console_write, 0, 16, 0, 0),
	};

	refuse_all(rows, ARRAY_SIZE(rows));
	test("CON-1", "console_write of nothing");
	expect(0, (uint32_t)hv_console_write((void *)HOLE, 0), "result");
	end();
	test("CON-2", "console_read without input");
	expect(0, (uint32_t)hv_console_read(arena, 16), "result");
	expect(0, (uint32_t)hv_console_read((void *)HOLE, 0), "of nothing");
	end();
}

void hostile_main(void)
{
	scene_set();
	descriptors();
	queued_descriptor();
	debugregs();
	console();
}
