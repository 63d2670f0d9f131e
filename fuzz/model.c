// SPDX-License-Identifier: GPL-2.0-only
/*
 * model.c - the model's state, the rules of entries, and the comparison with what
 * really lies in memory. See model.h.
 */
#include <stdlib.h>
#include <string.h>

#include "model.h"

static struct model models[FUZZ_GUESTS];

struct model *model_of(const struct guest *g)
{
	return &models[g->id];
}

u32 model_machine(const struct guest *g, u32 chunk)
{
	return chunk < CHUNKS ? models[g->id].machine[chunk] : NOWHERE;
}

/* ---- chunks and frames ---- */

void model_free_frame(struct model *m, u32 gpa)
{
	struct frames *f = frames_of(m, gpa);
	u32 n = frame_of(gpa);

	free(f->entry[n]);
	f->entry[n] = NULL;
	f->state[n] = M_FREE;
	novel_frame(m, gpa, NOVEL_FREED);
	m->used--;
}

u32 *model_new_frame(struct model *m, u32 gpa, enum frame_state state)
{
	struct frames *f = frames_of(m, gpa);
	u32 n = frame_of(gpa);

	f->state[n] = (u8)state;
	novel_frame(m, gpa, state == M_UNLINKED ? NOVEL_TABLE : NOVEL_DIRECTORY);
	if (state != M_TWIN)
		f->entry[n] = calloc(CHUNK_FRAMES, sizeof(u32));
	m->used++;
	return f->entry[n];
}

static const u8 kind_event[] = {
	[SILK_CHUNK_ABSENT] = NOVEL_FREED,
	[SILK_CHUNK_RAM] = NOVEL_RAM,
	[SILK_CHUNK_TABLE] = NOVEL_TABLE,
	[SILK_CHUNK_CHANGING] = NOVEL_CHANGING,
};

void model_kind(struct model *m, u32 chunk, u32 kind)
{
	u32 f;

	if (m->frames[chunk]) {
		for (f = 0; f < CHUNK_FRAMES; f++)
			if (m->frames[chunk]->entry[f])
				free(m->frames[chunk]->entry[f]);
		free(m->frames[chunk]);
		m->frames[chunk] = NULL;
		m->tables--;
	}
	m->kind[chunk] = (u8)kind;
	if (kind == SILK_CHUNK_TABLE) {
		m->frames[chunk] = calloc(1, sizeof(struct frames));
		m->tables++;
	}
	novel_chunk(m, chunk, kind_event[kind]);
}

/* Not one of the hypervisor's, nor of any guest's [MEM-3]. */
static void check_free(u32 machine)
{
	u32 i;

	if (machine % CHUNK_SIZE || machine >> CHUNK_SHIFT < FAKE_HV_CHUNKS ||
	    machine >> CHUNK_SHIFT >= FUZZ_MACHINE)
		finding("a guest gets machine memory %08x", machine);
	for (i = 0; i < FUZZ_GUESTS; i++)
		if (models[i].owned && models[i].chunk[machine >> CHUNK_SHIFT] != CHUNKS)
			finding("machine memory %08x is dealt out, and guest %u's", machine, i);
}

void model_add(struct model *m, u32 chunk, u32 kind, u32 machine)
{
	check_free(machine);
	m->machine[chunk] = machine;
	m->chunk[machine >> CHUNK_SHIFT] = (u16)chunk;
	m->owned++;
	model_kind(m, chunk, kind);
}

void model_remove(struct model *m, u32 chunk)
{
	m->chunk[m->machine[chunk] >> CHUNK_SHIFT] = CHUNKS;
	m->machine[chunk] = NOWHERE;
	m->owned--;
	model_kind(m, chunk, SILK_CHUNK_ABSENT);
}

bool model_owns(const struct guest *g, u32 machine, bool write)
{
	const struct model *m = model_of(g);
	u32 chunk;

	if (machine >> CHUNK_SHIFT < FAKE_HV_CHUNKS) /* a page of the window */
		return true;
	chunk = m->chunk[machine >> CHUNK_SHIFT];
	return chunk != CHUNKS && !(write && m->kind[chunk] == SILK_CHUNK_TABLE);
}

