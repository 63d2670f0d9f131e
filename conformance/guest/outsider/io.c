// SPDX-License-Identifier: GPL-2.0-only
/* io.c - disks and network cards. */
#include "kernel.h"

#define SECTOR SILK_BLK_SECTOR
#define FLIGHT 4 /* requests at a time */

struct done { /* what came back, by cookie */
	bool is;
	int32_t status;
};

/* Takes all completions from a ring; returns how many. [BLK-6] [BLK-8] */
static u32 ring_take(u32 address, struct done *done, u32 count)
{
	volatile struct silk_ring *ring = (volatile struct silk_ring *)address;
	u32 n = 0, consumer = ring->consumer, cookie;

	for (; consumer != ring->producer; n++) {
		__asm__ volatile(""
				 :
				 :
				 : "memory");
		cookie = ring->entry[consumer % SILK_RING_ENTRIES].cookie;
		if (cookie < count) {
			done[cookie].status = ring->entry[consumer % SILK_RING_ENTRIES].status;
			done[cookie].is = true;
		}
		ring->consumer = ++consumer;
	}
	return n;
}

static void wait_event(void)
{
	sleep_once();
	do_events();
}

/* Submits, waits for all, and returns whether each went well. */
static bool blk_do(struct silk_blk_request *r, u32 count)
{
	struct done done[FLIGHT] = { 0 };
	u32 given = 0, taken = 0, n;

	while (taken < count) {
		if (given < count) {
			n = hypercall(blk_submit, r + given, count - given);
			if (n != (u32)-SILK_EAGAIN)
				given += must(n, "blk_submit");
		}
		n = ring_take(SILK_I386_BLK_RING, done, FLIGHT);
		taken += n;
		if (!n)
			wait_event();
	}
	for (n = 0; n < count; n++)
		if (!done[n].is || done[n].status)
			return false;
	return true;
}

static bool blk_rw(u32 device, u32 op, u64 sector, u8 *buffer)
{
	struct silk_blk_request r[FLIGHT] = { 0 };
	u32 i;

	for (i = 0; i < FLIGHT; i++) {
		r[i].cookie = i;
		r[i].device = (u16)device;
		r[i].op = (u8)op;
		r[i].segments = 1;
		r[i].sector = sector + i;
		r[i].segment[0].address = va_to_gpa(buffer + i * SECTOR);
		r[i].segment[0].length = SECTOR;
	}
	return blk_do(r, FLIGHT);
}

/* The last sectors are kept, overwritten, read back and restored. */
static void test_disk(u32 n)
{
	static u8 kept[FLIGHT * SECTOR] __attribute__((aligned(4)));
	static u8 mine[FLIGHT * SECTOR] __attribute__((aligned(4)));
	static u8 read[FLIGHT * SECTOR] __attribute__((aligned(4)));
	struct silk_blk_request flush = { .device = (u16)n, .op = SILK_BLK_FLUSH };
	u64 sectors = INFO->blk[n].sectors;
	u32 i, different = 0;

	say("outsider: disk %u has %u sectors, flags 0x%x\n", n, (u32)sectors,
	    INFO->blk[n].flags);
	if (sectors < FLIGHT)
		return;
	check(blk_rw(n, SILK_BLK_READ, sectors - FLIGHT, kept), "a disk can be read");
	if (INFO->blk[n].flags & SILK_BLK_F_READONLY)
		return;
	for (i = 0; i < sizeof(mine); i++)
		mine[i] = (u8)(i * 7 + i / SECTOR);
	check(blk_rw(n, SILK_BLK_WRITE, sectors - FLIGHT, mine), "and written");
	check(blk_do(&flush, 1), "and flushed");
	check(blk_rw(n, SILK_BLK_READ, sectors - FLIGHT, read), "and read again");
	for (i = 0; i < sizeof(mine); i++)
		different += mine[i] != read[i];
	check(!different, "and what was written was read");
	check(blk_rw(n, SILK_BLK_WRITE, sectors - FLIGHT, kept), "and restored");
}

void test_disks(void)
{
	u32 n;

	if (INFO->group_version[SILK_GROUP_BLOCK] >> 16 != 1)
		return;
	for (n = 0; n < SILK_BLK_DEVICES; n++)
		if (INFO->blk[n].flags & SILK_BLK_F_PRESENT)
			test_disk(n);
}

/* Posts buffers, sends one frame to everybody, and waits until it has left. */
static void test_card(u32 n)
{
	static u8 frame[64], room[3][SILK_NET_FRAME_MAX + 6];
	static struct done done[4];
	struct silk_net_buffer post[3] = { 0 };
	struct silk_net_buffer send = { 0, va_to_gpa(frame), sizeof(frame), 0 };
	u32 i, r;

	done[0].is = false;
	for (i = 0; i < 3; i++) {
		post[i].cookie = i + 1;
		post[i].address = va_to_gpa(room[i]);
		post[i].length = SILK_NET_FRAME_MAX;
	}
	for (i = 0; i < 3; i += r) {
		r = hypercall(net_post, n, post + i, 3 - i);
		if (r == (u32)-SILK_EAGAIN)
			break; /* receiving is a luxury here */
		must(r, "net_post");
	}
	for (i = 0; i < 6; i++) {
		frame[i] = 0xff;
		frame[6 + i] = INFO->net[n].mac[i];
	}
	frame[12] = 0x88;
	frame[13] = 0xb5; /* for local experiments */
	while ((r = hypercall(net_send, n, &send, 1)) == (u32)-SILK_EAGAIN)
		if (!ring_take(SILK_I386_NET_RING, done, 4))
			wait_event();
	must(r, "net_send");
	while (!done[0].is)
		if (!ring_take(SILK_I386_NET_RING, done, 4))
			wait_event();
	check(!done[0].status, "a frame was sent");
	for (i = 1, r = 0; i < 4; i++)
		r += done[i].is;
	say("outsider: card %u, %u frames came\n", n, r);
}

void test_network(void)
{
	u32 n;

	if (INFO->group_version[SILK_GROUP_NET] >> 16 != 1)
		return;
	for (n = 0; n < SILK_NET_DEVICES; n++)
		if (INFO->net[n].flags & SILK_NET_F_PRESENT)
			test_card(n);
}
