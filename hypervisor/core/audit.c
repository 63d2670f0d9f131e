// SPDX-License-Identifier: GPL-2.0-only
/*
 * audit.c - recompute every invariant of chunks and tables from scratch.
 *
 * Invariant of its own: it shares no decision with the code that it checks. What
 * a machine chunk is to the guest is derived here from the guest's chunk tables,
 * and the rules of an entry are spelled out again.
 */
#include "audit.h"
#include "chunk.h"
#include "entry.h"
#include "format.h"
#include "libc.h"
#include "machine.h"
#include "table.h"

#define AD             (SILK_I386_ACCESSED | SILK_I386_DIRTY)
#define MACHINE(entry) ((entry) >> CHUNK_SHIFT)
#define FRAME(entry)   ((entry) >> PAGE_SHIFT & (CHUNK_FRAMES - 1))

struct audit {
	struct guest *g;
	char *why;
	size_t n;
	u32 owned;
	u8 kind[CHUNKS];   /* by machine chunk, derived */
	u16 chunk[CHUNKS]; /* by machine chunk: guest chunk */
};

/* One audit at a time: the hypervisor's stack is too small for these. */
static struct audit audit;
static u32 want_kernel[CHUNK_FRAMES], want_user[CHUNK_FRAMES];

#define FAIL(a, ...) (format_text((a)->why, (u32)(a)->n, __VA_ARGS__), -1)

/* ---- chunk tables ---- */

static int audit_chunk(struct audit *a, u32 chunk)
{
	const struct chunks *c = &a->g->chunks;
	u32 kind = c->kind[chunk], machine = c->machine[chunk];
	const struct table_chunk *t = c->table[chunk];

	if (kind > SILK_CHUNK_CHANGING)
		return FAIL(a, "chunk %u: kind %u", chunk, kind);
	if ((kind == SILK_CHUNK_ABSENT) != (machine == SILK_I386_NO_CHUNK))
		return FAIL(a, "chunk %u: kind %u at %08x", chunk, kind, machine);
	if ((kind == SILK_CHUNK_TABLE) != (t != NULL))
		return FAIL(a, "chunk %u: kind %u and table %p", chunk, kind, (const void *)t);
	if (t && (t->chunk != chunk || t->slot >= SILK_TABLE_CHUNKS_MAX ||
		  c->slot[t->slot] != t || t->entries != machine_table(a->g, t->slot)))
		return FAIL(a, "chunk %u: window slot %u is not its own", chunk, t->slot);
	if ((kind == SILK_CHUNK_CHANGING) != (c->change.chunk == chunk))
		return FAIL(a, "chunk %u: kind %u while %u changes", chunk, kind, c->change.chunk);
	if (kind == SILK_CHUNK_ABSENT)
		return 0;
	if (machine % CHUNK_SIZE || a->kind[MACHINE(machine)] != SILK_CHUNK_ABSENT)
		return FAIL(a, "chunk %u: %08x is not a chunk, or is there twice", chunk, machine);
	if (chunk_owner(MACHINE(machine)) != CHUNK_OWNED)
		return FAIL(a, "chunk %u: %08x is not owned by a guest", chunk, machine);
	if (chunk_pinned(MACHINE(machine)) && kind != SILK_CHUNK_RAM)
		return FAIL(a, "chunk %u: I/O in flight, kind %u", chunk, kind);
	a->owned++;
	a->kind[MACHINE(machine)] = (u8)kind;
	a->chunk[MACHINE(machine)] = (u16)chunk;
	return 0;
}

static int audit_chunks(struct audit *a)
{
	const struct chunks *c = &a->g->chunks;
	u32 i, tables = 0;

	for (i = 0; i < CHUNKS; i++)
		if (audit_chunk(a, i))
			return -1;
	for (i = 0; i < CHUNKS; i++) {
		u32 kind = a->kind[i];
		u32 base = kind ? (u32)a->chunk[i] << CHUNK_SHIFT : SILK_I386_NO_CHUNK;

		if (kind == SILK_CHUNK_CHANGING && c->change.giving)
			kind = SILK_CHUNK_ABSENT; /* to new entries */
		if (c->reverse[i] != base || c->machine_kind[i] != kind)
			return FAIL(a, "machine chunk %u: guest base %08x, kind %u",
				    i, c->reverse[i], c->machine_kind[i]);
		tables += kind == SILK_CHUNK_TABLE;
	}
	for (i = 0; i < SILK_TABLE_CHUNKS_MAX; i++)
		tables -= c->slot[i] != NULL;
	if (tables || c->owned != a->owned || c->owned > c->limit)
		return FAIL(a, "%u chunks owned, counted %u, limit %u; %d slots amiss",
			    c->owned, a->owned, c->limit, (int)tables);
	return 0;
}

/* ---- entries ---- */

