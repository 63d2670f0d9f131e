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
void watch_after(const struct access *a, const struct silk_vcpu *before, u32 consumer);
bool now_looked(void);		/* at pending, since vif was set */
void not_looked(void);
void watch_follow(u32 instructions);
bool watch_following(void);
void clock_read(u32 offset);	/* of a word in struct silk_time */
void clock_call(void);
void clock_unsure(void);
void watch_entry_written(u32 index);

#endif /* WATCH_H */
