// SPDX-License-Identifier: GPL-2.0-only
/*
 * pointers - wild values in every argument of every call.
 *
 * The table of calls in silk.h gives the calls, the table of refusals the
 * errors that each may have. Every call is made with every combination of
 * interesting values in its three argument registers, and must come back: with
 * a success or with an error that is its own, and with a diagnostics slot that
 * says the same. shutdown is made only with arguments that must be refused.
 *
 * covers: GEN-1 CALL-1 CALL-4 CALL-5 CALL-6 CALL-7 CALL-8 CALL-9 GEN-8 GEN-9
 */
#include "hostile.h"

/* A page of our own at the very end of what is mapped around it. */
#define EDGE_PAGE 0x20000000u
#define EDGE      (EDGE_PAGE + PAGE_SIZE)
#define READ_ONLY 0x20400000u

static const uint32_t values[] = {
	0,
	1,
	2,
	3,
	4,
	7,
	16,
	52,
	64,
	65,
	128,
	512,
	1023,
	1024,
	1025,
	4095,
	EDGE - 1,
	EDGE - 4,
	EDGE - 8,
	EDGE - 12,
	EDGE - 128,
	EDGE_PAGE,
	EDGE,
	READ_ONLY,
	0x00002000,
	0x00003000,
	0x00004000,
	0x00006001,
	0x00400000,
	0x00800000,
	0x7fffffff,
	0x80000000,
	0xbfffffff,
	0xc0000000,
	0xc0002c04,
	0xc0400000,
	0xefbfffff,
	0xefc00000,
	0xefc01000,
	0xefc02ffc,
	0xefc10000,
	0xefc11000,
	0xefc12000,
	0xefffffff,
	0xf0000000,
	0xf0001000,
	0xf4002000,
	0xfc000000,
	0xfee00000,
	0xfffff000,
	0xffffffff,
};

