// SPDX-License-Identifier: GPL-2.0-only
/*
 * refusals-core - each way in which calls of the groups CORE and TRAP can be
 * refused, and which one counts where two hold.
 *
 * Each row is a call. What must come of it (error, clause, argument) is in the
 * header's table; what must not come of it is any change.
 *
 * guest: mem=16M
 * covers: CALL-1 CALL-11 CALL-1 CALL-3 CALL-4 CALL-5 CALL-6 CALL-7 CALL-8 CALL-11 CALL-50
 * covers: CALL-51 GEN-9 GEN-50 GEN-51 LIFE-50 LIFE-51 LIFE-52 LIFE-53 LIFE-54
 * covers: LIFE-55 TRAP-50 TRAP-51 TRAP-52 TRAP-53 TRAP-54 TRAP-3
 */
#include "suite.h"

#define TRAPS ((struct silk_trap *)arena)
#define ENTRY 0xc0400000u

/* ---- any call ---- */

static void unknown_calls(void)
{
	static const uint32_t numbers[] = {
		SILK_NR_CALLS,
		25,
		255,
		256,
		1024,
		0x10000,
		0x7fffffff,
		0x80000000,
		0xfffff000,
		0xfffffffe,
		0xffffffff,
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		struct refusal r = {
			.row = SILK_R_CALL_UNKNOWN,
			.call = numbers[i],
			.values = 1,
			.value = { numbers[i] },
			.note = i ? "a high number" : "the next",
		};

		refuse(&r);
	}
}

/* A group that isn't offered: its calls, and query of it. */
static void groups(void)
{
	static const struct {
		uint32_t group, call;
	} optional[] = {
		{ SILK_GROUP_BLOCK, SILK_CALL_blk_submit },
		{ SILK_GROUP_NET, SILK_CALL_net_send },
		{ SILK_GROUP_NET, SILK_CALL_net_post },
	};
	const struct refusal unknown[] = {
		R(QUERY_GROUP, query, SILK_NR_GROUPS, 0, 0, SILK_NR_GROUPS),
		R(QUERY_GROUP, query, 16, 0, 0, 16),
		R(QUERY_GROUP, query, ~0u, 0, 0, ~0u),
	};
	bool any = false;

	for (uint32_t i = 0; i < ARRAY_SIZE(optional); i++) {
		struct refusal call = {
			.row = SILK_R_CALL_NOTOFFERED,
			.call = optional[i].call,
			.values = 1,
			.value = { optional[i].call },
		};
		struct refusal query = R(QUERY_NOTOFFERED, query, optional[i].group,
					 0, 0, optional[i].group);

		if (info()->group_version[optional[i].group])
			continue;
		any = true;
		refuse(&call);
		refuse(&query);
	}
	if (!any) {
		test("CALL-51 GEN-51", "CALL_NOTOFFERED");
		skip("every group is offered");
	}
	refuse_all(unknown, ARRAY_SIZE(unknown));
}

/* ---- shutdown ---- */

static void shutdowns(void)
{
	const uint32_t max = SILK_MESSAGE_MAX;
	const struct refusal rows[] = {
		R(SHUTDOWN_REASON, shutdown, 3, 0, 0, 3),
		R(SHUTDOWN_REASON, shutdown, ~0u, 0, 0, ~0u),
		R(SHUTDOWN_LENGTH, shutdown, 0, arena, max + 1, max + 1),
		R(SHUTDOWN_LENGTH, shutdown, 1, arena, ~0u, ~0u),
		R(SHUTDOWN_MESSAGE, shutdown, 0, HOLE, 1, HOLE),
		R(SHUTDOWN_MESSAGE, shutdown, 1, EDGE_END - 4, 5, EDGE_END,
		  EDGE_END - 4),
		R(SHUTDOWN_MESSAGE, shutdown, 2, SILK_I386_HYPERVISOR, 1,
		  SILK_I386_HYPERVISOR),
		R(SHUTDOWN_MESSAGE, shutdown, 2, 0xfffffff0, max, 0xfffffff0),
		R(SHUTDOWN_MESSAGE, shutdown, 2, 0, 1, 0),
		PAIR(SHUTDOWN_REASON, SHUTDOWN_LENGTH, shutdown, 3, arena, max + 1, 3),
		PAIR(SHUTDOWN_REASON, SHUTDOWN_MESSAGE, shutdown, 3, HOLE, 1, 3),
		PAIR(SHUTDOWN_LENGTH, SHUTDOWN_MESSAGE, shutdown, 0, HOLE, max + 1,
		     max + 1),
	};

	refuse_all(rows, ARRAY_SIZE(rows));
}

