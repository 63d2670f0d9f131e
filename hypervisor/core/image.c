// SPDX-License-Identifier: GPL-2.0-only
/*
 * image.c - set_kernel: a guest's owner puts in a kernel of his own [LIFE-5].
 *
 * An image is copied chunk by chunk, and others run between two if it is their turn:
 * the guest makes its call again without knowing. What it does meanwhile (in an
 * upcall, say) can end the copy, as any other set_kernel or the end of the run does.
 *
 * Invariant: a kept image is a copy in chunks that no guest has, checked after
 * it was copied: whatever the guest does to the original, the next boot takes
 * what was checked. It holds until the guest is destroyed or gives another.
 */
#include "image.h"
#include "boot.h"
#include "chunk.h"
#include "hypercall.h"
#include "libc.h"
#include "machine.h"

#define ELF_HEADER_BYTES 52u

static u32 chunks_for(u32 bytes)
{
	return (bytes + CHUNK_SIZE - 1) / CHUNK_SIZE;
}

struct source image_source(const struct kernel_image *image)
{
	struct source s = { .bytes = image->bytes, .scattered = true };

	memcpy(s.machine, image->machine, sizeof(image->machine));
	return s;
}

void image_drop(struct kernel_image *image)
{
	u32 i, n = chunks_for(image->bytes);

	for (i = 0; i < n; i++)
		chunk_release(image->machine[i]);
	memset(image, 0, sizeof(*image));
}

/* The guest's own memory as a source; false if some of it is not its RAM, at
 * *bad. */
static bool guest_source(const struct guest *g, u32 gpa, u32 bytes,
			 struct source *s, u32 *bad)
{
	u32 first = gpa / CHUNK_SIZE;
	u32 n = (u32)(((u64)gpa % CHUNK_SIZE + bytes + CHUNK_SIZE - 1) /
		      CHUNK_SIZE);
	u32 i;

	*s = (struct source){
		.bytes = bytes,
		.start = gpa % CHUNK_SIZE,
		.scattered = true,
	};
	for (i = 0; i < n; i++) {
		*bad = i ? (first + i) * CHUNK_SIZE : gpa;
		if (first + i >= CHUNKS ||
		    g->chunks.kind[first + i] != SILK_CHUNK_RAM)
			return false;
		s->machine[i] = g->chunks.machine[first + i];
	}
	return true;
}

void image_forget(struct guest *g)
{
	while (g->coming_chunks)
		chunk_release(g->coming.machine[--g->coming_chunks]);
	memset(&g->coming, 0, sizeof(g->coming));
}

enum copied { COPIED,
	      PART,
	      NO_MEMORY };

/* Copy to chunks of the image's own, one at least. */
static enum copied copy(struct guest *g, const struct source *from)
{
	struct piece all = { .bytes = from->bytes, .memory = from->bytes };
	u32 *machine = g->coming.machine, n = chunks_for(from->bytes), i;

	while (g->coming_chunks < n) {
		i = g->coming_chunks;
		machine[i] = chunk_alloc();
		if (machine[i] == SILK_I386_NO_CHUNK)
			return NO_MEMORY;
		g->coming_chunks++;
		loader_fill(from, &all, i, machine[i]);
		if (g->coming_chunks < n && machine_preempt_due())
			return PART;
	}
	return COPIED;
}

/* All of it is there. It was checked, but may have been changed since. */
static bool take(struct guest *g)
{
	struct kernel_layout layout;
	struct source source = image_source(&g->coming);

	if (loader_check(&source, boot_limit(&g->config, g->config.chunks), &layout))
		return false;
	image_drop(&g->image);
	g->image = g->coming;
	memset(&g->coming, 0, sizeof(g->coming));
	g->coming_chunks = 0;
	return true;
}

/* Is this the call by which a copy goes on? */
static bool goes_on(const struct guest *g, u32 gpa, u32 length)
{
	return g->coming_chunks && g->coming_gpa == gpa && g->coming.bytes == length;
}

static u32 give_up(struct vcpu *v, enum silk_refusal why, u32 value)
{
	image_forget(v->guest);
	return refuse(v, why, value, 0);
}

u32 call_set_kernel(struct vcpu *v, u32 gpa, u32 length, u32 c)
{
	struct guest *g = v->guest;
	u32 limit = boot_limit(&g->config, g->config.chunks);
	struct kernel_layout layout;
	struct source source;
	u32 bad;

	if (length && (length < ELF_HEADER_BYTES || length > SILK_KERNEL_MAX))
		return give_up(v, SILK_R_KERNEL_LENGTH, length);
	if (!length) {
		image_forget(g);
		image_drop(&g->image);
		return 0;
	}
	if (!guest_source(g, gpa, length, &source, &bad))
		return give_up(v, SILK_R_KERNEL_OWNER, bad);
	machine_attach(g);
	if (!goes_on(g, gpa, length)) {
		image_forget(g);
		if (loader_check(&source, limit, &layout))
			return refuse(v, SILK_R_KERNEL_FORMAT, gpa, 0);
		g->coming_gpa = gpa;
		g->coming.bytes = length;
	}
	switch (copy(g, &source)) {
	case PART:
		return machine_call_again(v, SILK_CALL_set_kernel, gpa, length, c);
	case NO_MEMORY:
		return give_up(v, SILK_R_KERNEL_MEMORY, length);
	case COPIED:
		break;
	}
	return take(g) ? 0 : give_up(v, SILK_R_KERNEL_FORMAT, gpa);
}
