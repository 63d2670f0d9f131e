// SPDX-License-Identifier: GPL-2.0-only
/*
 * storm - random calls: all numbers, arguments from values that mean something,
 * memory full of operations that may be carried out, a shared page that
 * changes between calls. `seed=N` chooses the sequence, `steps=N` its length.
 *
 * What must hold afterwards: we are still here, the table of our chunks and its
 * inverse agree, and no entry in any of our tables maps what is not ours or
 * makes a table writable. With a checking hypervisor (DEBUG=1) its own audit
 * has run after each call besides.
 *
 * What would only hurt ourselves is left out: ending, sleeping without an end,
 * taking our own kernel's mapping away, handlers for upcalls.
 *
 * covers: CALL-4 CALL-5 CALL-9 GEN-7 MEM-3 MEM-7 PT-4 PT-5 PT-6 PT-7 PT-14
 */
#include "hostile.h"

#define BOOT      SILK_I386_BOOT_DIRECTORY
#define OPS       64u
#define OWN_INDEX (SILK_I386_KERNEL_BASE >> 22) /* and the next: tables, code */

static uint32_t loaded = BOOT; /* directory */
static uint32_t memory[1024] __attribute__((aligned(4096)));

static uint32_t pick(const uint32_t *from, uint32_t n)
{
	return from[random32() % n];
}

#define PICK(array) pick(array, ARRAY_SIZE(array))

/* ---- values ---- */

/* Table frames that come and go, and some that are none. */
static uint32_t frame(void)
{
	static const uint32_t odd[] = {
		0,
		BOOT,
		BOOT + 4096,
		SPARE_GPA,
		0x400000,
		0xc00000,
		0xff000,
		0xffc00000,
		0xfffff000,
		0x2004,
	};

	if (random32() % 8 == 0)
		return PICK(odd);
	if (random32() % 4 == 0)
		return 0xc00000 + random32() % 16 * 4096; /* if converted */
	return 0x4000 + random32() % 24 * 4096;
}

static uint32_t entry_value(void)
{
	static const uint32_t low[] = {
		0,
		1,
		3,
		5,
		7,
		0x67,
		0xe7,
		0x81,
		0x83,
		0x87,
		0xe07,
		0x107,
		0x1f,
	};
	uint32_t gpa = random32() % 3 ? frame() : random32() % 4 << 22;

	if (random32() % 6 == 0)
		return random32();
	if (gpa >> 22 < 4 && gpa_to_machine(gpa & ~0x3fffffu) != SILK_I386_NO_CHUNK)
		gpa = gpa_to_machine(gpa);
	return (gpa & ~0xfffu) | PICK(low);
}

/* An entry's address. */
static uint32_t entry_address(void)
{
	static const uint32_t index[] = {
		0,
		1,
		2,
		40,
		500,
		767,
		770,
		771,
		900,
		958,
		959,
		960,
		1023,
	};

	return frame() + PICK(index) * 4;
}

static uint32_t target(void)
{
	if (random32() % 10 == 0)
		return SILK_CONTROL(random32() % 40);
	return entry_address() | random32() % 3;
}

static uint32_t pointer(void)
{
	static const uint32_t wild[] = {
		0,
		1,
		0xbfffffff,
		0xc0000000,
		0xc0002000,
		0xefc00000,
		0xefc10000,
		0xefc11000,
		0xefffffff,
		0xf0000000,
		0xffffffff,
	};

	if (random32() % 4 == 0)
		return PICK(wild);
	return (uint32_t)memory + random32() % 256 * 4;
}

static uint32_t number(void)
{
	static const uint32_t some[] = {
		0,
		1,
		2,
		3,
		7,
		8,
		16,
		63,
		64,
		65,
		127,
		1023,
		1024,
		1025,
		0x7fffffff,
		0xffffffff,
	};

	return random32() % 8 ? PICK(some) : random32();
}

/* ---- memory that calls find ---- */

