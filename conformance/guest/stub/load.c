// SPDX-License-Identifier: GPL-2.0-only
/*
 * load.c - kernels: which images are some [BOOT-1], and how they come into the
 * guest's memory [BOOT-2].
 *
 * Invariant: kernel_load() is given only what kernel_fits() accepted.
 */
#include "stub.h"

#define PT_LOAD  1u
#define PT_NOTE  4u
#define SEGMENTS 32u
#define LOWEST   0xc0400000u

struct header {
	u8 ident[16];
	u16 type, machine;
	u32 version, entry, phoff, shoff, flags;
	u16 ehsize, phentsize, phnum, rest[3];
};

struct segment {
	u32 type, offset, vaddr, paddr, filesz, memsz, flags, align;
};

struct note {
	u32 namesz, descsz, type;
};

static u32 end_of_kernel; /* gpa */

static const struct segment *segments(const u8 *image)
{
	return (const void *)(image + ((const struct header *)image)->phoff);
}

static u32 count_of(const u8 *image)
{
	return ((const struct header *)image)->phnum;
}

static const char *header_fault(const u8 *image, u32 length)
{
	static const u8 ident[] = { 0x7f, 'E', 'L', 'F', 1, 1, 1 };
	const struct header *h = (const void *)image;

	if (length < sizeof(*h) || memcmp(h->ident, ident, sizeof(ident)))
		return "not an ELF file of 32 bits";
	if (h->type != 2 || h->machine != 3 || h->version != 1)
		return "not an executable for the i386";
	if (h->phentsize != sizeof(struct segment) || h->phnum < 1 || h->phnum > SEGMENTS ||
	    h->phoff > length || h->phoff % 4 ||
	    length - h->phoff < h->phnum * sizeof(struct segment))
		return "its program headers";
	return NULL;
}

static bool in_ram(u32 vaddr, u32 memsz)
{
	for (u32 gpa = vaddr - USER_END; memsz > 0;) {
		u32 part = CHUNK - gpa % CHUNK;

		if (gpa / CHUNK >= info_page.low_chunks ||
		    chunk_kind[gpa / CHUNK] != SILK_CHUNK_RAM)
			return false;
		gpa += part;
		memsz -= memsz < part ? memsz : part;
	}
	return true;
}

static const char *segment_fault(const u8 *image, u32 length, const struct segment *s)
{
	const struct segment *all = segments(image);

	if (s->filesz > s->memsz || s->offset > length || length - s->offset < s->filesz)
		return "a segment is not wholly in the file";
	if (s->memsz == 0)
		return NULL;
	judged(CL(BOOT, 9));
	if (s->vaddr < LOWEST || s->vaddr + s->memsz < s->vaddr ||
	    !in_ram(s->vaddr, s->memsz)) {
		broke(CL(BOOT, 9), "segments from 0xC0400000 on, within the guest's memory",
		      "a segment at %x of %u bytes", s->vaddr, s->memsz);
		return "a segment lies where no RAM is";
	}
	for (const struct segment *o = all; o < s; o++)
		if (o->type == PT_LOAD && o->memsz && s->vaddr < o->vaddr + o->memsz &&
		    o->vaddr < s->vaddr + s->memsz)
			return "two segments overlap";
	return NULL;
}

/* Found: *note is the contents. A note that isn't whole is a fault. */
static const char *notes_fault(const u8 *image, u32 length, const struct segment *s,
			       const struct silk_note **found)
{
	u32 at = 0;

	if (s->offset > length || length - s->offset < s->filesz || s->filesz > PAGE)
		return "its notes";
	while (at < s->filesz) {
		const struct note *n = (const void *)(image + s->offset + at);
		u32 name, contents;

		if (s->filesz - at < sizeof(*n) || n->namesz > PAGE || n->descsz > PAGE)
			return "a note is not whole";
		name = (n->namesz + 3) & ~3u;
		contents = (n->descsz + 3) & ~3u;
		if (s->filesz - at < sizeof(*n) + name + contents)
			return "a note is not whole";
		if (n->type == SILK_NOTE_TYPE && n->namesz == sizeof(SILK_NOTE_NAME) &&
		    !memcmp(n + 1, SILK_NOTE_NAME, sizeof(SILK_NOTE_NAME))) {
			*found = (const void *)((const u8 *)(n + 1) + name);
			judged(CL(BOOT, 4));
			if (n->descsz < sizeof(struct silk_note))
				return "the note is too short";
			if ((*found)->version < SILK_ABI_MAJOR << 16 ||
			    (*found)->version > SILK_ABI_VERSION)
				broke(CL(BOOT, 4), "the version it was written for: from 1.0 to "
						   "1.1 is all that there is",
				      "the note says %x",
				      (*found)->version);
			if (mood != MAJOR &&
			    (*found)->version >> 16 != SILK_ABI_MAJOR)
				return "it is for another major version";
		}
		at += sizeof(*n) + name + contents;
	}
	return NULL;
}

bool kernel_fits(const u8 *image, u32 length, u32 *entry, const char **why)
{
	const struct silk_note *note = NULL;
	u32 loads = 0, inside = 0;

	*why = header_fault(image, length);
	for (u32 i = 0; !*why && i < count_of(image); i++) {
		const struct segment *s = &segments(image)[i];

		if (s->type == PT_LOAD) {
			*why = segment_fault(image, length, s);
			loads += s->memsz > 0;
		} else if (s->type == PT_NOTE) {
			*why = notes_fault(image, length, s, &note);
		}
	}
	if (*why)
		return false;
	*entry = note ? note->entry : ((const struct header *)image)->entry;
	for (u32 i = 0; i < count_of(image); i++) {
		const struct segment *s = &segments(image)[i];

		inside += s->type == PT_LOAD && *entry >= s->vaddr &&
			  *entry - s->vaddr < s->memsz;
	}
	if (!loads || !inside)
		*why = "its entry lies in no segment";
	return !*why;
}

u32 kernel_end(void)
{
	return end_of_kernel;
}

/* All chunks are zeroed already. */
void kernel_load(const u8 *image)
{
	end_of_kernel = 0;
	for (u32 i = 0; i < count_of(image); i++) {
		const struct segment *s = &segments(image)[i];
		u32 done = 0;

		if (s->type == PT_LOAD && s->vaddr - USER_END + s->memsz > end_of_kernel)
			end_of_kernel = s->vaddr - USER_END + s->memsz;
		while (s->type == PT_LOAD && done < s->filesz) {
			u32 gpa = s->vaddr - USER_END + done;
			u32 part = PAGE - gpa % PAGE;

			if (part > s->filesz - done)
				part = s->filesz - done;
			memcpy(at_gpa(gpa), image + s->offset + done, part);
			done += part;
		}
	}
}
