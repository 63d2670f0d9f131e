/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * blk_fixture.h - guests with disks, for the tests of block I/O.
 *
 * Guest memory: chunk 0 is TABLE, chunks 1 to 3 RAM. Requests are built at gpa
 * REQUESTS, a list at LIST; the data of request k lies at DATA + k * 4096.
 */
#ifndef TESTS_BLK_FIXTURE_H
#define TESTS_BLK_FIXTURE_H

#include <string.h>

#include "fake_machine.h"
#include "unit.h"
#include "hypervisor/core/blk.h"
#include "hypervisor/core/chunk.h"

#define REQUESTS 0x400000u
#define DATA     0x800000u
#define LIST     0x700000u /* gpa of a list's segments */
#define SECTORS  1000u     /* of each disk */
#define BACKENDS 3u        /* 0 with a cache, 1 without, 2 read-only */

/* A guest with devices 0, 1, 2 on backends 0, 1, 2; device 3 is sectors 100 to
 * 149 of backend 0. The guests of a test share disks, as blk_claim() would not
 * let them: it is not called. */
static inline struct guest *blk_guest(u32 id)
{
	struct guest *g = fake_guest(id, 4, 1);
	u32 i;

	for (i = 0; i < BACKENDS; i++) {
		g->config.blk[i].backend = i;
		ck_assert_ptr_null(machine_blk_find(&g->config.blk[i]));
	}
	g->config.blk[3] = g->config.blk[0];
	g->config.blk[3].first = 100;
	g->config.blk[3].sectors = 50;
	ck_assert_int_eq(blk_guest_init(g), 0);
	blk_guest_boot(g);
	return g;
}

static inline void blk_machine(void)
{
	u32 i;

	fake_start(32);
	fake.disks = BACKENDS;
	for (i = 0; i < BACKENDS; i++)
		fake.disk_sectors[i] = SECTORS;
	fake.disk_flags[0] = SILK_BLK_F_FLUSH;
	fake.disk_flags[2] = SILK_BLK_F_READONLY;
}

static inline struct silk_blk_request *request(struct guest *g, u32 k)
{
	return (struct silk_blk_request *)fake_gpa(g, REQUESTS) + k;
}

/* Request k: one segment of one sector. */
static inline struct silk_blk_request *build(struct guest *g, u32 k, u16 device, u8 op,
					     u64 sector)
{
	struct silk_blk_request *r = request(g, k);

	memset(r, 0xee, sizeof(*r));
	r->cookie = 1000 + k;
	r->device = device;
	r->op = op;
	r->segments = op == SILK_BLK_FLUSH ? 0 : 1;
	r->sector = sector;
	r->segment[0].address = DATA + k % 256 * 4096;
	r->segment[0].length = 512;
	return r;
}

static inline struct silk_blk_segment *list(struct guest *g)
{
	return fake_gpa(g, LIST);
}

/* Request k: a list of n segments of one sector. */
static inline struct silk_blk_request *build_list(struct guest *g, u32 k, u8 op, u32 n)
{
	struct silk_blk_request *r = build(g, k, 0, op | SILK_BLK_LIST, 0);
	u32 i;

	r->segment[0].address = FAKE_GVA(LIST);
	r->segment[0].length = n;
	for (i = 0; i < n; i++)
		list(g)[i] = (struct silk_blk_segment){ DATA + i * 1024, 512 };
	return r;
}

/* Segment n of what the backend was given. */
static inline const struct blk_segment *segment_of(const struct blk_io *io, u32 n)
{
	for (; n >= SILK_BLK_SEGMENTS; n -= SILK_BLK_SEGMENTS)
		io = io->more;
	return &io->segment[n];
}

static inline u32 submit(struct guest *g, u32 count)
{
	return FAKE_CALL(g->vcpu[0], blk_submit, FAKE_GVA(REQUESTS), count, 0);
}

/* The backend is done with the n-th that it has. */
static inline void complete(u32 n, s32 status)
{
	struct blk_io *io = fake.io[n];

	ck_assert_uint_lt(n, fake.io_count);
	memmove(&fake.io[n], &fake.io[n + 1],
		(fake.io_count - n - 1) * sizeof(fake.io[0]));
	fake.io_count--;
	blk_complete(io, status);
}

static inline bool event_pending(const struct guest *g)
{
	return g->vcpu[0]->page->pending & 1u << SILK_EVENT_BLOCK;
}

static inline u32 chunk_nr(const struct guest *g, u32 gpa)
{
	return fake_machine_of(g, gpa) >> CHUNK_SHIFT;
}

#endif
