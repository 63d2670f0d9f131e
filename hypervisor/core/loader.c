// SPDX-License-Identifier: GPL-2.0-only
/*
 * loader.c - checks and loads kernels [BOOT-1] [BOOT-8].
 *
 * Invariant: a layout from loader_check() lies within the range that was
 * allowed, its pieces within the source, and no two overlap. Everything is
 * copied from the source before it is looked at, and looked at once.
 */
#include "loader.h"
#include "elf.h"
#include "format.h"
#include "libc.h"
#include "machine.h"

/* Places of machine_chunk_map() */
enum { PLACE_FROM,
       PLACE_TO };

struct source source_contiguous(u32 machine, u32 bytes)
{
	return (struct source){
		.bytes = bytes,
		.start = machine & (CHUNK_SIZE - 1),
		.machine = { machine & ~(CHUNK_SIZE - 1) },
	};
}

/* Is [offset, offset + bytes) in the source? */
static bool within(const struct source *s, u32 offset, u32 bytes)
{
	return offset <= s->bytes && bytes <= s->bytes - offset;
}

/* Copy a range that is within the source. */
static void read(const struct source *s, u32 offset, void *to, u32 bytes)
{
	while (bytes) {
		u32 at = s->start + offset;
		u32 n = MIN(bytes, CHUNK_SIZE - at % CHUNK_SIZE);
		u32 chunk = at / CHUNK_SIZE;
		u32 base = s->scattered ? s->machine[chunk]
					: s->machine[0] + chunk * CHUNK_SIZE;

		memcpy(to, (char *)machine_chunk_map(PLACE_FROM, base) + at % CHUNK_SIZE, n);
		to = (char *)to + n;
		offset += n;
		bytes -= n;
	}
}

static const char *check_header(const struct source *s, struct elf_header *h)
{
	if (!within(s, 0, sizeof(*h)))
		return "not an ELF file: too short";
	read(s, 0, h, sizeof(*h));
	if (h->magic != ELF_MAGIC)
		return "not an ELF file";
	if (h->class != ELF_CLASS_32 || h->data != ELF_LITTLE)
		return "not a 32-bit little-endian ELF file";
	if (h->ident_version != ELF_VERSION || h->version != ELF_VERSION)
		return "an ELF file of an unknown version";
	if (h->machine != ELF_386)
		return "not for the i386";
	if (h->type != ELF_EXEC)
		return "not an executable ELF file";
	if (h->phentsize != sizeof(struct elf_segment))
		return "program headers of a wrong size";
	if (!h->phnum || h->phnum > LOADER_SEGMENTS)
		return complaint("%u program headers, 1 to %u are allowed",
				 h->phnum, LOADER_SEGMENTS);
	if (!within(s, h->phoff, h->phnum * (u32)sizeof(struct elf_segment)))
		return "truncated: the program headers are not in the file";
	return NULL;
}

/* A PT_LOAD segment becomes the next piece. */
static const char *check_segment(const struct source *s, u32 limit,
				 const struct elf_segment *e,
				 struct kernel_layout *out)
{
	struct piece *p = &out->piece[out->pieces];
	u32 i;

	if (!within(s, e->offset, e->filesz))
		return "truncated: a segment is not in the file";
	if (e->memsz < e->filesz)
		return "a segment is longer in the file than in memory";
	if (!e->memsz)
		return NULL;
	*p = (struct piece){ e->offset, e->filesz,
			     e->vaddr - SILK_I386_KERNEL_BASE, e->memsz };
	if (e->vaddr < SILK_I386_KERNEL_BASE + CHUNK_SIZE || p->gpa >= limit ||
	    p->memory > limit - p->gpa)
		return complaint("a segment of %u bytes at %08x is not within %08x to %08x, the memory for kernels",
				 e->memsz, e->vaddr,
				 SILK_I386_KERNEL_BASE + CHUNK_SIZE,
				 SILK_I386_KERNEL_BASE + limit);
	for (i = 0; i < out->pieces; i++) {
		const struct piece *q = &out->piece[i];

		if (p->gpa < q->gpa + q->memory && q->gpa < p->gpa + p->memory)
			return complaint("segments overlap at %08x", e->vaddr);
	}
	out->end = MAX(out->end, p->gpa + p->memory);
	out->pieces++;
	return NULL;
}