/* A mapping of a 4 KB or 4 MB page; `allowed` are its bits besides the frame. */
static int audit_mapping(struct audit *a, u32 entry, u32 allowed, const char *where, u32 at)
{
	u32 kind = a->kind[MACHINE(entry)];

	if (!(entry & SILK_I386_PRESENT))
		return 0;
	if (!(entry & SILK_I386_USER) || (entry & ~allowed))
		return FAIL(a, "%s %08x: bits of entry %08x", where, at, entry);
	if (kind == SILK_CHUNK_ABSENT)
		return FAIL(a, "%s %08x: entry %08x is not the guest's", where, at, entry);
	if (!(entry & SILK_I386_WRITABLE))
		return 0;
	/* CHANGING: the search is to find those that were there before. */
	if (kind == SILK_CHUNK_TABLE)
		return FAIL(a, "%s %08x: entry %08x writes a TABLE chunk", where, at, entry);
	return 0;
}

/* A directory entry of the user range or of the guest-wide kernel range, whose
 * place as a link is `place`. */
static int audit_directory_entry(struct audit *a, u32 entry, u32 place)
{
	const struct table_chunk *t;

	if ((entry & SILK_I386_PRESENT) && (entry & SILK_I386_LARGE))
		return audit_mapping(a, entry, SILK_I386_LARGE_FRAME | SILK_I386_LARGE_BITS,
				     "4 MB", place);
	if (!(entry & SILK_I386_PRESENT))
		return 0;
	if (!(entry & SILK_I386_USER) ||
	    (entry & ~(SILK_I386_FRAME | SILK_I386_ENTRY_BITS)))
		return FAIL(a, "link %08x: bits of %08x", place, entry);
	if (a->kind[MACHINE(entry)] != SILK_CHUNK_TABLE)
		return FAIL(a, "link %08x: %08x is not in a TABLE chunk", place, entry);
	t = a->g->chunks.table[a->chunk[MACHINE(entry)]];
	if (t->state[FRAME(entry)] != TABLE_LINKED || t->link[FRAME(entry)] != place)
		return FAIL(a, "link %08x: %08x names state %u, linked from %08x", place, entry,
			    t->state[FRAME(entry)], t->link[FRAME(entry)]);
	return 0;
}

/* Does the entry that a LINKED table says is its link name it? */
static int audit_link(struct audit *a, const struct table_chunk *t, u32 f)
{
	const struct chunks *c = &a->g->chunks;
	u32 machine = c->machine[t->chunk] + f * PAGE_SIZE;
	u32 place = t->link[f], index = place >> 2 & 1023, entry;
	const struct table_chunk *from;

	if (place & LINK_KERNEL) {
		if (place >> 2 < KERNEL_FIRST || place >> 2 >= KERNEL_END)
			return FAIL(a, "table %08x: linked from %08x", machine, place);
		entry = a->g->kernel.entry[index];
	} else {
		from = c->table[place >> CHUNK_SHIFT];
		if (place % 4 || !from || from->state[FRAME(place)] != TABLE_DIRECTORY ||
		    index >= KERNEL_FIRST)
			return FAIL(a, "table %08x: linked from %08x", machine, place);
		entry = table_entries(from, FRAME(place))[index];
	}
	if (!entry_is_link(entry) || (entry & SILK_I386_FRAME) != machine)
		return FAIL(a, "table %08x: its link %08x holds %08x", machine, place, entry);
	return 0;
}

/* ---- frames ---- */

static int audit_leaf(struct audit *a, const struct table_chunk *t, u32 f, u32 gpa)
{
	const u32 *entries = table_entries(t, f);
	u32 i;

	for (i = 0; i < CHUNK_FRAMES; i++)
		if ((entries[i] & SILK_I386_PRESENT) &&
		    audit_mapping(a, entries[i], SILK_I386_FRAME | SILK_I386_ENTRY_BITS,
				  "table", gpa + i * 4))
			return -1;
	return 0;
}

static int audit_directory(struct audit *a, const struct table_chunk *t, u32 f, u32 gpa)
{
	const u32 *kernel = table_entries(t, f), *user = kernel + CHUNK_FRAMES;
	struct guest *g = a->g;
	u32 i;

	if (f % 2 || t->state[f + 1] != TABLE_TWIN)
		return FAIL(a, "directory %08x has no twin", gpa);
	for (i = 0; i < KERNEL_FIRST; i++) {
		u32 ad = kernel[i] & SILK_I386_PRESENT ? AD : 0;

		if ((kernel[i] ^ user[i]) & ~ad)
			return FAIL(a, "directory %08x: entry %u is %08x, user view %08x",
				    gpa, i, kernel[i], user[i]);
		if (audit_directory_entry(a, kernel[i], gpa + i * 4))
			return -1;
	}
	for (i = KERNEL_FIRST; i <= KERNEL_END; i++)
		if (user[i])
			return FAIL(a, "directory %08x: user view's entry %u is %08x",
				    gpa, i, user[i]);
	if (t->link[f] != g->kernel.generation)
		return 0; /* it is behind: it can't be loaded as it is */
	for (i = KERNEL_FIRST; i < CHUNK_FRAMES; i++) {
		u32 want = i < KERNEL_END ? g->kernel.entry[i] : want_kernel[i];
		u32 ad = want & SILK_I386_PRESENT ? AD : 0;

		if ((kernel[i] ^ want) & ~ad)
			return FAIL(a, "directory %08x: entry %u is %08x, not %08x",
				    gpa, i, kernel[i], want);
		if (i > KERNEL_END && ((user[i] ^ want_user[i]) & ~ad))
			return FAIL(a, "directory %08x: user view's entry %u is %08x",
				    gpa, i, user[i]);
		if (i > KERNEL_END && (kernel[i] & SILK_I386_USER))
			return FAIL(a, "directory %08x: guests reach entry %u", gpa, i);
	}
	return 0;
}

