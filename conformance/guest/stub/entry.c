// SPDX-License-Identifier: GPL-2.0-only
/*
 * entry.c - page-table entries: one operation on one of them, checked as the
 * spec's table of operations says, row by row.
 *
 * Invariant: each entry that is present in a table names a frame of the
 * guest's, and each link a page table that is LINKED there and nowhere else.
 */
#include "stub.h"

#define PRESENT            SILK_I386_PRESENT
#define KERNEL_LINK(index) ((index) << 2 | 1) /* no gpa has bit 0 */
#define UNFLUSHED          256u
#define GLOBAL             0x100u

u32 loaded;
u32 kernel_range[192];
static struct frame frames[64][1024]; /* by machine chunk */
static u32 unflushed[UNFLUSHED], unflushed_count;
static u32 kept_low;               /* [PT-13] DESC_LOW */
static u32 refused_entry = NO_GPA; /* of a chunk that was changing */

struct frame *frame_of(u32 gpa)
{
	return &frames[chunk_machine[gpa / CHUNK] / CHUNK][gpa % CHUNK / PAGE];
}

static struct refusal refused_by(u32 id, u32 value)
{
	return (struct refusal){ id, value };
}

static bool is_link(u32 entry)
{
	return entry & PRESENT && !(entry & SILK_I386_LARGE);
}

static bool feature(u32 group, u32 bit)
{
	return info_page.features[group] & bit;
}

/* Where the memory begins that an entry is about, if it is in effect. */
u32 va_of_entry(u32 gpa)
{
	const struct frame *f = frame_of(gpa);
	u32 index = gpa % PAGE / 4;

	if (f->state == DIRECTORY)
		return index >= 768 || gpa / PAGE == loaded / PAGE ? index << 22 : NO_GPA;
	if (f->state != LINKED)
		return NO_GPA;
	if (f->link & 1)
		return f->link >> 2 << 22 | index << 12;
	return f->link / PAGE == loaded / PAGE ? f->link % PAGE / 4 << 22 | index << 12 : NO_GPA;
}

static u32 entry_pages(u32 gpa)
{
	return frame_of(gpa)->state == DIRECTORY ? 1024 : 1;
}

static bool covers(u32 gpa, u32 va)
{
	u32 from;

	if (!owned(gpa) || chunk_kind[gpa / CHUNK] != SILK_CHUNK_TABLE)
		return false;
	from = va_of_entry(gpa);
	return from != NO_GPA && va >= from && va - from < entry_pages(gpa) * PAGE;
}

bool refused_in_change(u32 va)
{
	return refused_entry != NO_GPA && covers(refused_entry, va);
}

u32 queued_for(u32 va)
{
	for (u32 i = 0; i < vcpu_page.queue_count && i < SILK_QUEUE_MAX; i++) {
		u32 op = queue_page[i].target & SILK_OP_MASK;

		if ((op == SILK_OP_SET || op == SILK_OP_SET_KEEP) &&
		    queue_page[i].value & PRESENT && covers(queue_page[i].target & ~3u, va))
			return i;
	}
	return NO_GPA;
}

static struct refusal check_target(u32 target)
{
	u32 gpa = target & ~3u;

	if (!owned(gpa))
		return refused_by(SILK_R_OP_OWNER, target);
	if (chunk_kind[gpa / CHUNK] != SILK_CHUNK_TABLE)
		return refused_by(SILK_R_OP_KIND, target);
	if (frame_of(gpa)->state == FREE || frame_of(gpa)->state == TWIN)
		return refused_by(SILK_R_OP_STATE, target);
	if (frame_of(gpa)->state == DIRECTORY && gpa % PAGE / 4 >= 959)
		return refused_by(SILK_R_OP_RANGE, target);
	return refused_by(SILK_R_NONE, 0);
}

static bool bits_allowed(u32 value, bool large)
{
	judged(CL(GEN, 4));
	if (large && !feature(SILK_GROUP_MMU, SILK_F_MMU_LARGE)) {
		broke(CL(GEN, 4), "no 4 MB entries without MMU_LARGE", "entry %x", value);
		return false;
	}
	if (large)
		return !(value & ~(SILK_I386_LARGE_BITS | SILK_I386_LARGE_FRAME));
	return !(value & ~(SILK_I386_ENTRY_BITS | SILK_I386_FRAME));
}