static u32 align4(u32 n)
{
	return (n + 3) & ~3u;
}

/* SILK's own note tells the version and the entry [BOOT-4]. */
static const char *take_note(const struct elf_note *n, const char *body,
			     struct kernel_layout *out)
{
	struct silk_note note;

	if (n->type != SILK_NOTE_TYPE ||
	    n->name_bytes != sizeof(SILK_NOTE_NAME) ||
	    memcmp(body, SILK_NOTE_NAME, sizeof(SILK_NOTE_NAME)))
		return NULL;
	if (n->desc_bytes < sizeof(note))
		return "its SILK note is too short";
	memcpy(&note, body + align4(n->name_bytes), sizeof(note));
	if (note.version >> 16 != SILK_ABI_MAJOR)
		return complaint("built for version %u.%u of the ABI, this is %u.%u",
				 note.version >> 16, note.version & 0xffff,
				 SILK_ABI_MAJOR, SILK_ABI_MINOR);
	out->entry = note.entry;
	return NULL;
}

static const char *check_notes(const struct source *s,
			       const struct elf_segment *e,
			       struct kernel_layout *out)
{
	static char notes[LOADER_NOTES]; /* guarded by the loader lock */
	struct elf_note n;
	const char *wrong;
	u32 at = 0, left, bytes;

	if (!within(s, e->offset, e->filesz))
		return "truncated: a note is not in the file";
	if (e->filesz > LOADER_NOTES)
		return complaint("%u bytes of notes, at most %u are allowed",
				 e->filesz, LOADER_NOTES);
	read(s, e->offset, notes, e->filesz);
	for (; at < e->filesz; at += bytes) {
		if (e->filesz - at < sizeof(n))
			return "a note is longer than its segment";
		memcpy(&n, notes + at, sizeof(n));
		at += sizeof(n);
		left = e->filesz - at;
		if (n.name_bytes > left || n.desc_bytes > left)
			return "a note is longer than its segment";
		bytes = align4(n.name_bytes) + align4(n.desc_bytes);
		if (bytes > left)
			return "a note is longer than its segment";
		wrong = take_note(&n, notes + at, out);
		if (wrong)
			return wrong;
	}
	return NULL;
}

static bool entry_loaded(const struct kernel_layout *l)
{
	u32 gpa = l->entry - SILK_I386_KERNEL_BASE, i;

	for (i = 0; i < l->pieces; i++) {
		if (gpa - l->piece[i].gpa < l->piece[i].memory)
			return true;
	}
	return false;
}

const char *loader_check(const struct source *s, u32 limit,
			 struct kernel_layout *out)
{
	struct elf_header h;
	struct elf_segment e;
	const char *wrong;
	u32 i;

	wrong = check_header(s, &h);
	if (wrong)
		return wrong;
	out->pieces = 0;
	out->end = 0;
	out->entry = h.entry;
	for (i = 0; !wrong && i < h.phnum; i++) {
		read(s, h.phoff + i * (u32)sizeof(e), &e, sizeof(e));
		if (e.type == ELF_LOAD)
			wrong = check_segment(s, limit, &e, out);
		else if (e.type == ELF_NOTE)
			wrong = check_notes(s, &e, out);
	}
	if (wrong)
		return wrong;
	if (!out->pieces)
		return "no segment to load";
	if (!entry_loaded(out))
		return complaint("its entry %08x is in none of its segments",
				 out->entry);
	return NULL;
}

void loader_fill(const struct source *s, const struct piece *p, u32 chunk,
		 u32 machine)
{
	u32 base = chunk * CHUNK_SIZE;
	u32 from = MAX(p->gpa, base);
	u64 end = MIN((u64)p->gpa + p->bytes, (u64)base + CHUNK_SIZE);

	if (from < end)
		read(s, p->offset + (from - p->gpa),
		     (char *)machine_chunk_map(PLACE_TO, machine) +
			     from % CHUNK_SIZE,
		     (u32)end - from);
}
