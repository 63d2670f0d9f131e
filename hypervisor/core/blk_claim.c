// SPDX-License-Identifier: GPL-2.0-only
/*
 * blk_claim.c - which disk, or part of one, is whose.
 *
 * Invariant: of two devices that guests have, or one guest has twice, no sector
 * is in both unless both are read-only. The guests' configurations are the only
 * record of it, so that there is nothing to give back.
 */
#include "blk.h"
#include "format.h"
#include "machine.h"

static bool conflict(const struct blk_device *a, const struct blk_device *b)
{
	if (!(a->flags & b->flags & SILK_BLK_F_PRESENT) ||
	    a->backend != b->backend ||
	    (a->flags & b->flags & SILK_BLK_F_READONLY))
		return false;
	return a->first < b->first + b->sectors &&
	       b->first < a->first + a->sectors;
}

/* "1" or "1p2", as the configuration has it. */
static const char *name_of(const struct blk_device *d, char *to, u32 size)
{
	if (d->partition)
		format_text(to, size, "%up%u", d->backend, d->partition);
	else
		format_text(to, size, "%u", d->backend);
	return to;
}

/* Does one of the n devices at `others` stand in d's way? */
static const char *check(const struct blk_device *d,
			 const struct blk_device *others, u32 n, const char *owner)
{
	char name[24];
	u32 i;

	for (i = 0; i < n; i++)
		if (conflict(d, &others[i]))
			return complaint("disk %s is in use by %s, not read-only by both",
					 name_of(d, name, sizeof(name)), owner);
	return NULL;
}

static const char *claim(struct guest_config *c, u32 n)
{
	struct blk_device *d = &c->blk[n];
	u32 read_only = d->flags & SILK_BLK_F_READONLY;
	const char *wrong = machine_blk_find(d);
	const struct guest *g;
	char name[24];

	if (wrong)
		return complaint("disk %s: %s",
				 name_of(d, name, sizeof(name)), wrong);
	d->flags |= read_only;
	wrong = check(d, c->blk, n, "the same guest");
	for (g = guests; !wrong && g < guests + GUESTS_MAX; g++)
		if (g->state != GUEST_NONE && &g->config != c)
			wrong = check(d, g->config.blk, SILK_BLK_DEVICES,
				      g->config.name);
	return wrong;
}

const char *blk_claim(struct guest_config *c)
{
	const char *wrong = NULL;
	u32 i;

	for (i = 0; !wrong && i < SILK_BLK_DEVICES; i++)
		if (c->blk[i].flags & SILK_BLK_F_PRESENT)
			wrong = claim(c, i);
	return wrong;
}
