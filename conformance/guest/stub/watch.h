/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * watch.h - between watch.c, which shows pages for one instruction, and shared.c
 * and clock.c, which judge what it did there.
 */
#ifndef WATCH_H
#define WATCH_H

#include "stub.h"

struct access {
	u32 count;
	u32 va[4];
	bool write[4];
	bool atomic;
};

bool watching_info(void);
void watch_before(u32 va, bool write);
void watch_after(const struct access *a, const struct silk_vcpu *before);
bool now_looked(void); /* at pending, since vif was set */
void not_looked(const struct act *enabling);
void watch_follow(u32 instructions);
void clock_read(u32 offset); /* of a word in struct silk_time */
void clock_call(void);
void clock_unsure(void);
void state_looked_at(u32 event);

/* A completion ring. */
struct ring {
	struct silk_ring *page;
	u32 event, clause;
	u32 produced; /* what `producer` is, whatever the guest writes there */
	u32 before;   /* consumer, before the instruction */
	bool read[SILK_RING_ENTRIES];
};
extern struct ring block_ring, net_ring;
void ring_complete(struct ring *r, u32 cookie, s32 status);
bool ring_room(const struct ring *r, u32 in_flight); /* [BLK-4] [BLK-6] */
void ring_access(struct ring *r, u32 offset, bool write);
void ring_written(struct ring *r, u32 offset);

#endif /* WATCH_H */
