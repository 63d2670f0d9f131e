// SPDX-License-Identifier: GPL-2.0-only
/*
 * io.c - what a disk could do by the requests that it has.
 *
 * Oracle: as long as a request is under way, all memory that it names lies in RAM
 * chunks that its guest had when it asked, or in chunks that nobody has; its
 * sectors lie on its guest's disk [BLK-5] [MEM-10]. A read that is done has
 * written: what is wrong there is found later, too.
 */
#include <string.h>

#include "fuzz.h"
#include "hypervisor/core/blk.h"
#include "hypervisor/core/chunk.h"

#define REQUESTS ARRAY_SIZE(fake.io)

/* Requests as they were seen first. */
static struct seen {
	const struct blk_io *io;
	u32 generation;
} seen[REQUESTS];
static u32 count;

static u32 generation_of(const struct blk_io *io)
{
	u32 i;

	for (i = 0; i < count; i++)
		if (seen[i].io == io)
			return seen[i].generation;
	return io->guest->generation;
}

static const struct blk_segment *segment_of(const struct blk_io *io, u32 n)
{
	for (; n >= SILK_BLK_SEGMENTS; n -= SILK_BLK_SEGMENTS)
		io = io->more;
	return &io->segment[n];
}

static void look_at_segment(const struct blk_io *io, const struct blk_segment *s, u32 generation)
{
	u32 nr = s->machine >> CHUNK_SHIFT, id;

	if (nr < FAKE_HV_CHUNKS || nr >= FUZZ_MACHINE || !s->bytes ||
	    s->bytes > CHUNK_SIZE - s->machine % CHUNK_SIZE)
		finding("I/O of guest %u with %u bytes at %08x", io->guest->id, s->bytes, s->machine);
	if (chunk_owner(nr) == CHUNK_DIRTY || chunk_owner(nr) == CHUNK_CLEAN)
		finding("I/O of guest %u with %08x, which is free", io->guest->id, s->machine);
	if (!chunk_pinned(nr))
		finding("I/O of guest %u with %08x, which is not pinned", io->guest->id, s->machine);
	for (id = 0; id < GUESTS_MAX; id++) {
		const struct guest *g = &guests[id];

		if (!g->chunks.reverse || g->chunks.reverse[nr] == SILK_I386_NO_CHUNK)
			continue;
		if (g != io->guest || g->generation != generation)
			finding("I/O of guest %u, run %u, with %08x of guest %u's run %u", io->guest->id,
				generation, s->machine, id, g->generation);
		if (g->chunks.kind[g->chunks.reverse[nr] >> CHUNK_SHIFT] != SILK_CHUNK_RAM)
			finding("I/O with %08x, which is no RAM", s->machine);
	}
}

void look_at_io(void)
{
	static struct seen now[REQUESTS];
	u32 i, k;

	for (i = 0; i < fake.io_count; i++) {
		const struct blk_io *io = fake.io[i];
		u64 end = io->sector;

		now[i] = (struct seen){ io, generation_of(io) };
		for (k = 0; k < io->segments; k++) {
			look_at_segment(io, segment_of(io, k), now[i].generation);
			end += segment_of(io, k)->bytes / SILK_BLK_SECTOR;
		}
		if (io->backend >= fake.disks || io->sector > fake.disk_sectors[io->backend] ||
		    end > fake.disk_sectors[io->backend])
			finding("I/O of guest %u with sector %llu and on", io->guest->id, io->sector);
	}
	memcpy(seen, now, fake.io_count * sizeof(now[0]));
	count = fake.io_count;
}

void io_done(u32 n, s32 status)
{
	struct blk_io *io = fake.io[n];
	u32 i;

	for (i = 0; i < io->segments && io->op == SILK_BLK_READ; i++)
		memset(fake.memory + segment_of(io, i)->machine, 0x67, 16);
	memmove(&fake.io[n], &fake.io[n + 1], (fake.io_count - n - 1) * sizeof(fake.io[0]));
	fake.io_count--;
	look_at_io(); /* its place in the pool may be taken at once */
	blk_complete(io, status);
}
