// SPDX-License-Identifier: GPL-2.0-only
/*
 * blocks - disk requests that would bring data where they must not: into page
 * tables, into other guests, over the edge of a chunk or of the disk; numbers
 * that overflow; lists of segments that do; chunks that change hands while a device writes to them; an end
 * with requests in flight.
 *
 * The disk answers after 30 ms, so requests stay in flight. `end=HOW` submits as
 * many as the ring holds and powers off, crashes or reboots (once) at once.
 *
 * covers: BLK-1 BLK-2 BLK-3 BLK-4 BLK-5 BLK-6 BLK-13 BLK-14 MEM-10 LIFE-10 CALL-13 GEN-7
 */
#include "hostile.h"

#define BUFFER (SPARE_GPA + 0x100000)
#define VICTIM 3u

static struct silk_blk_request request;

static struct silk_ring *ring(void)
{
	return (struct silk_ring *)SILK_I386_BLK_RING;
}

static void make(void)
{
	memset(&request, 0, sizeof(request));
	request.op = SILK_BLK_READ;
	request.segments = 1;
	request.segment[0].address = BUFFER;
	request.segment[0].length = 4096;
}

/* 0 if it was accepted; waits until it is done. */
static uint32_t submit(void)
{
	int32_t result = hv_blk_submit(&request, 1);
	uint64_t until = time_ns() + NS_PER_S;

	if (result == 1) {
		while (READ_ONCE(ring()->producer) == ring()->consumer &&
		       time_ns() < until)
			hv_yield();
		ring()->consumer = ring()->producer;
		return 0;
	}
	return (uint32_t)-result;
}

#define TRY(field, value, verdict) \
	do { \
		make(); \
		request.field = (value); \
		expect(verdict, submit(), #field " = %x", \
		       (uint32_t)(value)); \
	} while (0)

static void requests(void)
{
	uint64_t sectors = info()->blk[0].sectors;

	begin("requests");
	make();
	expect(0, submit(), "a good one");
	TRY(device, 1, SILK_ENODEV);
	TRY(device, 8, SILK_ENODEV);
	TRY(device, 0xffff, SILK_ENODEV);
	for (uint32_t op = 3; op < 256; op++)
		TRY(op, op, SILK_EINVAL);
	TRY(segments, 0, SILK_EINVAL);
	TRY(segments, SILK_BLK_SEGMENTS + 1, SILK_EINVAL);
	TRY(segments, 255, SILK_EINVAL);
	TRY(segment[0].length, 0, SILK_EINVAL);
	TRY(segment[0].length, 511, SILK_EINVAL);
	TRY(segment[0].length, 0xffffffff, SILK_EINVAL);
	TRY(segment[0].length, 0xfffffe00, SILK_EOWNER);
	TRY(segment[0].length, CHUNK_SIZE, SILK_EOWNER);
	TRY(segment[0].address, BUFFER + 1, SILK_EINVAL);
	TRY(segment[0].address, BUFFER + 2, SILK_EINVAL);
	TRY(segment[0].address, 0, SILK_EOWNER);
	TRY(segment[0].address, SILK_I386_BOOT_DIRECTORY, SILK_EOWNER);
	TRY(segment[0].address, SPARE_GPA + CHUNK_SIZE - 4092, SILK_EOWNER);
	TRY(segment[0].address, SPARE_GPA - 2048, SILK_EOWNER);
	TRY(segment[0].address, info()->chunks * CHUNK_SIZE, SILK_EOWNER);
	TRY(segment[0].address, 0x80000000, SILK_EOWNER);
	TRY(segment[0].address, 0xf0000000, SILK_EOWNER);
	TRY(segment[0].address, 0xfffff000, SILK_EOWNER);
	TRY(segment[0].address, 0xfffffffc, SILK_EOWNER);
	TRY(sector, sectors, SILK_ERANGE);
	TRY(sector, sectors - 7, SILK_ERANGE);
	TRY(sector, sectors - 8, 0);
	TRY(sector, ~0ull, SILK_ERANGE);
	TRY(sector, ~0ull - 7, SILK_ERANGE);
	TRY(sector, 1ull << 55, SILK_ERANGE);
	TRY(sector, 1ull << 63, SILK_ERANGE);
	TRY(sector, 0xffffffff00000000ull, SILK_ERANGE);
	end();
}

/* The first machine chunk that is not ours, by its number as if it were. */
static void second_segments(void)
{
	begin("segments");
	for (uint32_t n = 1; n < SILK_BLK_SEGMENTS; n++) {
		make();
		request.segments = (uint8_t)(n + 1);
		for (uint32_t i = 0; i < SILK_BLK_SEGMENTS; i++)
			request.segment[i] = request.segment[0];
		request.segment[n].address = SILK_I386_BOOT_DIRECTORY;
		expect(SILK_EOWNER, submit(), "segment %u in a table", n);
		request.segment[n].address = BUFFER;
		request.segment[n].length = 0x3fffe00;
		expect(SILK_EOWNER, submit(), "segment %u too long", n);
		request.segments = (uint8_t)n;
		expect(0, submit(), "%u segments, and that one ignored", n);
	}
	end();
}

static struct silk_blk_segment list[SILK_BLK_LIST_MAX + 1];

static void make_list(uint32_t n)
{
	make();
	request.op |= SILK_BLK_LIST;
	request.segment[0].address = (uint32_t)list;
	request.segment[0].length = n;
	for (uint32_t i = 0; i <= SILK_BLK_LIST_MAX; i++)
		list[i] = (struct silk_blk_segment){ BUFFER + i * 1024, 512 };
}

