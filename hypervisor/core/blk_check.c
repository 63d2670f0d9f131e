// SPDX-License-Identifier: GPL-2.0-only
/*
 * blk_check.c - a block request, as its guest gave it: copied, and checked.
 *
 * Invariant: request and list are each copied once, and only the copies are
 * looked at [GEN-8]. What a check costs is bounded by SILK_BLK_LIST_MAX.
 */
#include "blk.h"
#include "machine.h"

/* The last list that was copied; guarded by the block lock, as all of blk.c. */
static struct silk_blk_segment list[SILK_BLK_LIST_MAX];

static const struct blk_device *device_of(const struct guest *g, u32 n)
{
	if (n >= SILK_BLK_DEVICES ||
	    !(g->config.blk[n].flags & SILK_BLK_F_PRESENT))
		return NULL;
	return &g->config.blk[n];
}

/* [BLK-13] */
static enum silk_refusal fetch_list(struct blk_asked *a, u32 *value)
{
	const struct silk_blk_segment *where = &a->request.segment[0];

	*value = where->length;
	if (where->length == 0 || where->length > SILK_BLK_LIST_MAX)
		return SILK_R_BLK_SEGMENTS;
	*value = where->address;
	if (copy_from_guest(list, where->address, where->length * (u32)sizeof(list[0])))
		return SILK_R_BLK_LIST;
	a->segments = where->length;
	a->segment = list;
	return SILK_R_NONE;
}

/* Where its segments are, and how many. */
static enum silk_refusal find_segments(struct blk_asked *a, u32 *value)
{
	const struct silk_blk_request *r = &a->request;
	bool listed = r->op & SILK_BLK_LIST;

	*value = r->segments;
	if (r->segments > (listed ? 1 : SILK_BLK_SEGMENTS) ||
	    (a->op == SILK_BLK_FLUSH) != (r->segments == 0))
		return SILK_R_BLK_SEGMENTS;
	if (listed)
		return fetch_list(a, value);
	a->segments = r->segments;
	a->segment = r->segment;
	return SILK_R_NONE;
}

static bool segment_owned(const struct guest *g,
			  const struct silk_blk_segment *s)
{
	u32 chunk = s->address >> CHUNK_SHIFT;

	return s->length <= CHUNK_SIZE - (s->address & (CHUNK_SIZE - 1)) &&
	       g->chunks.kind[chunk] == SILK_CHUNK_RAM;
}

/* The lengths of all count before the owner of the first. *bytes: of all. */
static enum silk_refusal check_segments(const struct guest *g,
					const struct blk_asked *a, u32 *bytes,
					u32 *value)
{
	const struct silk_blk_segment *s, *end = a->segment + a->segments, *foreign = NULL;

	*bytes = 0;
	for (s = a->segment; s < end; s++) {
		if (!s->length || s->length % SILK_BLK_SECTOR || s->address % 4) {
			*value = !s->length || s->length % SILK_BLK_SECTOR ? s->length : s->address;
			return SILK_R_BLK_LENGTH;
		}
		if (!segment_owned(g, s) && !foreign)
			foreign = s;
		*bytes += s->length;
	}
	if (!foreign)
		return SILK_R_NONE;
	*value = foreign->address;
	return SILK_R_BLK_OWNER;
}

/* The conditions of [BLK-52] to [BLK-58], in their order. */
static enum silk_refusal check(const struct guest *g, struct blk_asked *a, u32 *value)
{
	const struct silk_blk_request *r = &a->request;
	const struct blk_device *d = device_of(g, r->device);
	enum silk_refusal why;
	u32 bytes;

	*value = r->device;
	if (!d)
		return SILK_R_BLK_DEVICE;
	*value = r->op;
	a->op = r->op & (u8)~SILK_BLK_LIST;
	if (a->op > SILK_BLK_FLUSH || r->op == (SILK_BLK_FLUSH | SILK_BLK_LIST))
		return SILK_R_BLK_OP;
	*value = r->device;
	if (a->op == SILK_BLK_WRITE && d->flags & SILK_BLK_F_READONLY)
		return SILK_R_BLK_READONLY;
	why = find_segments(a, value);
	if (!why)
		why = check_segments(g, a, &bytes, value);
	if (why)
		return why;
	*value = (u32)r->sector;
	if (a->op != SILK_BLK_FLUSH &&
	    (r->sector > d->sectors ||
	     bytes / SILK_BLK_SECTOR > d->sectors - r->sector))
		return SILK_R_BLK_RANGE;
	return SILK_R_NONE;
}

enum silk_refusal blk_check(const struct guest *g, u32 gva, struct blk_asked *a,
			    u32 *value)
{
	*value = gva;
	if (copy_from_guest(&a->request, gva, sizeof(a->request)))
		return SILK_R_BLK_FAULT;
	return check(g, a, value);
}