/* ---- the beginning and the end of a run ---- */

void model_forget(const struct guest *g)
{
	struct model *m = model_of(g);
	u32 i;

	for (i = 0; i < CHUNKS; i++)
		if (m->frames[i])
			model_kind(m, i, SILK_CHUNK_ABSENT);
	memset(m, 0, sizeof(*m));
}

/* [MEM-8] [BOOT-5] */
void model_boot(const struct guest *g)
{
	struct model *m = model_of(g);
	u32 i, bits = P | SILK_I386_USER | SILK_I386_LARGE;
	u32 n = g->info->chunks, low = g->info->low_chunks, tables = g->info->table_chunks;

	m->refusals = (u32)g->stats.refusals;
	m->limit = g->info->chunk_limit;
	m->changing = CHUNKS;
	memset(m->machine, 0xff, sizeof(m->machine));
	for (i = 0; i < CHUNKS; i++)
		m->chunk[i] = CHUNKS;
	for (i = 0; i < n; i++) {
		bool table = !i || (i < low && i > low - tables);

		model_add(m, i, table ? SILK_CHUNK_TABLE : SILK_CHUNK_RAM, g->chunks.machine[i]);
		if (i < low)
			m->kernel[KERNEL_PDE + i] = m->machine[i] | bits |
						    (table ? 0 : SILK_I386_WRITABLE);
	}
	model_new_frame(m, SILK_I386_BOOT_DIRECTORY, M_DIRECTORY);
	model_new_frame(m, SILK_I386_BOOT_DIRECTORY + PAGE_SIZE, M_TWIN);
	for (i = 0; i < FUZZ_VCPUS; i++) /* others than 0: target.c loads it */
		m->loaded[i] = SILK_I386_BOOT_DIRECTORY;
}

/* ---- entries ---- */

static bool is_link(u32 entry)
{
	return (entry & (P | SILK_I386_LARGE)) == P;
}

/* What a page table's frame in a link is: guest-physical, or NOWHERE. */
static u32 linked(const struct model *m, u32 entry)
{
	u32 chunk = m->chunk[entry >> CHUNK_SHIFT];

	if (chunk == CHUNKS || m->kind[chunk] != SILK_CHUNK_TABLE)
		return NOWHERE;
	return chunk << CHUNK_SHIFT | (entry & (CHUNK_SIZE - PAGE_SIZE));
}

/* [PT-73] to [PT-77], of the entry that would result. */
static enum silk_refusal judge(const struct model *m, bool directory, u32 old, u32 wanted)
{
	bool large = directory && wanted & SILK_I386_LARGE, mapping = !directory || large;
	u32 allowed = large ? SILK_I386_LARGE_FRAME | SILK_I386_LARGE_BITS : SILK_I386_FRAME | SILK_I386_ENTRY_BITS;
	u32 chunk = m->chunk[wanted >> CHUNK_SHIFT], kind;

	if (!(wanted & P))
		return SILK_R_NONE;
	if (wanted & ~allowed)
		return SILK_R_ENTRY_BITS;
	if (chunk == CHUNKS || (m->changing == chunk && m->giving))
		return SILK_R_ENTRY_OWNER;
	kind = m->kind[chunk];
	if (kind == SILK_CHUNK_CHANGING)
		kind = SILK_CHUNK_TABLE; /* [MEM-9] */
	if (mapping) {
		if (kind == SILK_CHUNK_TABLE && (wanted & SILK_I386_WRITABLE))
			return SILK_R_ENTRY_WRITABLE;
		return SILK_R_NONE;
	}
	if (kind != SILK_CHUNK_TABLE)
		return SILK_R_LINK_KIND;
	if (is_link(old) && !((old ^ wanted) & SILK_I386_FRAME))
		return SILK_R_NONE;
	if (m->kind[chunk] != SILK_CHUNK_TABLE || state_of(m, linked(m, wanted)) != M_UNLINKED)
		return SILK_R_LINK_STATE;
	return SILK_R_NONE;
}

