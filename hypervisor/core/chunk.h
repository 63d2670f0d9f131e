/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * chunk.h - the machine's chunks, and those of a guest.
 *
 * A machine chunk is named by its number (machine address >> 22) or its base
 * address; a guest chunk by its number.
 */
#ifndef SILK_CORE_CHUNK_H
#define SILK_CORE_CHUNK_H

#include "guest.h"

/* What a machine chunk is to the hypervisor. */
enum chunk_owner {
	CHUNK_NOT_OURS, /* the hypervisor's own memory, a device, nothing */
	CHUNK_DIRTY,    /* free, holds somebody's data */
	CHUNK_CLEAN,    /* free and zero */
	CHUNK_HELD,     /* from chunk_alloc(), in no guest's table */
	CHUNK_OWNED,    /* in one guest's table */
	CHUNK_ORPHAN,   /* free as soon as I/O to or from it ends */
};

/* ---- the machine's ---- */

/* At boot: a chunk of usable memory. */
void chunk_add_free(u32 machine);
/*
 * A zeroed chunk, nobody else's: its base, or SILK_I386_NO_CHUNK. Clears it if
 * that was not done in idle time: so only between machine_attach() and the
 * return to a guest.
 */
u32 chunk_alloc(void);
/* A chunk from chunk_alloc() that is in no guest's table; no CPU may have a
 * translation to it. */
void chunk_release(u32 machine);
u32 chunks_free(void);
enum chunk_owner chunk_owner(u32 nr);
/* Clear one free chunk ahead of its use; false if there was none to clear.
 * For the idle loop; needs machine_attach() too. */
bool chunk_clear_one(void);

/* I/O in flight to or from machine chunk `nr` [MEM-10]: until the last unpin
 * it changes neither its kind nor its owner, whatever becomes of its guest. */
void chunk_pin(u32 nr);
void chunk_unpin_machine(u32 nr);
bool chunk_pinned(u32 nr);

/* ---- a guest's ---- */

/* Make g's chunk tables (none owned) / free them. 0, or -1: no memory. */
int chunks_init(struct guest *g, u32 limit);
void chunks_exit(struct guest *g);

/*
 * Put a chunk from chunk_alloc() into g's table as guest chunk `chunk`, kind
 * SILK_CHUNK_RAM or TABLE. 0, or -1: no memory or window slot for a TABLE one.
 * A TABLE one needs machine_guest_init() before.
 */
int chunk_add(struct guest *g, u32 chunk, u32 kind, u32 machine);
/* Take a chunk out of g's table: it is held; its base is returned. No entry of
 * g names it, and the caller flushes before it goes to anybody else. */
u32 chunk_detach(struct guest *g, u32 chunk);
/* The same, and to the free ones. */
void chunk_remove(struct guest *g, u32 chunk);
/* All that g owns, after tables_reset(). */
void chunks_remove_all(struct guest *g);

/* RAM or CHANGING to TABLE (0, or -1: no memory or slot) and back; no flush. */
int chunk_make_table(struct guest *g, u32 chunk);
void chunk_make_ram(struct guest *g, u32 chunk);
/* RAM to CHANGING: from now on no entry may map it writable (giving: at all). */
void chunk_make_changing(struct guest *g, u32 chunk, bool giving);

static inline bool chunk_present(const struct guest *g, u32 chunk)
{
	return chunk < CHUNKS && g->chunks.kind[chunk] != SILK_CHUNK_ABSENT;
}

#endif
