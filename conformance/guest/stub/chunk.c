// SPDX-License-Identifier: GPL-2.0-only
/*
 * chunk.c - the calls of group MEMORY.
 *
 * A search for mappings is one step here; where the mood is slow or scarce it
 * takes a few calls all the same [MEM-9]. Invariant: at most one change is under
 * way, and any other call of the two ends it.
 */
#include "stub.h"

#define ROUNDS 3u

static u32 table_chunks(void)
{
	u32 n = 0;

	for (u32 i = 0; i < SILK_CHUNKS; i++)
		n += chunk_kind[i] == SILK_CHUNK_TABLE;
	return n;
}

/* True: not yet, call again. */
static bool search_goes_on(u32 chunk, u32 to)
{
	if (changing != chunk) {
		if (mood != SLOW && mood != SCARCE && mood != NERVOUS)
			return false;
		changing = chunk;
		changing_to = to;
		changing_rounds = ROUNDS;
		chunk_kind[chunk] = SILK_CHUNK_CHANGING;
		judged(CL(MEM, 14));
		nasty(NASTY_AGAIN);
		return true;
	}
	return --changing_rounds > 0;
}

/* The first conversion, and every second one from there on. */
static bool short_of_memory(void)
{
	static u32 searches;

	if (mood != SCARCE || changing != NO_GPA || ++searches % 2 == 0)
		return false;
	nasty(NASTY_NO_MEMORY);
	return true;
}

static u32 convert_to_table(u32 chunk)
{
	if (block_pinned(chunk) || net_pinned(chunk)) {
		change_given_up();
		return refuse(SILK_R_CONVERT_PINNED, chunk);
	}
	if (mapped(chunk, true)) {
		change_given_up();
		return refuse(SILK_R_CONVERT_MAPPED, chunk);
	}
	if (table_chunks() >= SILK_TABLE_CHUNKS_MAX || short_of_memory()) {
		change_given_up();
		return refuse(SILK_R_CONVERT_MEMORY, chunk);
	}
	if (search_goes_on(chunk, SILK_CHUNK_TABLE))
		return refuse(SILK_R_CONVERT_AGAIN, chunk);
	changing = NO_GPA;
	chunk_kind[chunk] = SILK_CHUNK_TABLE;
	chunk_frames_free(chunk);
	drop_all();
	return 0;
}

u32 call_chunk_convert(u32 chunk, u32 kind, u32 c)
{
	u32 now_kind = chunk < SILK_CHUNKS ? chunk_kind[chunk] : SILK_CHUNK_ABSENT;

	(void)c;
	if (changing != chunk || changing_to != kind)
		change_given_up();
	if (now_kind == SILK_CHUNK_ABSENT)
		return refuse(SILK_R_CONVERT_OWNER, chunk);
	if (kind != SILK_CHUNK_RAM && kind != SILK_CHUNK_TABLE)
		return refuse(SILK_R_CONVERT_KIND, kind);
	if (chunk_kind[chunk] == kind)
		return refuse(SILK_R_CONVERT_SAME, chunk);
	if (kind == SILK_CHUNK_TABLE)
		return convert_to_table(chunk);
	if (frames_in_use(chunk))
		return refuse(SILK_R_CONVERT_TABLES, chunk);
	chunk_kind[chunk] = SILK_CHUNK_RAM;
	drop_all();
	if (mood == POISONED)
		fill_rubbish(at_gpa(chunk * CHUNK), CHUNK);
	return 0;
}

u32 call_chunk_give(u32 chunk, u32 b, u32 c)
{
	u32 kind = chunk < SILK_CHUNKS ? chunk_kind[chunk] : SILK_CHUNK_ABSENT;

	(void)b, (void)c;
	if (changing != chunk || changing_to != SILK_CHUNK_ABSENT)
		change_given_up();
	if (kind == SILK_CHUNK_ABSENT)
		return refuse(SILK_R_GIVE_OWNER, chunk);
	if (kind == SILK_CHUNK_TABLE)
		return refuse(SILK_R_GIVE_KIND, chunk);
	if (block_pinned(chunk) || net_pinned(chunk)) {
		change_given_up();
		return refuse(SILK_R_GIVE_PINNED, chunk);
	}
	if (mapped(chunk, false)) {
		change_given_up();
		return refuse(SILK_R_GIVE_MAPPED, chunk);
	}
	if (search_goes_on(chunk, SILK_CHUNK_ABSENT))
		return refuse(SILK_R_GIVE_AGAIN, chunk);
	changing = NO_GPA;
	memory_drop(chunk);
	drop_all();
	return 0;
}

static u32 chunks_owned(void)
{
	u32 n = 0;

	for (u32 i = 0; i < SILK_CHUNKS; i++)
		n += chunk_kind[i] != SILK_CHUNK_ABSENT;
	return n;
}

u32 call_chunk_take(u32 chunk, u32 kind, u32 c)
{
	bool offered = info_page.features[SILK_GROUP_MEMORY] & SILK_F_MEMORY_TAKE;

	(void)c;
	judged(CL(GEN, 4));
	if (!offered)
		broke(CL(GEN, 4), "no chunk_take without MEMORY_TAKE", "chunk %u", chunk);
	if (chunk >= SILK_CHUNKS)
		return refuse(SILK_R_TAKE_RANGE, chunk);
	if (kind != SILK_CHUNK_RAM && kind != SILK_CHUNK_TABLE)
		return refuse(SILK_R_TAKE_KIND, kind);
	if (owned(chunk * CHUNK))
		return refuse(SILK_R_TAKE_PRESENT, chunk);
	if (mood == SCARCE)
		nasty(NASTY_NO_MEMORY);
	if (!offered || mood == SCARCE || chunks_owned() >= info_page.chunk_limit ||
	    (kind == SILK_CHUNK_TABLE && table_chunks() >= SILK_TABLE_CHUNKS_MAX) ||
	    !memory_deal(chunk, kind))
		return refuse(SILK_R_TAKE_MEMORY, chunk);
	if (kind == SILK_CHUNK_TABLE)
		chunk_frames_free(chunk);
	return 0;
}