enum silk_refusal model_entry(struct model *m, u32 target, u32 value, u32 *old,
			      u32 *refused, bool commit)
{
	u32 op = target & SILK_OP_MASK, index = target >> 2 & 1023, wanted, *entry;
	enum silk_refusal why;
	bool directory;

	*refused = target;
	if (m->kind[target >> CHUNK_SHIFT] == SILK_CHUNK_ABSENT)
		return SILK_R_OP_OWNER;
	if (m->kind[target >> CHUNK_SHIFT] != SILK_CHUNK_TABLE)
		return SILK_R_OP_KIND;
	if (state_of(m, target) == M_FREE || state_of(m, target) == M_TWIN)
		return SILK_R_OP_STATE;
	directory = state_of(m, target) == M_DIRECTORY;
	if (directory && index >= WINDOW_PDE)
		return SILK_R_OP_RANGE;
	entry = &frames_of(m, target)->entry[frame_of(target)][index];
	if (directory && index >= KERNEL_PDE)
		entry = &m->kernel[index];
	*old = *entry;
	wanted = op == SILK_OP_AND ? value & *entry : value;
	if (op == SILK_OP_SET_KEEP && value & P && *entry & P)
		wanted |= *entry & AD;
	*refused = value;
	why = judge(m, directory, *entry, wanted);
	if (why || !commit)
		return why;
	if (wanted & P)
		wanted |= SILK_I386_USER;
	if (directory && is_link(*entry)) {
		frames_of(m, linked(m, *entry))->state[frame_of(linked(m, *entry))] = M_UNLINKED;
		novel_frame(m, linked(m, *entry), NOVEL_UNLINKED);
	}
	if (directory && is_link(wanted))
		frames_of(m, linked(m, wanted))->state[frame_of(linked(m, wanted))] = M_LINKED;
	*entry = wanted;
	novel_entry(m, target, wanted);
	return SILK_R_NONE;
}

static bool table_maps(const u32 *entry, u32 from, u32 n, u32 machine, u32 bits)
{
	u32 i;

	for (i = from; i < from + n; i++)
		if ((entry[i] & bits) == bits && entry[i] >> CHUNK_SHIFT == machine >> CHUNK_SHIFT)
			return true;
	return false;
}

static bool frame_maps(const struct frames *t, u32 f, u32 machine, u32 bits)
{
	u32 n = t->state[f] == M_DIRECTORY ? KERNEL_PDE : CHUNK_FRAMES;

	return t->entry[f] && table_maps(t->entry[f], 0, n, machine, bits);
}

/* A link names a TABLE chunk, so that it is none to a RAM chunk. */
bool model_maps(const struct model *m, u32 chunk, bool writable)
{
	u32 bits = P | (writable ? SILK_I386_WRITABLE : 0), machine = m->machine[chunk], i, f;

	if (table_maps(m->kernel, KERNEL_PDE, WINDOW_PDE - KERNEL_PDE, machine, bits))
		return true;
	for (i = 0; i < CHUNKS; i++)
		for (f = 0; m->frames[i] && f < CHUNK_FRAMES; f++)
			if (frame_maps(m->frames[i], f, machine, bits))
				return true;
	return false;
}

/* ---- the comparison ---- */

static const u32 *memory_of(const struct model *m, u32 chunk, u32 f)
{
	return (u32 *)(fake.memory + m->machine[chunk] + f * PAGE_SIZE);
}

void model_sync_of(const struct guest *g)
{
	struct model *m = model_of(g);
	u32 i, f, n;

	for (i = 0; i < CHUNKS; i++)
		for (f = 0; m->frames[i] && f < CHUNK_FRAMES; f++) {
			const u32 *real = memory_of(m, i, f);
			u32 *entry = m->frames[i]->entry[f];

			if (!entry || m->frames[i]->state[f] == M_DIRECTORY ||
			    !memcmp(entry, real, PAGE_SIZE))
				continue;
			for (n = 0; n < CHUNK_FRAMES; n++)
				entry[n] |= entry[n] & P ? real[n] & AD : 0;
		}
}

