// SPDX-License-Identifier: GPL-2.0-only
/*
 * net.c - frames, buffers and completions for the tests of group NET.
 *
 * Invariant: `consumer` is advanced here alone, and one entry at a time after it
 * was read.
 */
#include "net.h"

static struct silk_completion kept[2 * SILK_RING_ENTRIES];
static uint32_t kept_count;

bool net_offered(const char *clauses)
{
	const struct silk_net_info *n = info()->net;
	uint32_t cards = 0;

	if (info()->group_version[SILK_GROUP_NET])
		while (cards < CARDS && n[cards].flags & SILK_NET_F_PRESENT)
			cards++;
	if (cards == CARDS)
		return true;
	test(clauses, "the network");
	skip("group NET is not offered, or there are fewer than %u cards", CARDS);
	return false;
}

const uint8_t *mac(uint32_t card)
{
	return info()->net[card].mac;
}

void frame_make(uint32_t gpa, const uint8_t *to, const uint8_t *from, uint32_t length,
		uint32_t seed)
{
	uint8_t *f = bytes_at(gpa);

	memcpy(f, to, 6);
	memcpy(f + 6, from, 6);
	f[12] = 0x88; /* an EtherType for experiments, IEEE 802 */
	f[13] = 0xb5;
	for (uint32_t i = 14; i < length; i++)
		f[i] = (uint8_t)(seed * 31 + i * 7 + (i >> 8));
}

/* The shortest frame on the medium is 60 bytes without its check sequence. */
bool frame_same(uint32_t gpa, uint32_t status, uint32_t sent_gpa, uint32_t length)
{
	const uint8_t *f = bytes_at(gpa);

	if (status != length && !(length < 60 && status == 60))
		return false;
	for (uint32_t i = length; i < status; i++)
		if (f[i])
			return false;
	return !memcmp(f, bytes_at(sent_gpa), length);
}

static struct silk_net_buffer *describe(uint32_t cookie, uint32_t gpa, uint32_t length)
{
	static struct silk_net_buffer b;

	b = (struct silk_net_buffer){ .cookie = cookie, .address = gpa, .length = length };
	return &b;
}

int32_t send_one(uint32_t card, uint32_t cookie, uint32_t gpa, uint32_t length)
{
	return hv_net_send(card, describe(cookie, gpa, length), 1);
}

int32_t post_one(uint32_t card, uint32_t cookie, uint32_t gpa)
{
	return hv_net_post(card, describe(cookie, gpa, FRAME_MAX), 1);
}

static void take_all(void)
{
	while (NET_RING->consumer != NET_RING->producer && kept_count < ARRAY_SIZE(kept)) {
		volatile struct silk_completion *c =
			&NET_RING->entry[NET_RING->consumer % SILK_RING_ENTRIES];

		kept[kept_count].cookie = c->cookie;
		kept[kept_count++].status = c->status;
		NET_RING->consumer++;
	}
}

static bool find(uint32_t cookie, uint32_t *status)
{
	for (uint32_t i = 0; i < kept_count; i++) {
		if (kept[i].cookie != cookie)
			continue;
		*status = (uint32_t)kept[i].status;
		kept_count--;
		for (; i < kept_count; i++)
			kept[i] = kept[i + 1];
		return true;
	}
	return false;
}

uint32_t net_take(uint32_t cookie, uint64_t ns)
{
	uint64_t until = time_ns() + ns;
	uint32_t status;

	do {
		take_all();
		if (find(cookie, &status))
			return status;
	} while (time_ns() < until);
	return LOST;
}

uint32_t net_kept(void)
{
	take_all();
	return kept_count;
}

void net_forget(void)
{
	take_all();
	kept_count = 0;
}

void net_forget_but(uint32_t cookie)
{
	uint32_t status;
	bool found;

	take_all();
	found = find(cookie, &status);
	kept_count = 0;
	if (found)
		kept[kept_count++] = (struct silk_completion){ cookie, (int32_t)status };
}