static void foreign(u32 value)
{
	bool own = chunk_kind[value / CHUNK] != SILK_CHUNK_ABSENT;

	broke(CL(MEM, 13), "machine addresses of the guest's own chunks in present entries",
	      "entry %x, %s", value, own ? "a guest-physical address" : "nobody's address");
}

static struct refusal check_link(u32 value, u32 gpa, u32 id)
{
	const struct frame *f = frame_of(gpa);

	if (chunk_kind[gpa / CHUNK] != SILK_CHUNK_TABLE)
		return refused_by(SILK_R_LINK_KIND, value);
	if (f->state == UNLINKED || (f->state == LINKED && f->link == id))
		return refused_by(SILK_R_NONE, 0);
	return refused_by(SILK_R_LINK_STATE, value);
}

/* [PT-73] to [PT-77]. id: which link it would be, 0 in a page table. */
static struct refusal check_entry(u32 entry, u32 value, u32 id)
{
	bool large = id && value & SILK_I386_LARGE;
	u32 gpa = to_gpa(value & SILK_I386_FRAME), chunk = gpa / CHUNK;

	judged(CL(MEM, 13));
	judged(CL(CPU, 11));
	if ((value & SILK_I386_FRAME) == SILK_I386_FRAME)
		broke(CL(CALL, 12), "a chunk that was refused is not used",
		      "an entry for a chunk that the guest doesn't have: %x", value);
	else if (value & GLOBAL)
		broke(CL(CPU, 11), "no global pages", "entry %x", value);
	if (!bits_allowed(value, large))
		return refused_by(SILK_R_ENTRY_BITS, value);
	if (gpa == NO_GPA) {
		foreign(value);
		return refused_by(SILK_R_ENTRY_OWNER, value);
	}
	if (chunk == changing && (!changing_to || large || !id)) {
		judged(CL(MEM, 14));
		if (changing_to == SILK_CHUNK_ABSENT || value & SILK_I386_WRITABLE) {
			refused_entry = entry;
			return refused_by(changing_to ? SILK_R_ENTRY_WRITABLE : SILK_R_ENTRY_OWNER, value);
		}
	}
	if (!id || large) {
		if (value & SILK_I386_WRITABLE && chunk_kind[chunk] == SILK_CHUNK_TABLE)
			return refused_by(SILK_R_ENTRY_WRITABLE, value);
		return refused_by(SILK_R_NONE, 0);
	}
	return check_link(value, gpa, id);
}

static void unlink_table(u32 old, u32 va)
{
	struct frame *f = frame_of(to_gpa(old & SILK_I386_FRAME));

	f->state = UNLINKED;
	f->va = va;
	if (va != NO_GPA && unflushed_count < UNFLUSHED) {
		f->unflushed = true;
		unflushed[unflushed_count++] = to_gpa(old & SILK_I386_FRAME);
	}
}

static void link_table(u32 new, u32 id)
{
	struct frame *f = frame_of(to_gpa(new &SILK_I386_FRAME));

	if (f->unflushed)
		broke(CL(PT, 23), "a flush before a table that was unlinked is linked elsewhere",
		      "the table at %x, which mapped %x, is linked without it",
		      to_gpa(new &SILK_I386_FRAME), f->va);
	f->unflushed = false;
	f->state = LINKED;
	f->link = id;
}

/* Flushed: all, or what lies in the same 4 MB. */
static void flushed(bool all, u32 va)
{
	u32 n = 0;

	for (u32 i = 0; i < unflushed_count; i++) {
		struct frame *f = frame_of(unflushed[i]);

		if (all || f->va >> 22 == va >> 22)
			f->unflushed = false;
		else
			unflushed[n++] = unflushed[i];
	}
	unflushed_count = n;
}

void guest_flushes(u32 va, u32 pages)
{
	if (pages == 0 || pages > 1024) {
		flushed(true, 0);
		flush_all();
		return;
	}
	for (; pages > 0; pages--, va += PAGE) {
		flushed(false, va);
		flush_page(va);
	}
}