static void compare_entries(const struct model *m, u32 gpa, const u32 *want, const u32 *real,
			    u32 from, u32 n, bool keep)
{
	u32 i;

	if (!memcmp(want + from, real + from, n * sizeof(u32)))
		return;
	for (i = from; i < from + n; i++) {
		/* Undefined in directories, and so in what an AND leaves there [PT-19]. */
		u32 ad = !keep || want[i] & P ? AD : 0;

		if ((want[i] ^ real[i]) & ~ad)
			finding("entry %u of table frame %08x is %08x, not %08x (guest %u)",
				i, gpa, real[i], want[i], (u32)(m - models));
		if (keep && want[i] & ad & ~real[i])
			finding("entry %u of page table %08x has lost bits %08x",
				i, gpa, want[i] & ad & ~real[i]);
	}
}

static void compare_frame(const struct model *m, u32 chunk, u32 f)
{
	const u32 *real = memory_of(m, chunk, f), *want = m->frames[chunk]->entry[f];
	u32 gpa = chunk << CHUNK_SHIFT | f << PAGE_SHIFT, i;

	if (m->frames[chunk]->state[f] != M_DIRECTORY) {
		compare_entries(m, gpa, want, real, 0, CHUNK_FRAMES, true);
		return;
	}
	compare_entries(m, gpa, want, real, 0, KERNEL_PDE, false);
	compare_entries(m, gpa, want, real + CHUNK_FRAMES, 0, KERNEL_PDE, false);
	for (i = 0; i < FUZZ_VCPUS; i++)
		if (m->loaded[i] == gpa)
			compare_entries(m, gpa, m->kernel, real, KERNEL_PDE,
					WINDOW_PDE - KERNEL_PDE, false);
}

/* Which chunk is CHANGING, and what for: another search must not be taken over [MEM-9]. */
static void compare_change(const struct guest *g, const struct model *m)
{
	u32 chunk = g->chunks.change.chunk == NO_FRAME ? CHUNKS : g->chunks.change.chunk;

	if (chunk != m->changing)
		finding("guest %u: chunk %u changes, not %u", g->id, chunk, m->changing);
	if (chunk != CHUNKS && g->chunks.change.giving != m->giving)
		finding("guest %u: chunk %u is %s, not %s", g->id, chunk,
			m->giving ? "converted" : "given back", m->giving ? "given back" : "converted");
}

void model_compare(const struct guest *g)
{
	const struct model *m = model_of(g);
	u32 i, f;

	compare_change(g, m);
	for (i = 0; i < CHUNKS; i++) {
		u32 base = m->chunk[i] == CHUNKS ? NOWHERE : (u32)m->chunk[i] << CHUNK_SHIFT;
		const struct frames *fr = m->frames[i];

		if (g->chunks.kind[i] != m->kind[i] || g->chunks.machine[i] != m->machine[i])
			finding("guest %u: chunk %u is of kind %u at %08x, not %u at %08x", g->id, i,
				g->chunks.kind[i], g->chunks.machine[i], m->kind[i], m->machine[i]);
		if (g->chunks.reverse[i] != base)
			finding("guest %u: machine chunk %u is at %08x, not %08x", g->id, i,
				g->chunks.reverse[i], base);
		if (!fr)
			continue;
		for (f = 0; f < CHUNK_FRAMES; f++) {
			if (g->chunks.table[i]->state[f] != fr->state[f])
				finding("guest %u: frame %u of chunk %u is in state %u, not %u", g->id,
					f, i, g->chunks.table[i]->state[f], fr->state[f]);
			if (fr->entry[f])
				compare_frame(m, i, f);
		}
	}
	for (i = 0; i < g->vcpus; i++)
		if (g->vcpu[i]->directory != m->loaded[i] >> PAGE_SHIFT)
			finding("guest %u: vCPU %u has loaded frame %05x, not %08x", g->id, i,
				g->vcpu[i]->directory, m->loaded[i]);
}