static int audit_frame(struct audit *a, const struct table_chunk *t, u32 f)
{
	u32 gpa = t->chunk << CHUNK_SHIFT | f << PAGE_SHIFT;
	u32 level = t->last_level[f];

	switch (t->state[f]) {
	case TABLE_FREE:
		return level > SILK_PT_DIRECTORY ? FAIL(a, "frame %08x: level %u", gpa, level) : 0;
	case TABLE_LINKED:
		if (audit_link(a, t, f))
			return -1;
		/* fall through */
	case TABLE_UNLINKED:
		if (level != SILK_PT_TABLE)
			return FAIL(a, "table %08x: level %u", gpa, level);
		return audit_leaf(a, t, f, gpa);
	case TABLE_DIRECTORY:
		if (level != SILK_PT_DIRECTORY)
			return FAIL(a, "directory %08x: level %u", gpa, level);
		return audit_directory(a, t, f, gpa);
	case TABLE_TWIN:
		if (!(f % 2) || t->state[f - 1] != TABLE_DIRECTORY || level != SILK_PT_DIRECTORY)
			return FAIL(a, "twin %08x has no directory", gpa);
		return 0;
	}
	return FAIL(a, "frame %08x: state %u", gpa, t->state[f]);
}

static int audit_loaded(struct audit *a)
{
	struct guest *g = a->g;
	u32 i;

	for (i = 0; i < g->vcpus; i++) {
		struct table_chunk *t = table_loaded(g->vcpu[i]);
		u32 frame = g->vcpu[i]->directory, f = frame % CHUNK_FRAMES;

		if (frame == NO_FRAME)
			continue;
		if (frame / CHUNK_FRAMES >= CHUNKS || !t || t->state[f] != TABLE_DIRECTORY)
			return FAIL(a, "vCPU %u: frame %05x is no directory", i, frame);
		if (t->link[f] != g->kernel.generation)
			return FAIL(a, "vCPU %u: directory %05x is behind", i, frame);
	}
	return 0;
}

int audit_guest(struct guest *g, char *why, size_t n)
{
	struct audit *a = &audit;
	u32 i, f;

	memset(a, 0, sizeof(*a));
	a->g = g;
	a->why = why;
	a->n = n;
	if (audit_chunks(a) || audit_loaded(a))
		return -1;
	memset(want_kernel, 0, sizeof(want_kernel));
	memset(want_user, 0, sizeof(want_user));
	machine_init_directory(g, want_kernel, want_user);
	for (i = 0; i < CHUNKS; i++) {
		u32 entry = g->kernel.entry[i];

		if (entry && (i < KERNEL_FIRST || i >= KERNEL_END))
			return FAIL(a, "kernel range: entry %u is %08x", i, entry);
		if (audit_directory_entry(a, entry, i << 2 | LINK_KERNEL))
			return -1;
	}
	for (i = 0; i < SILK_TABLE_CHUNKS_MAX; i++)
		for (f = 0; g->chunks.slot[i] && f < CHUNK_FRAMES; f++)
			if (audit_frame(a, g->chunks.slot[i], f))
				return -1;
	return 0;
}

int audit_machine(char *why, size_t n)
{
	static u8 owners[CHUNKS]; /* by machine chunk: how many */
	struct audit *a = &audit;
	u32 nr, id;

	a->why = why;
	a->n = n;

	memset(owners, 0, sizeof(owners));
	for (id = 0; id < GUESTS_MAX; id++) {
		const u32 *reverse = guests[id].chunks.reverse;

		for (nr = 0; reverse && nr < CHUNKS; nr++)
			owners[nr] += reverse[nr] != SILK_I386_NO_CHUNK;
	}
	for (nr = 0; nr < CHUNKS; nr++) {
		enum chunk_owner owner = chunk_owner(nr);

		if (owners[nr] != (owner == CHUNK_OWNED))
			return FAIL(a, "machine chunk %u: %u guests, owner %u",
				    nr, owners[nr], owner);
		if (chunk_pinned(nr) != (owner == CHUNK_ORPHAN) &&
		    owner != CHUNK_OWNED && owner != CHUNK_HELD)
			return FAIL(a, "machine chunk %u: pinned %d, owner %u",
				    nr, chunk_pinned(nr), owner);
	}
	return 0;
}