static const struct {
	const char *name;
	uint32_t args, group;
} calls[] = {
#define X(nr, name, group, nargs, a1, a2, a3, text) \
	[nr] = { #name, nargs, SILK_GROUP_##group },
	SILK_HYPERCALLS(X)
#undef X
};

/* The call that a refusal belongs to: its number, or one of these. */
enum { CALL_any = 100,
       CALL_entry };

static const struct {
	uint32_t call, error, clause;
} refusals[] = {
#define SILK_CALL_any   CALL_any
#define SILK_CALL_entry CALL_entry
#define X(id, call, err, arg, area, n, text) \
	{ SILK_CALL_##call, SILK_##err, SILK_CLAUSE(SILK_AREA_##area, n) },
	SILK_REFUSALS(X)
#undef X
};

/* A call of a group that is offered is neither unknown nor not offered [GEN-1]. */
static bool own_error(uint32_t call, uint32_t error, uint32_t clause)
{
	bool offered = info()->group_version[calls[call].group];

	if (clause == SILK_CLAUSE(SILK_AREA_CALL, 51) || !offered)
		return !offered && error == SILK_ENOTOFFERED;
	for (uint32_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		uint32_t whose = refusals[i].call;

		if (whose == CALL_entry && (call == SILK_CALL_pt_batch ||
					    call == SILK_CALL_pt_run))
			whose = call;
		if (whose == call &&
		    refusals[i].error == error &&
		    refusals[i].clause == clause)
			return true;
	}
	return false;
}

/*
 * Calls that would be carried out and hurt ourselves alone: not here. block
 * would sleep, shutdown end, set_traps and the rest of our state be replaced.
 */
static bool too_true(uint32_t call, uint32_t a, uint32_t c)
{
	switch (call) {
	case SILK_CALL_block:
		return true;
	case SILK_CALL_shutdown:
		return a <= SILK_SHUTDOWN_CRASH && c <= SILK_MESSAGE_MAX;
	case SILK_CALL_pt_switch: /* a directory without our user pages */
		return a != SILK_I386_BOOT_DIRECTORY && a < CHUNK_SIZE;
	case SILK_CALL_pt_run: /* our own kernel's mappings */
	case SILK_CALL_pt_free:
		return (a & ~4095u) == SILK_I386_BOOT_DIRECTORY;
	case SILK_CALL_chunk_convert:
	case SILK_CALL_chunk_give:
		return a == 1 || a == SPARE_CHUNK;
	case SILK_CALL_set_debugreg:
		return a == 7;
	}
	return false;
}

/* What the call finds where its arguments point: nothing that is right. */
static void fill_memory(uint32_t byte)
{
	memset((void *)EDGE_PAGE, (int)byte, PAGE_SIZE);
}

static void one(uint32_t call, uint32_t a, uint32_t b, uint32_t c)
{
	const struct silk_diag *diag = &vcpu()->diag;
	uint32_t refused = diag->refusals;
	uint32_t result = (uint32_t)hv_call3(call, a, b, c);

	if (result < 0xfffff000) {
		expect(refused, diag->refusals, "%s(%x, %x, %x) done: refusals",
		       calls[call].name, a, b, c);
		return;
	}
	expect(refused + 1, diag->refusals, "%s(%x, %x, %x): refusals",
	       calls[call].name, a, b, c);
	expect(call, diag->call, "%s(%x, %x, %x): diag.call", calls[call].name,
	       a, b, c);
	expect(true, own_error(call, -result, diag->clause),
	       "%s(%x, %x, %x): error %u of clause %x is its own",
	       calls[call].name, a, b, c, -result, diag->clause);
}

static void all_of(uint32_t call)
{
	uint32_t n = ARRAY_SIZE(values);
	uint32_t nb = calls[call].args > 1 ? n : 1;
	uint32_t nc = calls[call].args > 2 ? n : 1;

	begin(calls[call].name);
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t j = 0; j < nb; j++)
			for (uint32_t k = 0; k < nc; k++)
				if (!too_true(call, values[i], values[k]))
					one(call, values[i], values[j], values[k]);
	if (call == SILK_CALL_block)
		expect(true, true, "not here");
	vcpu()->vif = 0;
	print("\n"); /* what console_write was given ends no line */
	end();
}

/* Numbers that are no calls, with junk in the registers. */
static void unknown(void)
{
	const struct silk_diag *diag = &vcpu()->diag;

	begin("unknown-calls");
	for (uint32_t i = 0; i < 70000; i++) {
		uint32_t call = i < 0x10000 ? i + SILK_NR_CALLS : random32();
		int32_t result;

		if (call < SILK_NR_CALLS)
			continue;
		result = hv_call3(call, random32(), random32(), random32());
		expect((uint32_t)-SILK_EUNKNOWN, (uint32_t)result, "call %x", call);
		expect(call, diag->call, "call %x: diag.call", call);
		expect(SILK_CLAUSE(SILK_AREA_CALL, 50), diag->clause,
		       "call %x: diag.clause", call);
	}
	end();
}

/* The registers that a call doesn't take are kept, whatever is in them. */
static void kept(void)
{
	uint32_t a = 0x11111111, b = 0x22222222, c = 0x33333333, result;
	uint32_t si = 0x44444444, di = 0x55555555;

	begin("registers-kept");
	__asm__ volatile("int $0x80"
			 : "=a"(result), "+b"(a), "+c"(b), "+d"(c),
			   "+S"(si), "+D"(di)
			 : "0"(SILK_CALL_deliver_events)
			 : "memory", "cc");
	expect(0, result, "result");
	expect(0x11111111, a, "ebx");
	expect(0x22222222, b, "ecx");
	expect(0x33333333, c, "edx");
	expect(0x44444444, si, "esi");
	expect(0x55555555, di, "edi");
	end();
}

void hostile_main(void)
{
	map_page(EDGE_PAGE, spare_page(2) | 7);
	map_page(READ_ONLY, spare_page(3) | 5);
	unknown();
	kept();
	for (uint32_t round = 0; round < 2; round++) {
		fill_memory(round ? 0xff : 0);
		for (uint32_t call = 0; call < SILK_NR_CALLS; call++)
			all_of(call);
	}
}
