// SPDX-License-Identifier: GPL-2.0-only
/*
 * image.c - set_kernel: a guest's owner puts in a kernel of his own [LIFE-5].
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

/* Copy all of it to chunks of its own; false: no memory, nothing is left. */
static bool copy(const struct source *from, struct kernel_image *to)
{
	struct piece all = { .bytes = from->bytes, .memory = from->bytes };
	u32 i, n = chunks_for(from->bytes);

	for (i = 0; i < n; i++) {
		to->machine[i] = chunk_alloc();
		if (to->machine[i] == SILK_I386_NO_CHUNK) {
			while (i--)
				chunk_release(to->machine[i]);
			return false;
		}
		loader_fill(from, &all, i, to->machine[i]);
	}
	to->bytes = from->bytes;
	return true;
}

u32 call_set_kernel(struct vcpu *v, u32 gpa, u32 length, u32 c)
{
	struct guest *g = v->guest;
	u32 limit = boot_limit(&g->config, g->config.chunks);
	struct kernel_image new = { 0 };
	struct kernel_layout layout;
	struct source source;
	u32 bad;

	(void)c;
	if (length && (length < ELF_HEADER_BYTES || length > SILK_KERNEL_MAX))
		return refuse(v, SILK_R_KERNEL_LENGTH, length, 0);
	if (!length) {
		image_drop(&g->image);
		return 0;
	}
	if (!guest_source(g, gpa, length, &source, &bad))
		return refuse(v, SILK_R_KERNEL_OWNER, bad, 0);
	machine_attach(g);
	if (loader_check(&source, limit, &layout))
		return refuse(v, SILK_R_KERNEL_FORMAT, gpa, 0);
	if (!copy(&source, &new))
		return refuse(v, SILK_R_KERNEL_MEMORY, length, 0);
	source = image_source(&new);
	if (loader_check(&source, limit, &layout)) {
		image_drop(&new); /* it was changed meanwhile */
		return refuse(v, SILK_R_KERNEL_FORMAT, gpa, 0);
	}
	image_drop(&g->image);
	g->image = new;
	return 0;
}