/* ---- set_kernel ---- */

static void kernels(void)
{
	const uint32_t gpa = va_to_gpa(arena), absent = ABSENT_GPA;
	const uint32_t end = info()->chunks << SILK_I386_CHUNK_SHIFT;
	const struct refusal rows[] = {
		R(KERNEL_LENGTH, set_kernel, gpa, 1, 0, 1),
		R(KERNEL_LENGTH, set_kernel, gpa, 51, 0, 51),
		R(KERNEL_LENGTH, set_kernel, gpa, SILK_KERNEL_MAX + 1, 0,
		  SILK_KERNEL_MAX + 1),
		R(KERNEL_LENGTH, set_kernel, gpa, ~0u, 0, ~0u),
		R(KERNEL_OWNER, set_kernel, absent, 52, 0, absent),
		R(KERNEL_OWNER, set_kernel, BOOT, 52, 0, BOOT),
		R(KERNEL_OWNER, set_kernel, end - 4, 52, 0, end - 4, end),
		R(KERNEL_OWNER, set_kernel, 0xfffffff0, 52, 0, 0xfffffff0),
		R(KERNEL_FORMAT, set_kernel, gpa, 52, 0, gpa),
		R(KERNEL_FORMAT, set_kernel, gpa, 4096, 0, gpa),
		PAIR(KERNEL_LENGTH, KERNEL_OWNER, set_kernel, absent, 51, 0, 51),
		PAIR(KERNEL_LENGTH, KERNEL_FORMAT, set_kernel, gpa, 51, 0, 51),
		PAIR(KERNEL_OWNER, KERNEL_FORMAT, set_kernel, end - 52, 53, 0,
		     end - 52, end),
	};

	refuse_all(rows, ARRAY_SIZE(rows));
}

/* ---- set_traps ---- */

/* Which handler int3 goes to: the trap table can be seen by its effect only. */
static void breakpoint(uint32_t unused)
{
	(void)unused;
	__asm__ volatile("int3");
}

static void trap_row(struct refusal r, struct silk_trap first,
		     struct silk_trap second)
{
	TRAPS[0] = first;
	TRAPS[1] = second;
	refuse(&r);
	test("TRAP-3", "nothing of a refused array takes effect");
	expect(1, attempt(breakpoint, 0), "int3 is bounced");
	expect(V_BP, trap.vector, "its vector");
	end();
}

static void bad_vectors(void)
{
	static const uint8_t bad[] = {
		2,
		8,
		9,
		15,
		18,
		20,
		21,
		31,
		32,
		0x7f,
		0x82,
		0xff,
	};
	/* Would take the handler of int3 away, if it were carried out. */
	const struct silk_trap remove = { .vector = V_BP };

	for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct refusal r = R(TRAPS_VECTOR, set_traps, arena, 2, 0, bad[i]);
		struct silk_trap second = { .vector = bad[i], .entry = ENTRY };

		trap_row(r, remove, second);
	}
}

static void bad_flags(void)
{
	const struct silk_trap remove = { .vector = V_BP };

	for (uint32_t bit = 2; bit < 8; bit++) {
		struct refusal r = R(TRAPS_FLAGS, set_traps, arena, 2, 0, 1u << bit);
		struct silk_trap second = {
			.vector = 4,
			.flags = (uint8_t)(1u << bit),
			.entry = ENTRY,
		};

		trap_row(r, remove, second);
	}
	for (uint32_t bit = 0; bit < 16; bit += 5) {
		struct refusal r = R(TRAPS_FLAGS, set_traps, arena, 2, 0, 1u << bit);
		struct silk_trap second = {
			.vector = 4,
			.zero = (uint16_t)(1u << bit),
			.entry = ENTRY,
		};

		r.note = "padding";
		trap_row(r, remove, second);
	}
}