static void make_ops(void)
{
	struct silk_mmu_op *op = (struct silk_mmu_op *)memory;
	struct silk_mmu_op *queue = (struct silk_mmu_op *)SILK_I386_QUEUE;

	for (uint32_t i = 0; i < OPS; i++) {
		op[i].target = target();
		op[i].value = entry_value();
		queue[i].target = target();
		queue[i].value = entry_value();
	}
	if (random32() % 3 == 0)
		vcpu()->queue_count = random32() % (OPS + 1);
}

static void make_values(void)
{
	for (uint32_t i = 0; i < 256; i++)
		memory[i] = entry_value();
}

static void make_requests(void)
{
	struct silk_blk_request *r = (struct silk_blk_request *)memory;

	for (uint32_t i = 0; i < 8; i++) {
		r[i].cookie = random32();
		r[i].device = random32() % 8 ? 0 : (uint16_t)random32();
		r[i].op = random32() % 4;
		r[i].segments = random32() % 3;
		r[i].sector = random32() % 0x20000;
		r[i].segment[0].address = random32() & 0x00fffffc;
		r[i].segment[0].length = 512u * (random32() % 20);
		r[i].segment[1].address = random32() & 0x01ffffff;
		r[i].segment[1].length = random32() % 3 ? 512 : random32();
	}
	((struct silk_ring *)SILK_I386_BLK_RING)->consumer =
		random32() % 2 ? ((struct silk_ring *)SILK_I386_BLK_RING)->producer : random32();
}

static void make_traps(void)
{
	struct silk_trap *t = (struct silk_trap *)memory;

	for (uint32_t i = 0; i < SILK_TRAPS_MAX; i++) {
		t[i].vector = random32() % 20;
		t[i].flags = random32() % 5;
		t[i].zero = random32() % 30 == 0;
		t[i].entry = random32() % 3 ? (uint32_t)memory : random32();
	}
}

/* ---- calls ---- */

/* The entries that map this code and the tables, in any frame. */
static bool own_mapping(uint32_t entry, uint32_t count)
{
	uint32_t first = (entry & 4095) / 4;

	return first <= OWN_INDEX + 1 && first + count > OWN_INDEX;
}

/* A queue that a guest cut short, with the operations of another make. */
static void scrub_queue(void)
{
	struct silk_mmu_op *queue = (struct silk_mmu_op *)SILK_I386_QUEUE;

	for (uint32_t i = 0; i < SILK_QUEUE_MAX; i++)
		if ((queue[i].target & 3) != 3 && own_mapping(queue[i].target, 1))
			queue[i].target = 3;
}

static bool ends_us(uint32_t call, uint32_t a, uint32_t b, uint32_t c)
{
	switch (call) {
	case SILK_CALL_shutdown:
		return a <= SILK_SHUTDOWN_CRASH && c <= SILK_MESSAGE_MAX;
	case SILK_CALL_block:
		return true;
	case SILK_CALL_pt_run:
		return own_mapping(a, b);
	case SILK_CALL_console_write: /* what we print would drown */
		return b > 4;
	case SILK_CALL_set_debugreg:
		return a == 7;
	}
	return false;
}

static void random_call(void)
{
	uint32_t call = random32() % 40 ? random32() % SILK_NR_CALLS : random32();
	uint32_t a = number(), b = number(), c = number();
	uint32_t result;

	switch (call) {
	case SILK_CALL_pt_alloc:
		a = frame();
		b = random32() % 4;
		break;
	case SILK_CALL_pt_free:
	case SILK_CALL_pt_switch:
		a = frame();
		break;
	case SILK_CALL_pt_batch:
		make_ops();
		a = pointer();
		b = random32() % (OPS - 32);
		break;
	case SILK_CALL_pt_run:
		make_values();
		a = entry_address();
		b = random32() % 20;
		c = pointer();
		break;
	case SILK_CALL_chunk_convert:
	case SILK_CALL_chunk_give:
	case SILK_CALL_chunk_take:
		a = random32() % 6;
		b = random32() % 4;
		break;
	case SILK_CALL_set_traps:
		make_traps();
		a = pointer();
		break;
	case SILK_CALL_blk_submit:
		make_requests();
		a = pointer();
		b = random32() % 9;
		break;
	case SILK_CALL_set_kernel:
		a = random32() & 0xffffff;
		break;
	case SILK_CALL_set_descriptor:
		a = random32() % 30;
		c = random32() % 2 ? 0x00cff200 : random32();
		break;
	case SILK_CALL_console_read:
		a = (uint32_t)memory;
		b = 64;
		break;
	}
	if (ends_us(call, a, b, c))
		return;
	/* pt_batch may have been given memory of other makes: never ours. */
	if (call == SILK_CALL_pt_batch)
		for (uint32_t i = 0; i < ARRAY_SIZE(memory); i++)
			if ((memory[i] & 3) != 3 && own_mapping(memory[i], 1))
				memory[i] = 3;
	scrub_queue();
	result = (uint32_t)hv_call3(call, a, b, c);
	if (call == SILK_CALL_pt_switch && !result)
		loaded = a;
	vcpu()->vif = 0;
	expect(true, result < 0xfffff000 || -result < SILK_NR_ERRORS,
	       "call %x(%x, %x, %x): result %x", call, a, b, c, result);
}

