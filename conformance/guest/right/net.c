// SPDX-License-Identifier: MIT
/*
 * net.c - a right guest with two network cards: frames go from the first to the
 * second, are sent again if they are lost, and come with what was sent.
 *
 * run: net=2
 */
#include "wrong.h"

#define RECEIVE 0x80000000u /* in a cookie */
#define FRAMES  8u
#define LENGTH  200u

static uint8_t *const frame = (uint8_t *)pages[0], *const room = (uint8_t *)pages[1];
static uint32_t events, received, sending;

static void network(struct trap_frame *trap)
{
	(void)trap;
	WRITE_ONCE(events, events + 1);
}

static void fill(uint32_t n)
{
	memcpy(frame, info()->net[1].mac, 6);
	memcpy(frame + 6, info()->net[0].mac, 6);
	for (uint32_t i = 12; i < LENGTH; i++)
		frame[i] = (uint8_t)(n + i);
}

static void check(uint32_t length)
{
	if (length != LENGTH || memcmp(room, frame, LENGTH))
		panic("another frame than was sent");
	received++;
}

/* Each entry is read before it is consumed. */
static void take_completions(void)
{
	struct silk_ring *ring = (struct silk_ring *)SILK_I386_NET_RING;

	while (READ_ONCE(ring->consumer) != READ_ONCE(ring->producer)) {
		uint32_t at = ring->consumer % SILK_RING_ENTRIES;
		uint32_t cookie = READ_ONCE(ring->entry[at].cookie);
		int32_t status = READ_ONCE(ring->entry[at].status);

		WRITE_ONCE(ring->consumer, ring->consumer + 1);
		if (cookie & RECEIVE)
			check((uint32_t)status);
		else
			sending = 0;
	}
}

/* One frame, again and again until it has come. Nothing else is in flight when
 * it is made, so nobody sees it change. */
static void pass_on(uint32_t n)
{
	struct silk_net_buffer out = { n, page_gpa(0), LENGTH, 0 };
	struct silk_net_buffer in = { RECEIVE | n, page_gpa(1), PAGE_SIZE, 0 };
	uint32_t before = received;

	fill(n);
	if (hv_net_post(1, &in, 1) != 1)
		panic("net_post was refused");
	while (received == before) {
		sending = 1;
		if (hv_net_send(0, &out, 1) != 1)
			panic("net_send was refused");
		while (sending) {
			hv_block();
			take_completions();
		}
	}
}

void guest_main(void)
{
	if (info()->group_version[SILK_GROUP_NET] >> 16 == 1) {
		event_handle(SILK_EVENT_NET, network);
		for (uint32_t n = 0; n < FRAMES; n++)
			pass_on(n);
	}
	print("all went well\n");
	power_off();
}
