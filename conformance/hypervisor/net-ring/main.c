// SPDX-License-Identifier: GPL-2.0-only
/*
 * net-ring - the completion ring of the network cards and the event that tells of
 * it: one entry for each buffer, none written over, none for a buffer that nothing
 * came for.
 *
 * guest: mem=32M net=3
 * covers: NET-3 NET-4 NET-5 NET-7 NET-8 EVT-1
 */
#include "net.h"

#define NET_BIT (1u << SILK_EVENT_NET)
#define JUNK    0x6a6a6a6au

static void clear_event(void)
{
	__atomic_and_fetch(&vcpu()->pending, ~NET_BIT, __ATOMIC_SEQ_CST);
}

static bool event_within(uint64_t ns)
{
	uint64_t until = time_ns() + ns;

	while (!(READ_ONCE(vcpu()->pending) & NET_BIT))
		if (time_ns() > until)
			return false;
	return true;
}

static bool producer_at(uint32_t value, uint64_t ns)
{
	uint64_t until = time_ns() + ns;

	while (NET_RING->producer != value)
		if (time_ns() > until)
			return false;
	return true;
}

static void send_test_frame(uint32_t cookie)
{
	frame_make(slot(0), mac(1), mac(0), 90, cookie);
	expect(1, (uint32_t)send_one(0, cookie, slot(0), 90), "net_send");
}

static void at_entry(void)
{
	test("NET-4", "the ring at entry");
	expect(0, NET_RING->producer, "producer");
	expect(0, NET_RING->consumer, "consumer");
	end();
}

static void one_each(void)
{
	test("NET-3 NET-4", "one completion for a send, behind the event");
	for (uint32_t i = 0; i < 20; i++) {
		uint32_t producer = NET_RING->producer;

		clear_event();
		send_test_frame(100 + i);
		expect_that(event_within(NET_TIMEOUT), "event NET: expected, seen nothing");
		expect(producer + 1, NET_RING->producer, "producer");
		expect(100 + i, NET_RING->entry[producer % SILK_RING_ENTRIES].cookie,
		       "cookie");
		expect(0, (uint32_t)NET_RING->entry[producer % SILK_RING_ENTRIES].status,
		       "status");
		NET_RING->consumer++;
	}
	end();
	test("NET-8", "the event when a frame has come");
	expect(1, (uint32_t)post_one(1, 200, slot(1)), "net_post");
	expect_that(!producer_at(NET_RING->producer + 1, 30 * (uint64_t)NS_PER_MS),
		    "a buffer that nothing came for: expected in flight, seen completed");
	clear_event();
	for (uint32_t i = 0; i < 20 && net_take(200, NS_PER_MS) == LOST; i++) {
		send_test_frame(201);
		expect(0, net_take(201, NET_TIMEOUT), "completion of the send");
	}
	expect_that(vcpu()->pending & NET_BIT, "event NET: expected, seen nothing");
	end();
	net_forget();
}

/* The guest's own writes to the ring change nothing. */
static void not_relied_on(void)
{
	uint32_t producer = NET_RING->producer;

	test("NET-4", "what a guest writes to the ring is ignored, but for consumer");
	for (uint32_t i = 0; i < SILK_RING_ENTRIES; i++)
		NET_RING->entry[i].cookie = JUNK;
	for (uint32_t i = 0; i < 15; i++)
		NET_RING->reserved0[i] = NET_RING->reserved1[i] = JUNK;
	NET_RING->producer = producer + 9;
	for (uint32_t i = 0; i < 3; i++) {
		uint32_t at = (producer + i) % SILK_RING_ENTRIES;

		clear_event();
		send_test_frame(300 + i);
		expect_that(event_within(NET_TIMEOUT), "event NET: expected, seen nothing");
		expect(producer + i + 1, NET_RING->producer, "producer");
		expect(300 + i, NET_RING->entry[at].cookie, "cookie");
		NET_RING->consumer++;
	}
	end();
}

/* 256 completions and none consumed: none is written over, and no room is told of
 * until one is. */
static void filled(void)
{
	uint32_t accepted = 0, start = NET_RING->producer, wrong = 0, seen[8] = { 0 };

	test("NET-4", "a full ring, with each cookie in it once");
	for (uint32_t tries = 0; accepted < SILK_RING_ENTRIES && tries < 5000; tries++) {
		int32_t n = send_one(0, accepted, slot(0), 90);

		accepted += n == 1;
	}
	expect(SILK_RING_ENTRIES, accepted, "frames accepted");
	expect_that(producer_at(start + SILK_RING_ENTRIES, NET_TIMEOUT),
		    "producer: expected %u more, seen %u", SILK_RING_ENTRIES,
		    NET_RING->producer - start);
	for (uint32_t i = 0; i < SILK_RING_ENTRIES; i++) {
		uint32_t cookie = NET_RING->entry[(start + i) % SILK_RING_ENTRIES].cookie;

		if (cookie < SILK_RING_ENTRIES)
			seen[cookie / 32] |= 1u << cookie % 32;
	}
	for (uint32_t i = 0; i < 8; i++)
		wrong += seen[i] != ~0u;
	expect(0, wrong, "words of a bit map of cookies that are not all 1");
	expect(ERRNO(EAGAIN), (uint32_t)send_one(0, 1, slot(0), 90), "net_send");
	expect(ERRNO(EAGAIN), (uint32_t)post_one(1, 1, slot(1)), "net_post");
	expect(start + SILK_RING_ENTRIES, NET_RING->producer, "producer after it");
	NET_RING->consumer++;
	expect(1, (uint32_t)send_one(0, 7777, slot(0), 90), "net_send after consuming one");
	expect_that(producer_at(start + SILK_RING_ENTRIES + 1, NET_TIMEOUT),
		    "its completion: expected, seen nothing");
	expect(7777, NET_RING->entry[start % SILK_RING_ENTRIES].cookie, "its cookie");
	NET_RING->consumer = NET_RING->producer;
	end();
}

/* Room that comes by completions, not by the guest's consuming. */
static void room(void)
{
	uint32_t posted = 0;

	test("NET-8", "the event when there is room again");
	while (posted < SILK_RING_ENTRIES - 4 && post_one(2, 0x1000 + posted, slot(2)) == 1)
		posted++;
	expect(SILK_RING_ENTRIES - 4, posted, "buffers posted for good");
	for (uint32_t i = 0; i < 8; i++) {
		int32_t n;

		while ((n = send_one(0, i, slot(0), 90)) == 1)
			;
		expect(ERRNO(EAGAIN), (uint32_t)n, "net_send without room");
		clear_event();
		expect_that(NET_RING->producer != NET_RING->consumer ||
				    event_within(NET_TIMEOUT),
			    "event NET: expected, seen nothing");
		NET_RING->consumer = NET_RING->producer;
	}
	end();
}

void hostile_main(void)
{
	if (!net_offered("NET-4 NET-8"))
		return;
	scene_set();
	at_entry();
	one_each();
	not_relied_on();
	filled();
	room();
}
