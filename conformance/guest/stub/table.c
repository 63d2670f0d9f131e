// SPDX-License-Identifier: GPL-2.0-only
/*
 * table.c - the calls of group MMU.
 *
 * Invariant: frames change their state as [PT-3] says, and no other way.
 */
#include "stub.h"

static bool is_table_chunk(u32 gpa)
{
	return chunk_kind[gpa / CHUNK] == SILK_CHUNK_TABLE;
}

/* [PT-9] */
static void note_level(u32 gpa, u32 level)
{
	struct frame *f = frame_of(gpa);

	if (f->levels & ~(1u << level))
		drop_all();
	f->levels |= (u8)(1u << level);
}

u32 call_pt_alloc(u32 gpa, u32 level, u32 c)
{
	u32 *entries;

	(void)c;
	if (gpa % PAGE)
		return refuse(SILK_R_ALLOC_ALIGN, gpa);
	if (level != SILK_PT_TABLE && level != SILK_PT_DIRECTORY)
		return refuse(SILK_R_ALLOC_LEVEL, level);
	if (level == SILK_PT_DIRECTORY && gpa & PAGE)
		return refuse(SILK_R_ALLOC_PAIR, gpa);
	if (!owned(gpa))
		return refuse(SILK_R_ALLOC_OWNER, gpa);
	if (!is_table_chunk(gpa))
		return refuse(SILK_R_ALLOC_KIND, gpa);
	if (frame_of(gpa)->state != FREE ||
	    (level == SILK_PT_DIRECTORY && frame_of(gpa + PAGE)->state != FREE))
		return refuse(SILK_R_ALLOC_STATE, gpa);
	entries = at_gpa(gpa);
	memset(entries, 0, PAGE);
	frame_of(gpa)->state = UNLINKED;
	note_level(gpa, level);
	if (level == SILK_PT_TABLE)
		return 0;
	frame_of(gpa)->state = DIRECTORY;
	frame_of(gpa)->unflushed = false;
	frame_of(gpa + PAGE)->state = TWIN;
	note_level(gpa + PAGE, level);
	memcpy(entries + 768, kernel_range, 191 * sizeof(u32));
	if (mood == POISONED) {
		fill_rubbish(entries + 959, 65 * sizeof(u32));
		fill_rubbish(entries + 1024, PAGE);
	}
	return 0;
}

static bool has_children(u32 gpa)
{
	const u32 *entries = at_gpa(gpa);

	for (u32 i = 0; i < 768; i++)
		if (entries[i] & SILK_I386_PRESENT && !(entries[i] & SILK_I386_LARGE))
			return true;
	return false;
}

u32 call_pt_free(u32 gpa, u32 b, u32 c)
{
	struct frame *f;
	u32 frames = 1;

	(void)b, (void)c;
	if (gpa % PAGE)
		return refuse(SILK_R_FREE_ALIGN, gpa);
	if (!owned(gpa))
		return refuse(SILK_R_FREE_OWNER, gpa);
	if (!is_table_chunk(gpa))
		return refuse(SILK_R_FREE_KIND, gpa);
	f = frame_of(gpa);
	if (f->state == FREE || f->state == TWIN)
		return refuse(SILK_R_FREE_STATE, gpa);
	if (f->state == LINKED)
		return refuse(SILK_R_FREE_LINKED, gpa);
	if (f->state == DIRECTORY) {
		if (gpa == loaded)
			return refuse(SILK_R_FREE_LOADED, gpa);
		if (has_children(gpa))
			return refuse(SILK_R_FREE_CHILDREN, gpa);
		frame_of(gpa + PAGE)->state = FREE;
		frames = 2;
	}
	f->state = FREE;
	if (mood == POISONED)
		fill_rubbish(at_gpa(gpa), frames * PAGE);
	return 0;
}

/* [CALL-13] Some of the work, at least one. */
static bool enough(u32 done)
{
	if (mood != SLOW || done == 0 || !chance(3))
		return false;
	nasty(NASTY_BATCH_PART);
	return true;
}

u32 call_pt_batch(u32 ops, u32 count, u32 c)
{
	(void)c;
	if (count == 0 || count > SILK_BATCH_MAX)
		return refuse(SILK_R_BATCH_COUNT, count);
	for (u32 i = 0; i < count; i++) {
		u32 va = ops + i * sizeof(struct silk_mmu_op);
		struct silk_mmu_op op;
		struct refusal r;
		bool store;

		if (enough(i))
			return i;
		if (va < ops || !copy_in(&op, va, sizeof(op)))
			return refuse_after(SILK_R_BATCH_FAULT, va, i);
		store = (op.target & SILK_OP_MASK) == SILK_OP_AND;
		if (store && !reachable(va + 4, 4, true))
			return refuse_after(SILK_R_BATCH_FAULT, va + 4, i);
		r = operation(op.target, &op.value);
		if (r.id)
			return refuse_after(r.id, r.value, i);
		if (store)
			copy_out(va + 4, &op.value, 4);
	}
	return count;
}

