/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * entry.h - may a guest have this page-table entry? The one answer.
 *
 * Invariant, on which all isolation of memory stands: a present entry in a
 * guest's tables names a frame of that guest, never maps a TABLE chunk writable,
 * and has no bit but those that a guest may use. The answer is a function of the
 * entry and of what the named machine chunk is to the guest, nothing else: no
 * counter, no other state. tests/unit/test_exhaustive_entry.c tries all entries.
 */
#ifndef SILK_CORE_ENTRY_H
#define SILK_CORE_ENTRY_H

#include "../../abi/silk.h"
#include "types.h"

#define ENTRY_FORBIDDEN (~(SILK_I386_FRAME | SILK_I386_ENTRY_BITS))
#define LARGE_FORBIDDEN (~(SILK_I386_LARGE_FRAME | SILK_I386_LARGE_BITS))

/*
 * Bits that make a present entry wrong, by SILK_CHUNK_* of the machine chunk
 * that it names [MEM-3]. ABSENT: not the guest's, and so the present bit itself.
 */
static const u32 entry_wrong[4] = {
	[SILK_CHUNK_ABSENT] = ENTRY_FORBIDDEN | SILK_I386_PRESENT,
	[SILK_CHUNK_RAM] = ENTRY_FORBIDDEN,
	[SILK_CHUNK_TABLE] = ENTRY_FORBIDDEN | SILK_I386_WRITABLE,
	[SILK_CHUNK_CHANGING] = ENTRY_FORBIDDEN | SILK_I386_WRITABLE,
};

/* Which refusal it is, of a present entry that is refused [PT-73..75]. */
static inline enum silk_refusal entry_why(u32 entry, u32 kind, u32 forbidden)
{
	if (entry & forbidden)
		return SILK_R_ENTRY_BITS;
	if (kind == SILK_CHUNK_ABSENT)
		return SILK_R_ENTRY_OWNER;
	return SILK_R_ENTRY_WRITABLE;
}

/* Is this present entry of a page table right? */
static inline bool entry_right(u32 entry, u32 kind)
{
	return !(entry & entry_wrong[kind]);
}

/* An entry of a page table. Not present: never interpreted [PT-15]. */
static inline enum silk_refusal entry_check(u32 entry, u32 kind)
{
	if (!(entry & SILK_I386_PRESENT))
		return SILK_R_NONE;
	if (likely(entry_right(entry, kind)))
		return SILK_R_NONE;
	return entry_why(entry, kind, ENTRY_FORBIDDEN);
}

/* A 4 MB entry of a directory: also bits 12 to 21 are 0 [PT-21]. */
static inline enum silk_refusal entry_check_large(u32 entry, u32 kind)
{
	u32 wrong = LARGE_FORBIDDEN | (entry_wrong[kind] & ~ENTRY_FORBIDDEN);

	if (!(entry & SILK_I386_PRESENT) || !(entry & wrong))
		return SILK_R_NONE;
	return entry_why(entry, kind, LARGE_FORBIDDEN);
}

/* A directory entry that names a page table: it may be writable, which says
 * nothing about mappings of the table itself [PT-76]. */
static inline enum silk_refusal entry_check_link(u32 entry, u32 kind)
{
	if (!(entry & SILK_I386_PRESENT))
		return SILK_R_NONE;
	if (entry & ENTRY_FORBIDDEN)
		return SILK_R_ENTRY_BITS;
	if (kind == SILK_CHUNK_ABSENT)
		return SILK_R_ENTRY_OWNER;
	return kind == SILK_CHUNK_RAM ? SILK_R_LINK_KIND : SILK_R_NONE;
}

/* What is stored: USER in each present entry [PT-6]; its bit is 2 above. */
static inline u32 entry_stored(u32 entry)
{
	return entry | (entry & SILK_I386_PRESENT) << 2;
}

/* Is it a present directory entry that names a page table? */
static inline bool entry_is_link(u32 entry)
{
	return (entry & (SILK_I386_PRESENT | SILK_I386_LARGE)) == SILK_I386_PRESENT;
}

#endif