static void write_directory(u32 gpa, u32 old, u32 new, u32 id)
{
	u32 index = gpa % PAGE / 4, va = va_of_entry(gpa), seen = new;
	bool same = is_link(old) && is_link(new) && !((old ^ new) & SILK_I386_FRAME);

	if (is_link(old) && !same)
		unlink_table(old, va);
	if (is_link(new) && !same)
		link_table(new, id);
	if (new &PRESENT && mood == POISONED) { /* [PT-19]: undefined there */
		seen ^= random() & (SILK_I386_ACCESSED | SILK_I386_DIRTY);
		nasty(NASTY_TABLES);
	}
	if (index >= 768) {
		kernel_range[index - 768] = new;
		((u32 *)at_gpa(loaded))[index] = seen;
	}
	*(u32 *)at_gpa(gpa) = seen;
}

static void write_entry(u32 gpa, u32 old, u32 new, u32 id)
{
	u32 va = va_of_entry(gpa);

	if (new &PRESENT)
		new |= SILK_I386_USER;
	if (id)
		write_directory(gpa, old, new, id);
	else
		*(u32 *)at_gpa(gpa) = new;
	if (old & PRESENT && va != NO_GPA)
		went_stale(va, id ? 1024 : 1, old, new);
	if (gpa == refused_entry)
		refused_entry = NO_GPA;
}

static struct refusal control(u32 target, u32 value)
{
	u32 code = target >> 2, index = code - SILK_CONTROL_DESC_HIGH, low = kept_low;

	switch (code) {
	case SILK_CONTROL_FLUSH_ALL:
		guest_flushes(0, 0);
		break;
	case SILK_CONTROL_FLUSH_PAGE:
		if (value < SILK_I386_HYPERVISOR)
			guest_flushes(value, 1);
		break;
	case SILK_CONTROL_DESC_LOW:
		kept_low = value;
		break;
	default:
		if (!descriptor_index(index))
			return refused_by(SILK_R_OP_CONTROL, target);
		kept_low = 0;
		if (!descriptor_allowed(low, value))
			return refused_by(SILK_R_DESC_BITS, low);
		descriptor_write(index, low, value);
	}
	return refused_by(SILK_R_NONE, 0);
}

/* [PT-12]. The old entry of an AND goes into *value. */
struct refusal operation(u32 target, u32 *value)
{
	u32 gpa = target & ~3u, index = gpa % PAGE / 4, old, new = *value, id = 0;
	struct refusal r;

	look_for_tags(*value, "an operation's value");
	if ((target & SILK_OP_MASK) == SILK_OP_CONTROL)
		return control(target, *value);
	r = check_target(target);
	if (r.id)
		return r;
	old = *(u32 *)at_gpa(gpa);
	if (frame_of(gpa)->state == DIRECTORY) {
		id = index >= 768 ? KERNEL_LINK(index) : gpa;
		old = index >= 768 ? kernel_range[index - 768] : old;
	}
	if ((target & SILK_OP_MASK) == SILK_OP_AND)
		new &= old;
	else if ((target & SILK_OP_MASK) == SILK_OP_SET_KEEP && old & new &PRESENT)
		new |= old &(SILK_I386_ACCESSED | SILK_I386_DIRTY);
	if (new &PRESENT)
		r = check_entry(gpa, new, id);
	if (r.id) {
		r.value = *value; /* the operation's [CALL-8] */
		return r;
	}
	write_entry(gpa, old, new, id);
	if ((target & SILK_OP_MASK) == SILK_OP_AND)
		*value = old;
	return r;
}

/* [BOOT-6] */
void tables_new_run(void)
{
	u32 *directory;

	memset(frames, 0, sizeof(frames));
	memset(kernel_range, 0, sizeof(kernel_range));
	unflushed_count = kept_low = 0;
	refused_entry = NO_GPA;
	loaded = SILK_I386_BOOT_DIRECTORY;
	directory = at_gpa(loaded);
	frame_of(loaded)->state = DIRECTORY;
	frame_of(loaded + PAGE)->state = TWIN;
	for (u32 c = 0; c < info_page.low_chunks; c++)
		kernel_range[c] = chunk_machine[c] | PRESENT | SILK_I386_USER |
				  SILK_I386_LARGE | (chunk_kind[c] == SILK_CHUNK_RAM ? SILK_I386_WRITABLE : 0);
	memcpy(directory + 768, kernel_range, 191 * sizeof(u32));
	if (mood == POISONED) {
		fill_rubbish(directory + 959, 65 * sizeof(u32));
		fill_rubbish(directory + 1024, PAGE);
	}
	drop_all();
}

void chunk_frames_free(u32 chunk)
{
	memset(frames[chunk_machine[chunk] / CHUNK], 0, sizeof(frames[0]));
}