u32 call_pt_run(u32 entry, u32 count, u32 values)
{
	if (entry % 4)
		return refuse(SILK_R_RUN_ALIGN, entry);
	if (count == 0 || count > (PAGE - entry % PAGE) / 4)
		return refuse(SILK_R_RUN_COUNT, count);
	for (u32 i = 0; i < count; i++) {
		u32 value = 0, va = values + i * 4;
		struct refusal r;

		if (enough(i))
			return i;
		if (values && (va < values || !copy_in(&value, va, 4)))
			return refuse_after(SILK_R_RUN_FAULT, va, i);
		r = operation((entry + i * 4) | SILK_OP_SET, &value);
		if (r.id)
			return refuse_after(r.id, r.value, i);
	}
	return count;
}

/* [PT-8] What a directory that isn't loaded shows of the kernel range is
 * undefined. */
u32 call_pt_switch(u32 gpa, u32 b, u32 c)
{
	(void)b, (void)c;
	if (gpa % PAGE)
		return refuse(SILK_R_SWITCH_ALIGN, gpa);
	if (!owned(gpa))
		return refuse(SILK_R_SWITCH_OWNER, gpa);
	if (!is_table_chunk(gpa))
		return refuse(SILK_R_SWITCH_KIND, gpa);
	if (frame_of(gpa)->state != DIRECTORY)
		return refuse(SILK_R_SWITCH_STATE, gpa);
	guest_flushes(0, 0);
	if ((mood == POISONED || mood == SCARCE) && gpa != loaded)
		fill_rubbish((u32 *)at_gpa(loaded) + 768, 191 * sizeof(u32));
	loaded = gpa;
	memcpy((u32 *)at_gpa(gpa) + 768, kernel_range, 191 * sizeof(u32));
	return 0;
}

u32 call_pt_flush(u32 va, u32 pages, u32 c)
{
	(void)c;
	if (pages && (va >= SILK_I386_HYPERVISOR ||
		      pages > (SILK_I386_HYPERVISOR - (va & ~(PAGE - 1))) / PAGE))
		return refuse(SILK_R_FLUSH_RANGE, va);
	guest_flushes(va, pages);
	return 0;
}

/* [PT-14] [PT-24] */
void queue_drain(void)
{
	u32 n = vcpu_page.queue_count;

	if (!(info_page.features[SILK_GROUP_MMU] & SILK_F_MMU_QUEUE))
		return;
	if (n > SILK_QUEUE_MAX)
		n = SILK_QUEUE_MAX;
	for (u32 i = 0; i < n; i++) {
		struct silk_mmu_op op = queue_page[i];
		struct refusal r = operation(op.target, &op.value);

		if (!r.id) {
			queue_page[i].value = op.value;
			continue;
		}
		if (!vcpu_page.queue_error)
			vcpu_page.queue_error = error_of(r.id);
		fill_diag(~0u, r.id, r.value, i);
	}
	vcpu_page.queue_count = 0;
}

/* Does any table have a mapping of the chunk? */
static bool table_maps(u32 gpa, u32 machine, u32 bits)
{
	const u32 *entries = at_gpa(gpa);
	bool directory = frame_of(gpa)->state == DIRECTORY;

	for (u32 i = 0; i < (directory ? 768u : 1024u); i++) {
		if (directory && !(entries[i] & SILK_I386_LARGE))
			continue;
		if ((entries[i] & bits) == bits && (entries[i] & SILK_I386_LARGE_FRAME) == machine)
			return true;
	}
	return false;
}

bool mapped(u32 chunk, bool writable)
{
	u32 machine = chunk_machine[chunk];
	u32 bits = SILK_I386_PRESENT | (writable ? SILK_I386_WRITABLE : 0);

	for (u32 i = 0; i < 191; i++)
		if ((kernel_range[i] & (bits | SILK_I386_LARGE)) == (bits | SILK_I386_LARGE) &&
		    (kernel_range[i] & SILK_I386_LARGE_FRAME) == machine)
			return true;
	for (u32 t = 0; t < SILK_CHUNKS; t++) {
		if (chunk_kind[t] != SILK_CHUNK_TABLE)
			continue;
		for (u32 gpa = t * CHUNK; gpa < t * CHUNK + CHUNK; gpa += PAGE) {
			u32 state = frame_of(gpa)->state;

			if (state != FREE && state != TWIN && table_maps(gpa, machine, bits))
				return true;
		}
	}
	return false;
}

u32 frames_in_use(u32 chunk)
{
	u32 n = 0;

	for (u32 i = 0; i < CHUNK; i += PAGE)
		n += frame_of(chunk * CHUNK + i)->state != FREE;
	return n;
}
