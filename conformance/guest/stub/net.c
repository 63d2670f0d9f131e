// SPDX-License-Identifier: GPL-2.0-only
/*
 * net.c - one network card that nobody else is connected to: what is sent is
 * lost, and nothing comes [NET-10].
 *
 * Invariant: each buffer that was sent completes once; what is posted stays in
 * flight, and so do its pins.
 */
#include "watch.h"

static struct flight {
	struct silk_net_buffer buffer;
	bool sending;
	u64 when;
	u32 sum;
} flights[SILK_RING_ENTRIES];
static u32 in_flight;

void net_new_run(void)
{
	static const u8 mac[6] = { 0x52, 0x54, 0, 0x51, 0x4c, 1 };
	struct silk_net_info *n = &info_page.net[0];

	in_flight = 0;
	memset(&net_ring_page, 0, PAGE);
	memset(n, 0, sizeof(*n));
	if (!info_page.group_version[SILK_GROUP_NET])
		return;
	memcpy(n->mac, mac, sizeof(mac));
	n->mtu = 1500;
	n->flags = SILK_NET_F_PRESENT;
}

static u32 sum_of(const struct silk_net_buffer *b)
{
	const u8 *at = at_gpa(b->address);
	u32 sum = 0;

	for (u32 i = 0; i < b->length; i++)
		sum = (sum << 5 | sum >> 27) ^ at[i];
	return sum;
}

bool net_pinned(u32 chunk)
{
	for (u32 i = 0; i < in_flight; i++)
		if (flights[i].buffer.address / CHUNK == chunk)
			return true;
	return false;
}

bool net_posted(u32 machine, u32 bytes)
{
	for (u32 i = 0; i < in_flight; i++) {
		const struct silk_net_buffer *b = &flights[i].buffer;
		u32 from = to_machine(b->address);

		if (!flights[i].sending && from < machine + bytes &&
		    machine < from + b->length)
			return true;
	}
	return false;
}

static void complete(u32 index)
{
	struct flight *f = &flights[index];

	judged(CL(NET, 11));
	if (sum_of(&f->buffer) != f->sum)
		broke(CL(NET, 11), "a buffer left alone while it is being sent",
		      "the buffer with cookie %x was changed", f->buffer.cookie);
	ring_complete(&net_ring, f->buffer.cookie, 0);
	*f = flights[--in_flight];
}

void net_poll(void)
{
	u64 at = in_flight ? tsc() : 0;

	for (u32 i = 0; i < in_flight; i++)
		if (flights[i].sending && flights[i].when <= at)
			complete(i--);
}

static bool length_fits(u32 length, bool sending)
{
	return sending ? length >= 14 && length <= SILK_NET_FRAME_MAX : length >= SILK_NET_FRAME_MAX;
}

static u32 check(const struct silk_net_buffer *b, bool sending)
{
	u32 chunk = b->address / CHUNK;

	judged(CL(GEN, 6));
	if (b->zero)
		broke(CL(GEN, 6), "0 in members named zero", "a network buffer with zero %x",
		      b->zero);
	if (!length_fits(b->length, sending))
		return refuse(sending ? SILK_R_NET_LENGTH : SILK_R_POST_LENGTH, b->length);
	if (chunk_kind[chunk] != SILK_CHUNK_RAM || b->length > CHUNK - b->address % CHUNK)
		return refuse(sending ? SILK_R_NET_OWNER : SILK_R_POST_OWNER, b->address);
	if (in_flight + ring_unread(&net_ring) >= SILK_RING_ENTRIES)
		return refuse(sending ? SILK_R_NET_FULL : SILK_R_POST_FULL, 1);
	return 0;
}

static void accept(const struct silk_net_buffer *b, bool sending)
{
	struct flight *f = &flights[in_flight++];

	f->buffer = *b;
	f->sending = sending;
	f->when = tsc() + (u64)tsc_khz() * 10; /* ms */
	f->sum = sum_of(b);
	if (!sending)
		drop_all(); /* so that looks at it are seen */
}

static u32 submit(u32 buffers, u32 count, bool sending)
{
	struct silk_net_buffer b;

	for (u32 i = 0; i < count; i++) {
		u32 va = buffers + i * sizeof(b), error;

		if (va < buffers || !copy_in(&b, va, sizeof(b)))
			return i ? i : refuse(sending ? SILK_R_NET_FAULT : SILK_R_POST_FAULT, va);
		error = check(&b, sending);
		if (error)
			return i ? i : error;
		accept(&b, sending);
	}
	return count;
}

u32 call_net_send(u32 device, u32 buffers, u32 count)
{
	if (device != 0)
		return refuse(SILK_R_NET_DEVICE, device);
	if (count == 0 || count > SILK_NET_SUBMIT_MAX)
		return refuse(SILK_R_NET_COUNT, count);
	return submit(buffers, count, true);
}

u32 call_net_post(u32 device, u32 buffers, u32 count)
{
	if (device != 0)
		return refuse(SILK_R_POST_DEVICE, device);
	if (count == 0 || count > SILK_NET_SUBMIT_MAX)
		return refuse(SILK_R_POST_COUNT, count);
	return submit(buffers, count, false);
}