static void bad_entries(void)
{
	static const uint32_t bad[] = {
		1,
		0x400000,
		0xbfffffff,
		SILK_I386_HYPERVISOR,
		0xffffffff,
	};
	const struct silk_trap remove = { .vector = V_BP };

	for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct refusal r = R(TRAPS_ENTRY, set_traps, arena, 2, 0, bad[i]);
		struct silk_trap second = { .vector = 4, .entry = bad[i] };

		trap_row(r, remove, second);
	}
}

static void trap_orders(void)
{
	const struct silk_trap worst = { .vector = 2, .flags = 4, .entry = 1 };
	const struct silk_trap flags = { .vector = 4, .flags = 4, .entry = 1 };
	const struct silk_trap entry = { .vector = 4, .entry = 1 };
	struct refusal vector_flags = PAIR(TRAPS_VECTOR, TRAPS_FLAGS, set_traps,
					   arena, 1, 0, 2);
	struct refusal flags_entry = PAIR(TRAPS_FLAGS, TRAPS_ENTRY, set_traps,
					  arena, 1, 0, 4);
	struct refusal entry_vector = PAIR(TRAPS_ENTRY, TRAPS_VECTOR, set_traps,
					   arena, 2, 0, 1);

	entry_vector.note = "of an earlier element";
	trap_row(vector_flags, worst, worst);
	trap_row(flags_entry, flags, worst);
	trap_row(entry_vector, entry, worst);
}

static void traps(void)
{
	const uint32_t max = SILK_TRAPS_MAX;
	const struct refusal rows[] = {
		R(TRAPS_COUNT, set_traps, arena, 0, 0, 0),
		R(TRAPS_COUNT, set_traps, arena, max + 1, 0, max + 1),
		R(TRAPS_COUNT, set_traps, arena, ~0u, 0, ~0u),
		R(TRAPS_COUNT, set_traps, arena, 0x20000000, 0, 0x20000000),
		R(TRAPS_FAULT, set_traps, HOLE, 1, 0, HOLE),
		R(TRAPS_FAULT, set_traps, SILK_I386_HYPERVISOR, 1, 0,
		  SILK_I386_HYPERVISOR),
		R(TRAPS_FAULT, set_traps, 0xfffffff8, 40, 0, 0xfffffff8),
		R(TRAPS_FAULT, set_traps, 0x10, 1, 0, 0x10),
		PAIR(TRAPS_COUNT, TRAPS_FAULT, set_traps, HOLE, 0, 0, 0),
		PAIR(TRAPS_COUNT, TRAPS_FAULT, set_traps, HOLE, max + 1, 0, max + 1),
	};

	refuse_all(rows, ARRAY_SIZE(rows));
	bad_vectors();
	bad_flags();
	bad_entries();
	trap_orders();
}

/* Whatever is in the registers that a call has no argument for. */
static void arguments_ignored(void)
{
	static const uint32_t junk[] = { 0, 1, HOLE, SILK_I386_HYPERVISOR, ~0u };

	test("CALL-1 CALL-11", "registers beyond a call's arguments");
	for (uint32_t i = 0; i < ARRAY_SIZE(junk); i++) {
		struct call query = { .eax = SILK_CALL_query,
				      .ebx = SILK_GROUP_MMU,
				      .ecx = junk[i],
				      .edx = ~junk[i],
				      .esi = junk[i],
				      .edi = junk[i],
				      .ebp = junk[i],
				      .eflags = 2 };
		struct call yield = query, flush = query, release = query;

		yield.eax = SILK_CALL_yield;
		yield.ebx = junk[i];
		flush.eax = SILK_CALL_pt_flush;
		flush.ebx = flush.ecx = 0;
		release.eax = SILK_CALL_deliver_events;
		release.ebx = junk[i];
		call_raw(&query);
		expect(info()->group_version[SILK_GROUP_MMU], query.eax, "query");
		call_raw(&yield);
		expect(0, yield.eax, "yield");
		call_raw(&flush);
		expect(0, flush.eax, "pt_flush");
		call_raw(&release);
		expect(0, release.eax, "deliver_events");
	}
	end();
}

void hostile_main(void)
{
	scene_set();
	for (uint32_t i = 0; i < ARRAY_SIZE(arena); i++)
		arena[i] = random32();
	unknown_calls();
	arguments_ignored();
	groups();
	shutdowns();
	kernels();
	traps();
}
