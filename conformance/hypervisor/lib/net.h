/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * net.h - what the tests of group NET share (net.c): frames, buffers, and the
 * completions that come back.
 *
 * The guest has three cards on one switch and no neighbours, so that what one
 * card sends the others receive. Invariant: cookies are unique among buffers in
 * flight, and net_take() finds the completion by it.
 */
#ifndef NET_H
#define NET_H

#include "suite.h"

#define CARDS       3u
#define NET_RING    ((volatile struct silk_ring *)SILK_I386_NET_RING)
#define FRAME_MAX   SILK_NET_FRAME_MAX
#define NET_MEMORY  (SPARE_GPA + 128 * PAGE_SIZE) /* tests' buffers */
#define NET_TIMEOUT (3 * (uint64_t)NS_PER_S)
#define LOST        0x80000000u /* no completion came */

/* A place for a frame in the tests' memory; slots don't overlap. */
static inline uint32_t slot(uint32_t n)
{
	return NET_MEMORY + n * 2048;
}

static inline uint8_t *bytes_at(uint32_t gpa)
{
	return gpa_to_va(gpa);
}

/* False, and the test is reported as skipped: the subject has no such cards. */
bool net_offered(const char *clauses);
/* A frame at gpa: addresses, then bytes that depend on `seed`. */
void frame_make(uint32_t gpa, const uint8_t *to, const uint8_t *from, uint32_t length,
		uint32_t seed);
/* Are `length` bytes there those that frame_make wrote, shorter frames padded or
 * not? `status` is what the completion says. */
bool frame_same(uint32_t gpa, uint32_t status, uint32_t sent_gpa, uint32_t length);
const uint8_t *mac(uint32_t card);

/* One buffer. Returns what the call returns. */
int32_t send_one(uint32_t card, uint32_t cookie, uint32_t gpa, uint32_t length);
int32_t post_one(uint32_t card, uint32_t cookie, uint32_t gpa);
/* The completion of `cookie`: its status; LOST if it doesn't come in `ns`. Others that
 * come meanwhile are kept for their own calls. */
uint32_t net_take(uint32_t cookie, uint64_t ns);
/* How many completions have been taken off the ring and not asked for. */
uint32_t net_kept(void);
void net_forget(void);                /* what was kept */
void net_forget_but(uint32_t cookie); /* all but that one */

#endif
