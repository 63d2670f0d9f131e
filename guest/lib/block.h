/* SPDX-License-Identifier: MIT */
/*
 * block.h - block I/O: requests out by hypercall, completions back by event
 * [BLK-1].
 */
#ifndef GUEST_BLOCK_H
#define GUEST_BLOCK_H

#include "hypercall.h"

/*
 * A request and what becomes of it. The owner fills the first four members by
 * block_prepare() and done by himself; the memory must stay until done() is
 * called, in the upcall, with status set to 0 or a negative error.
 */
struct block_io {
	struct silk_blk_request request;
	void (*done)(struct block_io *io);
	void *owner;
	int32_t status;
	bool finished;
	struct block_io *next;
};

/* Enters the handler of SILK_EVENT_BLOCK. */
int block_init(void);

/* One segment: address is guest-physical, within one chunk; length a multiple
 * of 512, or 0 for SILK_BLK_FLUSH. */
void block_prepare(struct block_io *io, uint16_t device, uint8_t op,
		   uint64_t sector, uint32_t address, uint32_t length);

/* Queues it. Never fails: a refusal is a completion with that status. */
void block_submit(struct block_io *io);

/* For simple guests: submits, and sleeps until it is done. */
int32_t block_wait(struct block_io *io);

#endif /* GUEST_BLOCK_H */