/* One segment of a list that goes astray, at each place; lists that lie astray. */
static void lists(void)
{
	static const uint32_t bad[] = { 0, SILK_I386_BOOT_DIRECTORY, 0x80000000, 0xf0000000, 0xfffffffc };
	static const uint32_t at[] = { 0, 0x1000, 0xe0000000, 0xefffff00, 0xf0000000, 0xfffff000, 0xfffffff8 };

	begin("lists");
	for (uint32_t n = 1; n <= SILK_BLK_LIST_MAX; n += 17) {
		make_list(n);
		expect(0, submit(), "%u segments", n);
		for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++) {
			make_list(n);
			list[n - 1].address = bad[i];
			expect(SILK_EOWNER, submit(), "segment %u of %u at %x", n - 1, n, bad[i]);
		}
		make_list(n);
		list[n - 1].length = 0xfffffe00;
		expect(SILK_EOWNER, submit(), "segment %u of %u too long", n - 1, n);
		list[0].length = 513;
		expect(SILK_EINVAL, submit(), "segment 0 of %u odd", n);
	}
	for (uint32_t i = 0; i < ARRAY_SIZE(at); i++) {
		make_list(SILK_BLK_LIST_MAX);
		request.segment[0].address = at[i];
		expect(SILK_EFAULT, submit(), "a list at %x", at[i]);
	}
	make_list(SILK_BLK_LIST_MAX + 1);
	expect(SILK_EINVAL, submit(), "a list that is too long");
	for (uint32_t n = 0x20000000; n; n <<= 1) {
		request.segment[0].length = n;
		expect(SILK_EINVAL, submit(), "a list of %x segments", n);
		request.segment[0].length = n + 1;
		expect(SILK_EINVAL, submit(), "a list of %x segments", n + 1);
	}
	end();
}

/* [MEM-10] */
static void pinned(void)
{
	struct silk_mmu_op unmap = {
		SILK_I386_BOOT_DIRECTORY +
			((SILK_I386_KERNEL_BASE >> 22) + VICTIM) * 4,
		0,
	};
	uint32_t converted = 0;

	begin("pinned");
	hv_pt_batch(&unmap, 1);
	for (uint32_t round = 0; round < 5; round++) {
		uint64_t until = time_ns() + NS_PER_S;

		make();
		request.segment[0].address = VICTIM << 22;
		expect(1, (uint32_t)hv_blk_submit(&request, 1), "submitted");
		expect(SILK_EBUSY, (uint32_t)-hv_chunk_convert(VICTIM, SILK_CHUNK_TABLE),
		       "converted meanwhile");
		expect(SILK_CLAUSE(SILK_AREA_MEM, 53), vcpu()->diag.clause, "clause");
		expect(SILK_EBUSY, (uint32_t)-hv_chunk_give(VICTIM),
		       "given meanwhile");
		expect(SILK_CLAUSE(SILK_AREA_MEM, 60), vcpu()->diag.clause, "clause");
		while (READ_ONCE(ring()->producer) == ring()->consumer &&
		       time_ns() < until)
			hv_yield();
		ring()->consumer = ring()->producer;
		while (hv_chunk_convert(VICTIM, SILK_CHUNK_TABLE) == -SILK_EAGAIN)
			;
		converted += chunk_kind(VICTIM) == SILK_CHUNK_TABLE;
		make();
		request.segment[0].address = VICTIM << 22;
		expect(SILK_EOWNER, submit(), "into tables");
		hv_chunk_convert(VICTIM, SILK_CHUNK_RAM);
	}
	expect(5, converted, "converted afterwards");
	end();
}

/* The ring holds 256; more must be refused, and none must be lost. */
static uint32_t fill_ring(void)
{
	static struct silk_blk_request many[SILK_BLK_SUBMIT_MAX];
	uint32_t accepted = 0;

	make();
	for (uint32_t i = 0; i < SILK_BLK_SUBMIT_MAX; i++)
		many[i] = request;
	for (uint32_t i = 0; i < 64; i++) {
		int32_t n = hv_blk_submit(many, SILK_BLK_SUBMIT_MAX);

		if (n > 0)
			accepted += (uint32_t)n;
	}
	return accepted;
}

static void full(void)
{
	uint32_t before = ring()->producer, accepted;
	uint64_t until;

	begin("full");
	accepted = fill_ring();
	expect(SILK_RING_ENTRIES, accepted, "accepted");
	until = time_ns() + 3 * (uint64_t)NS_PER_S;
	while (READ_ONCE(ring()->producer) - before < accepted && time_ns() < until)
		hv_yield();
	expect(accepted, ring()->producer - before, "completed");
	hv_yield();
	expect(accepted, ring()->producer - before, "and no more");
	ring()->consumer = ring()->producer;
	end();
}

static void leave(const char *how)
{
	for (uint32_t i = 0; i < 5; i++) {
		make_list(SILK_BLK_LIST_MAX);
		hv_blk_submit(&request, 1);
	}
	fill_ring();
	if (!strncmp(how, "crash", 5))
		hv_shutdown(SILK_SHUTDOWN_CRASH, NULL, 0);
	if (!strncmp(how, "reboot", 6))
		hv_shutdown(SILK_SHUTDOWN_REBOOT, NULL, 0);
	check("leaves", 0, 0);
}

void hostile_main(void)
{
	if (cmdline("end")) {
		leave(cmdline("end"));
		return;
	}
	requests();
	second_segments();
	lists();
	pinned();
	full();
}
