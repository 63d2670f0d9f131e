// SPDX-License-Identifier: GPL-2.0-only
/*
 * outside.c - what the witness has outside of its memory: a disk, and the
 * hypervisor's answers.
 *
 * Invariant: each sector holds a pattern of its number and of how often it was
 * written; a part is read, compared and written anew at a time.
 *
 * covers: BLK-1 BLK-5 GEN-7 CALL-6 CALL-8
 */
#include "block.h"
#include "mmu.h"
#include "witness.h"

#define BUFFER_CHUNK 3u
#define BUFFER_GPA   (BUFFER_CHUNK << SILK_I386_CHUNK_SHIFT)
#define PART         32u /* sectors at a time */
#define PARTS        16u
#define SECTOR_WORDS (SILK_BLK_SECTOR / 4)

static bool there;
static uint32_t round[PARTS], next;

static uint32_t word_of(uint32_t part, uint32_t i)
{
	return (part * PART * SECTOR_WORDS + i) * 2654435761u ^ round[part] * 0x9e3779b9u;
}

static uint32_t *const buffer = (uint32_t *)(SILK_I386_KERNEL_BASE + BUFFER_GPA);

static void transfer(uint8_t op, uint32_t part)
{
	struct block_io io;

	block_prepare(&io, 0, op, (uint64_t)part * PART, BUFFER_GPA, PART * SILK_BLK_SECTOR);
	if (block_wait(&io))
		error("the disk's status", 0, (uint32_t)io.status);
}

static void write_part(uint32_t part)
{
	uint32_t i;

	for (i = 0; i < PART * SECTOR_WORDS; i++)
		buffer[i] = word_of(part, i);
	transfer(SILK_BLK_WRITE, part);
}

void disk_begin(void)
{
	uint32_t part;

	there = info()->blk[0].flags & SILK_BLK_F_PRESENT &&
		info()->blk[0].sectors >= PART * PARTS;
	if (!there)
		return;
	block_init();
	for (part = 0; part < PARTS; part++)
		write_part(part);
}

void disk_check(void)
{
	uint32_t i, part = next++ % PARTS;

	if (!there)
		return;
	memset(buffer, 0, PART * SILK_BLK_SECTOR);
	transfer(SILK_BLK_READ, part);
	for (i = 0; i < PART * SECTOR_WORDS; i++)
		if (buffer[i] != word_of(part, i))
			error("a word of the disk", word_of(part, i), buffer[i]);
	round[part]++;
	write_part(part);
}

void answers_check(void)
{
	const struct silk_diag *d = &vcpu()->diag;
	uint32_t refusals = d->refusals, result;

	result = (uint32_t)hv_query(SILK_GROUP_CORE);
	if (result != info()->group_version[SILK_GROUP_CORE])
		error("query", info()->group_version[SILK_GROUP_CORE], result);
	result = (uint32_t)hv_pt_alloc(2, SILK_PT_TABLE);
	if (result != -(uint32_t)SILK_EINVAL)
		error("a refused pt_alloc", -(uint32_t)SILK_EINVAL, result);
	if (d->clause != SILK_CLAUSE(SILK_AREA_PT, 50) || d->value != 2)
		error("diag.clause", SILK_CLAUSE(SILK_AREA_PT, 50), d->clause);
	if (d->refusals != refusals + 1)
		error("diag.refusals", refusals + 1, d->refusals);
	if (chunk_kind(BUFFER_CHUNK) != SILK_CHUNK_RAM)
		error("a chunk's kind", SILK_CHUNK_RAM, chunk_kind(BUFFER_CHUNK));
}