/* ---- what must hold ---- */

static void page_obeys(uint32_t entry, uint32_t at)
{
	uint32_t gpa = ((uint32_t *)SILK_I386_MACHINE_CHUNK)[entry >> 22];

	expect(SILK_I386_USER, entry & SILK_I386_USER, "%x at %x: user", entry, at);
	expect(true, gpa != SILK_I386_NO_CHUNK, "%x at %x: ours", entry, at);
	if (gpa != SILK_I386_NO_CHUNK && entry & SILK_I386_WRITABLE)
		expect(SILK_CHUNK_RAM, chunk_kind(gpa >> 22), "%x at %x: kind",
		       entry, at);
}

/* Tables in another chunk than 0 may have lost their place in the direct map. */
static void see_chunk(uint32_t chunk)
{
	struct silk_mmu_op op = {
		loaded + (OWN_INDEX + chunk) * 4,
		gpa_to_machine(chunk << 22) | SILK_I386_LARGE | 5,
	};

	if (chunk)
		hv_pt_batch(&op, 1);
	hv_pt_flush(NULL, 0);
}

static void tables_obey(void)
{
	begin("tables-obey");
	see_chunk(loaded >> 22);
	for (uint32_t i = 0; i < 959; i++) {
		uint32_t at = loaded + i * 4;
		uint32_t entry = *(volatile uint32_t *)gpa_to_va(at);
		uint32_t gpa;

		if (!(entry & 1))
			continue;
		if (entry & SILK_I386_LARGE) {
			page_obeys(entry, at);
			continue;
		}
		gpa = entry_gpa(entry);
		expect(SILK_CHUNK_TABLE, chunk_kind(gpa >> 22), "%x: a table", entry);
		see_chunk(gpa >> 22);
		for (uint32_t k = 0; k < 1024; k++) {
			uint32_t e = ((volatile uint32_t *)gpa_to_va(gpa))[k];

			if (e & 1)
				page_obeys(e, gpa + k * 4);
		}
	}
	end();
}

static void chunks_agree(void)
{
	const uint32_t *machine = (const uint32_t *)SILK_I386_CHUNK_MACHINE;
	const uint32_t *reverse = (const uint32_t *)SILK_I386_MACHINE_CHUNK;

	begin("chunks-agree");
	for (uint32_t i = 0; i < SILK_CHUNKS; i++) {
		expect(chunk_kind(i) == SILK_CHUNK_ABSENT,
		       machine[i] == SILK_I386_NO_CHUNK, "chunk %u", i);
		if (machine[i] != SILK_I386_NO_CHUNK)
			expect(i << 22, reverse[machine[i] >> 22], "chunk %u's inverse", i);
		if (reverse[i] != SILK_I386_NO_CHUNK)
			expect(i << 22, machine[reverse[i] >> 22], "machine chunk %u", i);
	}
	end();
}

void hostile_main(void)
{
	uint32_t steps = cmdline_number("steps", 50000);

	random_seed(cmdline_number("seed", 1) * 2654435761u);
	begin("storm");
	for (uint32_t i = 0; i < steps; i++)
		random_call();
	vcpu()->queue_count = 0;
	print("\n");
	end();
	tables_obey();
	chunks_agree();
}
