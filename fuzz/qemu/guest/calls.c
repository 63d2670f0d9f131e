// SPDX-License-Identifier: GPL-2.0-only
/*
 * calls.c - hypercalls with typed arguments, and what must hold after each: the
 * registers that a call keeps, results that it may have, and for a refusal a row
 * of the table, in the diagnostics slot too.
 *
 * Kinds of arguments and rows come from SILK_HYPERCALLS and SILK_REFUSALS: a new
 * call is made without a line here, but for what its GVA arguments point to.
 */
#include "fuzz.h"

enum kind { KIND_NONE,
	    KIND_U32,
	    KIND_ENUM,
	    KIND_GVA,
	    KIND_GPA,
	    KIND_CHUNK,
	    KIND_CODE };

#define NONE(n)  KIND_NONE
#define U32(n)   KIND_U32
#define ENUM(n)  KIND_ENUM
#define GVA(n)   KIND_GVA
#define GPA(n)   KIND_GPA
#define CHUNK(n) KIND_CHUNK
#define CODE(n)  KIND_CODE

static const struct {
	uint8_t arguments;
	uint8_t kind[3];
} grammar[SILK_NR_CALLS] = {
#define X(nr, name, group, nargs, a1, a2, a3, text) [nr] = { nargs, { a1, a2, a3 } },
	SILK_HYPERCALLS(X)
#undef X
};

#undef NONE
#undef U32
#undef ENUM
#undef GVA
#undef GPA
#undef CHUNK
#undef CODE

/* ---- what a refusal may look like ---- */

enum { SILK_CALL_any = 254,
       SILK_CALL_entry = 255 };

