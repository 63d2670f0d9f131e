// SPDX-License-Identifier: GPL-2.0-only
/*
 * net.c - network cards, and the switch between them. All are the one guest's:
 * what it sends by one it receives by the others. With one card, the default,
 * what is sent is lost, and nothing comes [NET-10].
 *
 * Invariant: each buffer that was sent completes once; what is posted stays in
 * flight until a frame fills it, and so do its pins. flights[] is in the order
 * in which the buffers were accepted.
 */
#include "watch.h"

static struct flight {
	struct silk_net_buffer buffer;
	u32 device;
	bool sending, gone;
	u64 when;
	u32 sum;
} flights[SILK_RING_ENTRIES];
static u32 in_flight;
static bool room_wanted; /* after NET-55 and NET-61 [NET-8] */

static u32 cards(void)
{
	return options.cards < SILK_NET_DEVICES ? options.cards : SILK_NET_DEVICES;
}

void net_new_run(void)
{
	static const u8 mac[6] = { 0x52, 0x54, 0, 0x51, 0x4c, 1 };

	in_flight = 0;
	room_wanted = false;
	memset(&net_ring_page, 0, PAGE);
	memset(info_page.net, 0, sizeof(info_page.net));
	if (!info_page.group_version[SILK_GROUP_NET])
		return;
	for (u32 i = 0; i < cards(); i++) {
		struct silk_net_info *n = &info_page.net[i];

		memcpy(n->mac, mac, sizeof(mac));
		n->mac[5] = (u8)(mac[5] + i);
		n->mtu = 1500;
		n->flags = SILK_NET_F_PRESENT;
	}
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

/* ---- the switch ---------------------------------------- */

static void leave(u32 index, u32 status)
{
	ring_complete(&net_ring, flights[index].buffer.cookie, (s32)status);
	in_flight--;
	for (; index < in_flight; index++)
		flights[index] = flights[index + 1];
}

/* [NET-5] The first buffer that was posted gets the frame; none: it is lost. */
static void receive(u32 device, const u8 *frame, u32 length)
{
	for (u32 i = 0; i < in_flight; i++) {
		if (flights[i].sending || flights[i].device != device)
			continue;
		memcpy(at_gpa(flights[i].buffer.address), frame, length);
		early_filled(to_machine(flights[i].buffer.address), length);
		leave(i, length);
		return;
	}
}

/* [NET-10] */
static bool lost(void)
{
	if (mood != SCARCE || !chance(3))
		return false;
	nasty(NASTY_FRAMES);
	return true;
}

/* [NET-6] [NET-9] */
static void deliver(const struct flight *f)
{
	u8 frame[SILK_NET_FRAME_MAX];

	memcpy(frame, at_gpa(f->buffer.address), f->buffer.length);
	if (memcmp(frame + 6, info_page.net[f->device].mac, 6) || lost())
		return;
	for (u32 i = 0; i < cards(); i++)
		if (i != f->device &&
		    (frame[0] & 1 || !memcmp(frame, info_page.net[i].mac, 6)))
			receive(i, frame, f->buffer.length);
}

static void sent(void)
{
	u32 i = 0;

	while (!flights[i].gone)
		i++;
	leave(i, 0);
}

/* What it does to the table may move the frame's own place. */
static void complete(u32 index)
{
	struct flight f = flights[index];

	judged(CL(NET, 11));
	if (sum_of(&f.buffer) != f.sum)
		broke(CL(NET, 11), "a buffer left alone while it is being sent",
		      "the buffer with cookie %x was changed", f.buffer.cookie);
	flights[index].gone = true;
	deliver(&f);
	sent();
}

static u32 first_due(u64 at)
{
	for (u32 i = 0; i < in_flight; i++)
		if (flights[i].sending && flights[i].when <= at)
			return i;
	return NO_GPA;
}

void net_poll(void)
{
	u64 at = in_flight ? tsc() : 0;
	u32 i;

	while (in_flight && (i = first_due(at)) != NO_GPA)
		complete(i);
	if (room_wanted && ring_room(&net_ring, in_flight)) {
		room_wanted = false;
		event(SILK_EVENT_NET);
	}
}

/* ---- the calls ---------------------------------------- */

static bool length_fits(u32 length, bool sending)
{
	return sending ? length >= 14 && length <= SILK_NET_FRAME_MAX : length >= SILK_NET_FRAME_MAX;
}

static u32 check(const struct silk_net_buffer *b, bool sending, u32 count)
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
	if (ring_room(&net_ring, in_flight))
		return 0;
	room_wanted = true;
	return refuse(sending ? SILK_R_NET_FULL : SILK_R_POST_FULL, count);
}

static void accept(u32 device, const struct silk_net_buffer *b, bool sending)
{
	struct flight *f = &flights[in_flight++];

	f->buffer = *b;
	f->device = device;
	f->sending = sending;
	f->gone = false;
	f->when = tsc() + (u64)tsc_khz() * (mood == SLOW ? 25 : 10); /* ms */
	if (mood == SLOW && sending)
		nasty(NASTY_IO_LATE);
	f->sum = sending ? sum_of(b) : 0;
	if (sending)
		return;
	early_reused(to_machine(b->address), b->length);
	drop_all(); /* so that looks at it are seen */
}

static u32 submit(u32 device, u32 buffers, u32 count, bool sending)
{
	struct silk_net_buffer b;

	for (u32 i = 0; i < count; i++) {
		u32 va = buffers + i * sizeof(b), error;

		if (va < buffers || !copy_in(&b, va, sizeof(b)))
			return i ? i : refuse(sending ? SILK_R_NET_FAULT : SILK_R_POST_FAULT, va);
		if (i && !ring_room(&net_ring, in_flight))
			return i;
		error = check(&b, sending, count);
		if (error)
			return i ? i : error;
		accept(device, &b, sending);
	}
	return count;
}

u32 call_net_send(u32 device, u32 buffers, u32 count)
{
	if (device >= cards())
		return refuse(SILK_R_NET_DEVICE, device);
	if (count == 0 || count > SILK_NET_SUBMIT_MAX)
		return refuse(SILK_R_NET_COUNT, count);
	return submit(device, buffers, count, true);
}

u32 call_net_post(u32 device, u32 buffers, u32 count)
{
	if (device >= cards())
		return refuse(SILK_R_POST_DEVICE, device);
	if (count == 0 || count > SILK_NET_SUBMIT_MAX)
		return refuse(SILK_R_POST_COUNT, count);
	return submit(device, buffers, count, false);
}
