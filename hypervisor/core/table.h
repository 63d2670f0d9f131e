/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * table.h - table frames: page tables, directories, and their user views.
 */
#ifndef SILK_CORE_TABLE_H
#define SILK_CORE_TABLE_H

#include "guest.h"

/* Directory entries: the user range, the guest-wide kernel range, the ABI
 * window and the hypervisor. */
#define KERNEL_FIRST (SILK_I386_KERNEL_BASE >> CHUNK_SHIFT) /* 768 */
#define KERNEL_END   (SILK_I386_WINDOW >> CHUNK_SHIFT)      /* 959 */

/*
 * The place of the one entry that links a page table: the guest-physical address
 * of the entry; for the kernel range, index << 2 | LINK_KERNEL.
 */
#define LINK_KERNEL  1u

/* Frame `f` of t's chunk: its 1024 entries. A directory's twin follows it. */
static inline u32 *table_entries(const struct table_chunk *t, u32 f)
{
	return t->entries + f * CHUNK_FRAMES;
}

static inline bool table_is_leaf(const struct table_chunk *t, u32 f)
{
	return t->state[f] >= TABLE_UNLINKED; /* or LINKED: the last two */
}

/* The TABLE chunk and frame of a directory that v has loaded, or NULL. */
static inline struct table_chunk *table_loaded(const struct vcpu *v)
{
	if (v->directory == NO_FRAME)
		return NULL;
	return v->guest->chunks.table[v->directory / CHUNK_FRAMES];
}

/* The guest-wide kernel range has changed: a new generation. The caller brings
 * the loaded directories up to date. */
void kernel_changed(struct guest *g);
/* A window slot of g has changed: so has the hypervisor's part of directories. */
void tables_slot_changed(struct guest *g);

/*
 * The first tables of a guest that is about to boot, when its chunks were added
 * and it is attached: the boot directory, in guest chunk 0 (TABLE), with the
 * direct map of the first config.low_chunks chunks [BOOT-5]. It is vCPU 0's.
 */
void tables_boot(struct guest *g);
/*
 * Forget all tables: every table frame is FREE, no directory is loaded. For a
 * reboot, and before a guest's chunks are removed; g is attached.
 */
void tables_reset(struct guest *g);

#endif
