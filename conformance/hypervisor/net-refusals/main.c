// SPDX-License-Identifier: GPL-2.0-only
/*
 * net-refusals - each way in which net_send and net_post can be refused, which
 * one counts where two hold, and what buffers in flight keep from being changed.
 *
 * guest: mem=32M net=3
 * covers: CALL-4 CALL-7 CALL-8 CALL-13 MEM-10 MEM-53 MEM-60 NET-2 NET-3 NET-4 NET-5
 * covers: NET-50 NET-51 NET-52 NET-53 NET-54 NET-55 NET-56 NET-57 NET-58 NET-59
 * covers: NET-60 NET-61
 */
#include "net.h"

#define BUFFERS ((struct silk_net_buffer *)arena)
#define END     (EDGE_END - 8)

static struct silk_net_buffer good(uint32_t n)
{
	return (struct silk_net_buffer){ .cookie = 0x60000000u + n,
					 .address = slot(n),
					 .length = FRAME_MAX };
}

/* The same of both calls: id is NET_id or POST_id. */
#define BOTH(name, ra, rb, rc, ...) \
	R(NET_##name, net_send, ra, rb, rc, __VA_ARGS__), \
		R(POST_##name, net_post, ra, rb, rc, __VA_ARGS__)
#define BOTH_PAIR(name, second, ra, rb, rc, ...) \
	PAIR(NET_##name, NET_##second, net_send, ra, rb, rc, __VA_ARGS__), \
		PAIR(POST_##name, POST_##second, net_post, ra, rb, rc, __VA_ARGS__)

static void registers(void)
{
	const uint32_t max = SILK_NET_SUBMIT_MAX, hv = SILK_I386_HYPERVISOR;
	const struct refusal rows[] = {
		BOTH(DEVICE, CARDS, arena, 1, CARDS),
		BOTH(DEVICE, SILK_NET_DEVICES, arena, 1, SILK_NET_DEVICES),
		BOTH(DEVICE, 0x100, arena, 1, 0x100),
		BOTH(DEVICE, 0x80000000, arena, 1, 0x80000000),
		BOTH(DEVICE, ~0u, arena, 1, ~0u),
		BOTH(COUNT, 0, arena, 0, 0),
		BOTH(COUNT, 0, arena, max + 1, max + 1),
		BOTH(COUNT, 1, arena, 0x10000001, 0x10000001),
		BOTH(COUNT, 2, arena, ~0u, ~0u),
		BOTH(FAULT, 0, HOLE, 1, HOLE),
		BOTH(FAULT, 0, hv, 1, hv),
		BOTH(FAULT, 0, END, 1, END, EDGE_END),
		BOTH(FAULT, 0, 0xfffffff8, 1, 0xfffffff8),
		BOTH_PAIR(DEVICE, COUNT, 9, arena, 0, 9),
		BOTH_PAIR(DEVICE, FAULT, 9, HOLE, 1, 9),
		BOTH_PAIR(COUNT, FAULT, 0, HOLE, 0, 0),
		BOTH_PAIR(COUNT, FAULT, 0, HOLE, max + 1, max + 1),
	};

	refuse_all(rows, ARRAY_SIZE(rows));
}

/* The first of two buffers is bad. */
static void first(struct refusal r, struct silk_net_buffer bad)
{
	BUFFERS[0] = bad;
	BUFFERS[1] = good(1);
	refuse(&r);
}

#define SEND(id, ...) ((struct refusal)R(id, net_send, 0, arena, 2, __VA_ARGS__))
#define POST(id, ...) ((struct refusal)R(id, net_post, 1, arena, 2, __VA_ARGS__))
#define SEND_PAIR(id, second, ...) \
	((struct refusal)PAIR(id, second, net_send, 0, arena, 2, __VA_ARGS__))
#define POST_PAIR(id, second, ...) \
	((struct refusal)PAIR(id, second, net_post, 1, arena, 2, __VA_ARGS__))

static void lengths(void)
{
	static const uint32_t send[] = { 0, 1, 13, FRAME_MAX + 1, 0x10000, ~0u };
	static const uint32_t post[] = { 0, 1, 14, FRAME_MAX - 1 };
	struct silk_net_buffer b = good(0);

	for (uint32_t i = 0; i < ARRAY_SIZE(send); i++) {
		b.length = send[i];
		first(SEND(NET_LENGTH, send[i]), b);
	}
	for (uint32_t i = 0; i < ARRAY_SIZE(post); i++) {
		b.length = post[i];
		first(POST(POST_LENGTH, post[i]), b);
	}
	b.address = ABSENT_GPA;
	b.length = 13;
	first(SEND_PAIR(NET_LENGTH, NET_OWNER, 13), b);
	first(POST_PAIR(POST_LENGTH, POST_OWNER, 13), b);
}

static void owners(void)
{
	static const uint32_t bad[] = {
		ABSENT_GPA,
		0,
		BOOT,
		SPARE_GPA + CHUNK_SIZE - FRAME_MAX + 1,
		0xfffffff0,
	};
	struct silk_net_buffer b = good(0);

	for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++) {
		b.address = bad[i];
		b.length = FRAME_MAX;
		first(SEND(NET_OWNER, bad[i], bad[i] + FRAME_MAX, FRAME_MAX), b);
		first(POST(POST_OWNER, bad[i], bad[i] + FRAME_MAX, FRAME_MAX), b);
	}
	b.address = NET_MEMORY;
	b.length = CHUNK_SIZE;
	first(POST(POST_OWNER, b.address, b.address + b.length, b.length), b);
	b.length = 0xfffff000;
	first(POST(POST_OWNER, b.address, b.address + b.length, b.length), b);
}

/* A second buffer that is bad ends the call and doesn't refuse it. */
static void part_accepted(void)
{
	BUFFERS[0] = good(0);
	BUFFERS[1] = good(1);
	BUFFERS[1].address = ABSENT_GPA;
	frame_make(slot(0), mac(1), mac(0), FRAME_MAX, 1);
	test("CALL-13 NET-3", "sent up to the first bad buffer");
	expect(1, (uint32_t)hv_net_send(0, arena, 2), "result");
	expect(0, net_take(BUFFERS[0].cookie, NET_TIMEOUT), "status of the first");
	expect(LOST, net_take(BUFFERS[1].cookie, NS_PER_MS), "a completion of the second");
	end();
	test("CALL-13 NET-3", "sent up to the first that can't be read");
	*(struct silk_net_buffer *)(EDGE_END - 16) = good(0);
	expect(1, (uint32_t)hv_net_send(0, (void *)(EDGE_END - 16), 2), "result");
	expect(0, net_take(BUFFERS[0].cookie, NET_TIMEOUT), "status of the first");
	end();
}

/* Everything may be posted to card 2, where nothing arrives. */
static void full(void)
{
	struct refusal pairs[] = {
		PAIR(NET_LENGTH, NET_FULL, net_send, 0, arena, 2, 5),
		PAIR(POST_LENGTH, POST_FULL, net_post, 1, arena, 2, 5),
		PAIR(NET_OWNER, NET_FULL, net_send, 0, arena, 2, ABSENT_GPA),
		PAIR(POST_OWNER, POST_FULL, net_post, 1, arena, 2, ABSENT_GPA),
	};
	uint32_t accepted = 0, tries = 0, seen = NET_RING->producer - NET_RING->consumer;

	test("NET-4 NET-5 CALL-13", "as many buffers as the ring has entries");
	while (accepted < SILK_RING_ENTRIES && tries++ < 1000) {
		for (uint32_t i = 0; i < 48; i++)
			BUFFERS[i] = good(16 + accepted + i);
		int32_t n = hv_net_post(2, arena, 48);

		expect_that(n > 0, "result: expected 1 to 48, seen %d", n);
		accepted += n > 0 ? (uint32_t)n : 0;
	}
	expect(SILK_RING_ENTRIES - seen, accepted, "buffers accepted");
	end();
	first(SEND(NET_FULL, 2), good(0));
	first(POST(POST_FULL, 2), good(0));
	BUFFERS[0].length = 5;
	BUFFERS[1] = good(1);
	for (uint32_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		struct silk_net_buffer b = good(0);

		if (i < 2)
			b.length = 5;
		else
			b.address = ABSENT_GPA;
		first(pairs[i], b);
	}
}

/* Posted buffers stay in flight for good: their chunk can't change. */
static void pinned(void)
{
	const uint32_t chunk = SPARE_CHUNK, table = SILK_CHUNK_TABLE;
	const struct refusal rows[] = {
		R(CONVERT_PINNED, chunk_convert, chunk, table, 0, chunk),
		R(GIVE_PINNED, chunk_give, chunk, 0, 0, chunk),
		PAIR(CONVERT_PINNED, CONVERT_MAPPED, chunk_convert, chunk, table, 0,
		     chunk),
		PAIR(GIVE_PINNED, GIVE_MAPPED, chunk_give, chunk, 0, 0, chunk),
	};

	refuse_all(rows, ARRAY_SIZE(rows));
}

/* The ring's state makes it full, whatever is in flight [BLK-6]. */
static void broken_ring(void)
{
	struct refusal ahead = R(NET_FULL, net_send, 0, arena, 2, 2);
	struct refusal behind = R(POST_FULL, net_post, 1, arena, 2, 2);
	uint32_t was = NET_RING->consumer;

	ahead.note = "consumer is ahead of producer";
	NET_RING->consumer = NET_RING->producer + 1;
	first(ahead, good(0));
	behind.note = "consumer is too far behind";
	NET_RING->consumer = NET_RING->producer - SILK_RING_ENTRIES - 1;
	first(behind, good(0));
	NET_RING->consumer = was;
}

void hostile_main(void)
{
	if (!net_offered("NET-50 NET-51 NET-52 NET-53 NET-54 NET-55 NET-56 NET-57 NET-58 "
			 "NET-59 NET-60 NET-61"))
		return;
	scene_set();
	registers();
	lengths();
	owners();
	part_accepted();
	net_forget();
	broken_ring();
	full();
	pinned();
}
