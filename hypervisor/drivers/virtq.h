/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * virtq.h - split virtqueues (virtio 1.0, 2.4): the rings between a driver and
 * its device.
 */
#ifndef SILK_DRIVERS_VIRTQ_H
#define SILK_DRIVERS_VIRTQ_H

#include "../core/types.h"

#define VIRTQ_MOST          256u /* the largest queue that we use */

/* virtio 1.0, 2.4.5: the descriptor table */
#define VIRTQ_DESC_NEXT     1
#define VIRTQ_DESC_WRITE    2 /* the device writes it */
#define VIRTQ_DESC_INDIRECT 4

struct virtq_desc {
	u64 address;
	u32 bytes;
	u16 flags;
	u16 next;
};

/* 2.4.6: the available ring, written by the driver */
struct virtq_avail {
	u16 flags;
	u16 index;
	u16 ring[];
};

/* 2.4.8: the used ring, written by the device */
#define VIRTQ_NO_NOTIFY 1

struct virtq_used {
	u16 flags;
	u16 index;
	struct {
		u32 id;
		u32 bytes;
	} ring[];
};

/* One piece of memory that a request reads or writes. */
struct virtq_piece {
	u32 machine;
	u32 bytes;
};

/* A table for indirect descriptors (2.4.5.3), in memory the caller owns. */
struct virtq_indirect {
	struct virtq_desc *desc;
	u32 machine;
};

struct virtq {
	u16 size, index;
	bool broken; /* the device broke the rules: use it no more */
	struct virtq_desc *desc;
	struct virtq_avail *avail;
	struct virtq_used *used;
	volatile u16 *notify;
	/* Ours alone, so that nothing the device writes is believed: */
	u16 *link;  /* by descriptor: next of its chain or free list */
	u16 *chain; /* by head: descriptors in flight, 0: none */
	u16 *token; /* by head: the caller's name for the request */
	u16 free_head, free_count;
	u16 avail_next;  /* index of the next entry to offer */
	u16 avail_shown; /* what the device has been told of */
	u16 used_next;   /* index of the next entry to take */
};

/* Bytes of zeroed, physically contiguous memory for a queue of `size`. */
u32 virtq_bytes(u32 size);
/* Lay out a queue in that memory. `size` is a power of two up to VIRTQ_MOST. */
void virtq_init(struct virtq *q, void *memory, u32 size, u32 index,
		volatile u16 *notify);

/*
 * Offer a request of `out` pieces that the device reads, then `in` pieces that
 * it writes. With a table, the request takes one descriptor of the queue. The
 * device learns of it with the next kick. False if the queue has no room.
 */
bool virtq_add(struct virtq *q, const struct virtq_piece *piece, u32 out,
	       u32 in, u16 token, const struct virtq_indirect *table);
/* Has it room for so many descriptors? */
static inline bool virtq_room(const struct virtq *q, u32 descriptors)
{
	return !q->broken && descriptors <= q->free_count;
}
/* Show the device what was added; interrupt it if it wants that. */
void virtq_show(struct virtq *q);

static inline void virtq_kick(struct virtq *q)
{
	if (q->avail_shown != q->avail_next)
		virtq_show(q);
}
/* Take a request back: its token, and the bytes that the device says it wrote.
 * False if there is none. */
bool virtq_take(struct virtq *q, u16 *token, u32 *bytes);

#endif