static const struct row {
	uint8_t call, error, argument;
	uint32_t clause;
} rows[] = {
#define X(id, call, err, arg, area, n, text) \
	{ SILK_CALL_##call, SILK_##err, arg, SILK_CLAUSE(SILK_AREA_##area, n) },
	SILK_REFUSALS(X)
#undef X
};

static bool concerns(const struct row *r, uint32_t nr)
{
	return r->call == nr || r->call == SILK_CALL_any ||
	       (r->call == SILK_CALL_entry &&
		(nr == SILK_CALL_pt_batch || nr == SILK_CALL_pt_run)) ||
	       (r->call == SILK_CALL_set_descriptor && nr == SILK_CALL_pt_batch);
}

/* [CALL-6] [CALL-8] */
static void judge_refusal(uint32_t nr, uint32_t error, uint32_t refusals)
{
	const struct silk_diag *d = &vcpu()->diag;
	const struct row *r;

	if (d->call != nr)
		finding("call %u was refused, diag.call is %u", nr, d->call);
	if (d->refusals == refusals)
		finding("call %u: error %u, no refusal was counted", nr, error);
	for (r = rows; r < rows + ARRAY_SIZE(rows); r++)
		if (concerns(r, nr) && r->error == error && r->clause == d->clause &&
		    r->argument == d->argument)
			return;
	finding("call %u: error %u, clause %x, argument %u: in no row", nr, error, d->clause,
		d->argument);
}

/* [CALL-9] and what the clauses of the calls say. */
static void judge_result(uint32_t nr, const uint32_t arg[3], uint32_t result)
{
	uint32_t most = 0, least = 0;

	switch (nr) {
	case SILK_CALL_query:
		least = 0x10000;
		most = SILK_ABI_VERSION | 0xffff;
		break;
	case SILK_CALL_pt_batch:
	case SILK_CALL_pt_run:
		least = 1;
		most = arg[1];
		break;
	case SILK_CALL_blk_submit:
		least = 1;
		most = arg[1];
		break;
	case SILK_CALL_console_write:
	case SILK_CALL_console_read:
		most = arg[1];
		break;
	}
	if (result < least || result > most)
		finding("call %u(%x, %x, %x) returned %x", nr, arg[0], arg[1], arg[2], result);
}

/* [CALL-3] */
static void judge_registers(uint32_t nr, const struct call *before,
			    const struct call *after)
{
	uint32_t arguments = nr < SILK_NR_CALLS ? grammar[nr].arguments : 3;

	if (after->esi != before->esi || after->edi != before->edi || after->ebp != before->ebp)
		finding("call %u changed esi %x, edi %x, ebp %x to %x, %x, %x", nr, before->esi,
			before->edi, before->ebp, after->esi, after->edi, after->ebp);
	if ((arguments < 3 && after->edx != before->edx) ||
	    (arguments < 2 && after->ecx != before->ecx) ||
	    (arguments < 1 && after->ebx != before->ebx))
		finding("call %u with %u arguments: ebx %x, ecx %x, edx %x became %x, %x, %x", nr,
			arguments, before->ebx, before->ecx, before->edx, after->ebx, after->ecx,
			after->edx);
	if (after->esp)
		finding("call %u moved esp by %x", nr, after->esp);
	if ((after->eflags ^ before->eflags) & FL_DF)
		finding("call %u: the direction flag became %x", nr, after->eflags);
}

static bool is_error(uint32_t result)
{
	return result >= 0xfffff000;
}

uint32_t checked_call(uint32_t nr, uint32_t a, uint32_t b, uint32_t c)
{
	const uint32_t arg[3] = { a, b, c };
	struct call before = {
		.eax = nr,
		.ebx = a,
		.ecx = b,
		.edx = c,
		.esi = 0x51000001 ^ nr,
		.edi = 0xd1000002 ^ a,
		.ebp = 0xb9000003 ^ b,
		.eflags = 2 | (nr & 1 ? FL_DF : 0) | (a & 0x8d5),
	};
	struct call r = before;
	uint32_t refusals = vcpu()->diag.refusals;

	now->a = a;
	now->b = b;
	now->c = c;
	call_raw(&r);
	now->result = r.eax;
	judge_registers(nr, &before, &r);
	if (is_error(r.eax))
		judge_refusal(nr, -r.eax, refusals);
	else
		judge_result(nr, arg, r.eax);
	if (nr < SILK_NR_CALLS)
		count_call(nr, is_error(r.eax));
	return r.eax;
}

/* ---- what arguments point to ---- */

static uint32_t made_count; /* of the last array */
static union {
	struct silk_mmu_op op[SILK_BATCH_MAX];
	uint32_t value[SILK_BATCH_MAX];
	struct silk_trap trap[SILK_TRAPS_MAX];
	struct silk_blk_request request[SILK_BLK_SUBMIT_MAX];
	uint8_t byte[8192];
} made;

extern const uint32_t trap_stubs[TRAP_STUBS];

static uint32_t some_traps(void)
{
	static const uint32_t vectors[] = {
		0,
		1,
		3,
		4,
		6,
		7,
		10,
		12,
		13,
		14,
		16,
		17,
		19,
		0x80,
		0x81,
		2,
		8,
		18,
		32,
		0x82,
		255,
	};
	uint32_t n = 1 + below(8), i;

	for (i = 0; i < n; i++) {
		struct silk_trap *t = &made.trap[i];
		uint32_t vector = any(vectors, one_in(6) ? 21 : 15);

		t->vector = (uint8_t)vector;
		t->flags = (uint8_t)below(one_in(12) ? 256 : 4);
		t->zero = one_in(40);
		t->entry = vector < TRAP_STUBS ? trap_stubs[vector] : 0;
		if (one_in(12))
			t->entry = one_in(2) ? 0 : an_address();
	}
	return n;
}

static uint32_t some_values(uint32_t level)
{
	uint32_t n = 1 + below(one_in(10) ? 300 : 8), i;

	for (i = 0; i < n; i++)
		made.value[i] = i < 8 ? a_value(level) : made.value[i - 1];
	return n;
}

static uint32_t some_bytes(void)
{
	uint32_t n = below(one_in(40) ? sizeof(made) : 12), i;

	for (i = 0; i < n; i++)
		made.byte[i] = (uint8_t)(n + i);
	return n;
}

/* Fill an array for the call's GVA argument; sets its count, or length. */
static uint32_t pointed_to(uint32_t nr, uint32_t level, uint32_t *count)
{
	uint32_t n, bytes;

	switch (nr) {
	case SILK_CALL_set_traps:
		n = some_traps();
		bytes = n * sizeof(made.trap[0]);
		break;
	case SILK_CALL_pt_batch:
		n = some_ops(made.op, SILK_BATCH_MAX);
		bytes = n * sizeof(made.op[0]);
		break;
	case SILK_CALL_pt_run:
		n = some_values(level);
		bytes = n * sizeof(made.value[0]);
		break;
	case SILK_CALL_blk_submit:
		n = some_requests(made.request, SILK_BLK_SUBMIT_MAX, disks);
		bytes = n * sizeof(made.request[0]);
		break;
	default:
		n = bytes = some_bytes();
	}
	made_count = n;
	*count = one_in(20) ? a_word() : n;
	return place(&made, bytes);
}

/* Which argument counts what a call's GVA argument points to. */
static uint32_t count_of(uint32_t nr)
{
	return nr == SILK_CALL_shutdown || nr == SILK_CALL_net_send || nr == SILK_CALL_net_post ? 2 : 1;
}

/* The level of a frame with which the call is not refused at once. */
static uint32_t wanted_level(uint32_t nr)
{
	if (one_in(8))
		return ANY_LEVEL;
	if (nr == SILK_CALL_pt_alloc)
		return 0;
	if (nr == SILK_CALL_pt_switch)
		return SILK_PT_DIRECTORY;
	return 1 + below(2);
}

static void pick_arguments(uint32_t nr, uint32_t arg[3])
{
	uint32_t i, count = 0, gva = 3, level = 0;

	for (i = 0; i < 3; i++) {
		switch (grammar[nr].kind[i]) {
		case KIND_NONE:
			arg[i] = random32();
			break;
		case KIND_U32:
			arg[i] = one_in(3) ? a_word() : below(32);
			break;
		case KIND_ENUM:
			arg[i] = one_in(20) ? a_word() : one_in(4) ? below(16)
								   : 1 + below(2);
			break;
		case KIND_CHUNK:
			arg[i] = a_chunk(nr == SILK_CALL_chunk_take ? ABSENT : PRESENT);
			break;
		case KIND_GVA:
			gva = i;
			arg[i] = pointed_to(nr, level, &count);
			break;
		case KIND_GPA:
			arg[i] = nr == SILK_CALL_pt_run ? an_entry(&level) : a_frame(wanted_level(nr));
			if (nr == SILK_CALL_set_kernel)
				arg[i] = one_in(2) ? BUFFER_CHUNK << 22 : a_word();
			break;
		case KIND_CODE:
			arg[i] = one_in(2) ? a_descriptor() : an_address();
			break;
		}
	}
	if (gva < 3 && nr != SILK_CALL_pt_flush)
		arg[count_of(nr)] = count;
}

/* ---- what only some calls need ---- */

static bool own_entries(uint32_t entry, uint32_t count)
{
	uint32_t first = (entry & 4095) / 4, own = SILK_I386_KERNEL_BASE >> 22;

	return first < own + FIRST_LOOSE && count > own - first;
}

/* What would end or stop us for nothing. */
static void spare_us(uint32_t nr, uint32_t arg[3])
{
	if (nr == SILK_CALL_shutdown && arg[0] <= SILK_SHUTDOWN_CRASH &&
	    arg[2] <= SILK_MESSAGE_MAX)
		arg[one_in(2) ? 0 : 2] = a_word() | 0x100;
	if (nr == SILK_CALL_console_write && arg[1] > 8 && !one_in(50))
		arg[1] = 8;
	/* A run into the entries by which this program runs. */
	if (nr == SILK_CALL_pt_run && own_entries(arg[0], arg[1]) && !one_in(100))
		arg[1] = 1;
	/* The copy of a large image takes its time. */
	if (nr == SILK_CALL_set_kernel && arg[1] > 0x10000 && !one_in(20))
		arg[1] &= 0xffff;
}

/* [MEM-5] What was another's is zero. Looked at through a 4 MB entry. */
static void judge_new_chunk(uint32_t chunk)
{
	struct silk_mmu_op op = {
		BOOT + ((SILK_I386_KERNEL_BASE >> 22) + chunk) * 4,
		gpa_to_machine(chunk << 22) | SILK_I386_LARGE | 5,
	};
	const uint32_t *word = (const uint32_t *)CHUNK_VA(chunk);
	uint32_t i;

	if (hv_pt_batch(&op, 1) != 1)
		return;
	hv_pt_flush(NULL, 0);
	for (i = 0; i < CHUNK_SIZE / 4; i += 509)
		if (word[i])
			finding("chunk %u is new and has %x at %x", chunk, word[i], i * 4);
	op.value = 0;
	hv_pt_batch(&op, 1);
}

/* A new table in chunk 0, which we can read, is empty. */
static void judge_new_table(uint32_t frame, uint32_t level)
{
	struct silk_mmu_op op = {
		/* we may have mapped something else there */
		BOOT + (SILK_I386_KERNEL_BASE >> 22) * 4,
		gpa_to_machine(0) | SILK_I386_LARGE | 5,
	};
	const uint32_t *entry = gpa_to_va(frame);
	uint32_t i, n = level == SILK_PT_TABLE ? 1024 : SILK_I386_KERNEL_BASE >> 22;

	if (hv_pt_batch(&op, 1) != 1)
		return;
	hv_pt_flush(entry, 1);
	for (i = 0; i < n; i++)
		if (entry[i])
			finding("frame %x is new and has entry %u %x", frame, i, entry[i]);
}

/* Is this an entry of a page table, as far as we know? */
static bool is_leaf(uint32_t entry)
{
	return entry < FRAMES * PAGE_SIZE && level_of[entry / PAGE_SIZE] == SILK_PT_TABLE;
}

/* [PT-4] What was accepted is ours, and no page writes a TABLE chunk. */
static void judge_entry(uint32_t entry, uint32_t value)
{
	uint32_t gpa = ((const uint32_t *)SILK_I386_MACHINE_CHUNK)[value >> 22];

	if (!(value & SILK_I386_PRESENT))
		return;
	if (gpa == SILK_I386_NO_CHUNK)
		finding("entry %x was accepted and is not ours", value);
	if (value & SILK_I386_WRITABLE && (value & SILK_I386_LARGE || is_leaf(entry)) &&
	    chunk_kind(gpa >> 22) == SILK_CHUNK_TABLE)
		finding("entry %x was accepted and writes chunk %u", value, gpa >> 22);
}

/* What `made` still holds is what was read, unless a disk writes to it. */
static void judge_effect(uint32_t nr, const uint32_t arg[3], uint32_t result)
{
	bool whole = placed_at && placed_at == arg[nr == SILK_CALL_pt_run ? 2 : 0] && !disks;
	uint32_t i, part = is_error(result) ? vcpu()->diag.done : result;

	if (is_error(result) && nr != SILK_CALL_pt_batch && nr != SILK_CALL_pt_run)
		return;
	switch (nr) {
	case SILK_CALL_chunk_take:
		if (arg[1] == SILK_CHUNK_RAM && arg[0] < 150)
			judge_new_chunk(arg[0]);
		break;
	case SILK_CALL_pt_alloc:
		if (arg[0] < CHUNK_SIZE)
			judge_new_table(arg[0], arg[1]);
		if (arg[0] < FRAMES * PAGE_SIZE)
			level_of[arg[0] / PAGE_SIZE] = (uint8_t)arg[1];
		break;
	case SILK_CALL_pt_free:
		if (arg[0] < FRAMES * PAGE_SIZE)
			level_of[arg[0] / PAGE_SIZE] = 0;
		break;
	case SILK_CALL_pt_batch:
		for (i = 0; whole && i < part && i < made_count; i++)
			if (!(made.op[i].target & 1)) /* SET and SET_KEEP */
				judge_entry(made.op[i].target & ~3u, made.op[i].value);
		break;
	case SILK_CALL_pt_run:
		for (i = 0; whole && i < part && i < made_count; i++)
			judge_entry(arg[0] + i * 4, made.value[i]);
		break;
	case SILK_CALL_set_traps:
		if (!one_in(4))
			heal_traps();
		break;
	case SILK_CALL_set_debugreg:
		if (!one_in(4))
			hv_set_debugreg(7, 0);
		break;
	}
}

/* The direct map stands in the way of giving and converting. */
static void unmap_direct(uint32_t chunk)
{
	struct silk_mmu_op op = { BOOT + ((SILK_I386_KERNEL_BASE >> 22) + chunk) * 4, 0 };

	if (chunk >= FIRST_LOOSE && chunk <= LAST_LOOSE)
		hv_pt_batch(&op, 1);
}

void act_call(uint32_t nr)
{
	uint32_t arg[3];

	if (nr == SILK_CALL_block) {
		act_event();
		return;
	}
	pick_arguments(nr, arg);
	if ((nr == SILK_CALL_chunk_convert || nr == SILK_CALL_chunk_give) && !one_in(8))
		unmap_direct(arg[0]);
	if (nr == SILK_CALL_chunk_convert && arg[0] < SILK_CHUNKS && one_in(2))
		arg[1] = chunk_kind(arg[0]) == SILK_CHUNK_RAM ? SILK_CHUNK_TABLE : SILK_CHUNK_RAM;
	spare_us(nr, arg);
	judge_effect(nr, arg, checked_call(nr, arg[0], arg[1], arg[2]));
}

/* [CALL-50] */
void act_unknown(void)
{
	uint32_t nr = random32() % 3 ? SILK_NR_CALLS + below(300) : random32() | 0x100;

	checked_call(nr, a_word(), a_word(), a_word());
}
