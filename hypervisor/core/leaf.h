/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * leaf.h - SET in page tables: what a guest does a thousand times for one of
 * anything else. It says only yes or no; on no, carry_out() in mmu.c finds the
 * reason, or does what is rarer.
 *
 * Invariant: nothing is stored here but in a frame that is a page table, and
 * nothing present but what entry.h found right, with the USER bit [PT-6].
 */
#ifndef SILK_CORE_LEAF_H
#define SILK_CORE_LEAF_H

#include "entry.h"
#include "table.h"

/* The entries of the page table that holds an entry; NULL: it is no page table. */
static inline u32 *leaf_entries(const struct chunks *c, u32 entry)
{
	const struct table_chunk *t = c->table[entry >> CHUNK_SHIFT];
	u32 f = entry >> PAGE_SHIFT & (CHUNK_FRAMES - 1);

	if (!t || !table_is_leaf(t, f))
		return NULL;
	return table_entries(t, f);
}

/* A value as it is stored in a page table; false if it is refused. */
static inline bool leaf_value(const struct chunks *c, u32 *value)
{
	if (*value & SILK_I386_PRESENT) {
		if (unlikely(!entry_right(*value, c->machine_kind[*value >> CHUNK_SHIFT])))
			return false;
		*value |= SILK_I386_USER;
	}
	return true;
}

/* SET in a page table: true if it was right, and done. Short: the bench counts it. */
static inline bool set_leaf(const struct chunks *c, u32 target, u32 value)
{
	const struct table_chunk *t = c->table[target >> CHUNK_SHIFT];

	if (unlikely(target & SILK_OP_MASK) || unlikely(!t))
		return false;
	if (unlikely(!table_is_leaf(t, target >> PAGE_SHIFT & (CHUNK_FRAMES - 1))))
		return false;
	if (unlikely(!leaf_value(c, &value)))
		return false;
	WRITE_ONCE(t->entries[target % CHUNK_SIZE / 4], value);
	return true;
}

/* SETs of consecutive entries of one table: how many were right, and done. */
static inline u32 set_leaves(const struct chunks *c, u32 entry, const u32 *values, u32 n)
{
	u32 *entries = leaf_entries(c, entry);
	u32 i = 0, at = entry % PAGE_SIZE / 4;

	if (unlikely(!entries))
		return 0;
	for (; i < n; i++) {
		u32 value = values[i];

		if (unlikely(!leaf_value(c, &value)))
			break;
		WRITE_ONCE(entries[at + i], value);
	}
	return i;
}

#endif
