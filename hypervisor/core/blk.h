/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * blk.h - block I/O: guests' requests on their way to the real disks and back.
 *
 * The life of a guest (guest.c) calls the first group, the drivers call
 * blk_complete(), the guests call_blk_submit().
 */
#ifndef SILK_CORE_BLK_H
#define SILK_CORE_BLK_H

#include "guest.h"

#define BLK_BACKENDS_MAX 8 /* real disks */

/* What machine_blk_start() returns beside 0. */
#define BLK_START_FULL   (-1) /* later: its queue is full */
#define BLK_START_DEAD   (-2) /* never: the disk is out of order */

/*
 * Find the disks that c->blk[] names, fill in the rest of each, and see that
 * none of them overlaps one of another guest's, or one of c's own, unless
 * both are read-only. NULL, or why not in one line. What the configuration of a
 * guest names is that guest's until its state is GUEST_NONE.
 */
const char *blk_claim(struct guest_config *c);

/* What a guest asks for; the segments may be where the next check puts its own. */
struct blk_asked {
	struct silk_blk_request request;
	const struct silk_blk_segment *segment;
	u32 segments;
	u8 op; /* without SILK_BLK_LIST */
};

/*
 * Copy the request at `gva` and its list, and check them as [BLK-51] to [BLK-58]
 * and [BLK-60] say, in their order. *value: what is refused.
 */
enum silk_refusal blk_check(const struct guest *g, u32 gva, struct blk_asked *a,
			    u32 *value);

/* Memory for g's requests, if it has disks; 0, or -1: there is none. */
int blk_guest_init(struct guest *g);
/* A run begins: g->info and g->blk_ring are zero. Tells the guest its disks. */
void blk_guest_boot(struct guest *g);
/* A run has ended: what no disk has begun is forgotten; what one has begun will
 * end for nobody, and its memory stays pinned until then. */
void blk_guest_stop(struct guest *g);
/* After blk_guest_stop(): g will not come back. */
void blk_guest_exit(struct guest *g);

/* The backend is done with a request that machine_blk_start() took; status is 0
 * or -SILK_EIO. */
void blk_complete(struct blk_io *io, s32 status);

/* Requests of g that a backend has begun, those of earlier runs too. */
u32 blk_busy(const struct guest *g);

#endif
