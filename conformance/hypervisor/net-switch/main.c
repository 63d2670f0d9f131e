// SPDX-License-Identifier: GPL-2.0-only
/*
 * net-switch - what the network cards are, which frames each receives, and what
 * arrives of what was sent.
 *
 * A frame may be lost [NET-10], so a test that wants one to arrive sends it again
 * a few times, and one that wants it not to arrive sends another one behind it
 * that does, and then looks.
 *
 * guest: mem=32M net=3
 * covers: NET-1 NET-2 NET-3 NET-5 NET-6 NET-7 NET-9 NET-10
 */
#include "net.h"

#define TRIES   20u
#define SENT    slot(0)
#define OTHER   slot(1)
#define MARK    0xa5u
#define COOKIE  0x70000000u
#define PATIENT (200 * (uint64_t)NS_PER_MS)

static const uint8_t broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
static const uint8_t group[6] = { 0x33, 0x33, 0, 0, 0, 1 };
static const uint8_t nobody[6] = { 0x52, 0x54, 0, 0x0b, 0x0d, 0x77 };

static uint32_t next_cookie = COOKIE;

static void devices(void)
{
	const struct silk_net_info *n = info()->net;

	test("NET-1", "addresses, sizes and flags of the cards");
	for (uint32_t i = 0; i < SILK_NET_DEVICES; i++) {
		bool there = n[i].flags & SILK_NET_F_PRESENT;

		expect(0, n[i].reserved, "device %u: reserved", i);
		expect(0, n[i].flags & ~(uint32_t)(SILK_NET_F_PRESENT | SILK_NET_F_UPLINK),
		       "device %u: flags without a name", i);
		expect(there ? 1500 : 0, n[i].mtu, "device %u: mtu", i);
		expect(0, n[i].mac[0] & 1, "device %u: group bit of its address", i);
		if (!there)
			expect(0, memcmp(&n[i], &(struct silk_net_info){ 0 }, sizeof(n[i])),
			       "device %u, absent: difference from 0", i);
		for (uint32_t k = 0; there && k < i; k++)
			expect_that(memcmp(n[i].mac, n[k].mac, 6),
				    "devices %u and %u: expected two addresses, seen one",
				    k, i);
	}
	end();
}

/* A buffer for what arrives, filled with MARK. */
static uint32_t post_marked(uint32_t card, uint32_t gpa)
{
	memset(bytes_at(gpa), MARK, 2048);
	return (uint32_t)post_one(card, next_cookie++, gpa);
}

/* Send it until the buffer `posted` is filled. Its status. */
static uint32_t send_until(uint32_t card, uint32_t gpa, uint32_t length, uint32_t posted)
{
	uint32_t status = LOST;

	for (uint32_t i = 0; i < TRIES && status == LOST; i++) {
		uint32_t cookie = next_cookie++;

		expect(1, (uint32_t)send_one(card, cookie, gpa, length), "net_send");
		expect(0, net_take(cookie, NET_TIMEOUT), "completion of the send");
		status = net_take(posted, PATIENT);
	}
	return status;
}

static void arrives(const char *what, uint32_t to, const uint8_t *address, uint32_t length,
		    uint32_t gpa)
{
	uint32_t posted = next_cookie, status;

	test("NET-3 NET-5 NET-6", "%s", what);
	frame_make(gpa, address, mac(0), length, length);
	expect(1, post_marked(to, OTHER), "net_post");
	status = send_until(0, gpa, length, posted);
	expect_that(frame_same(OTHER, status, gpa, length),
		    "the frame of %u bytes: expected whole and unchanged, seen status %d, "
		    "first byte %x, last %x",
		    length, (int)status, bytes_at(OTHER)[0], bytes_at(OTHER)[length - 1]);
	for (uint32_t i = length < 60 ? 60 : length; i < 2048; i++)
		expect(MARK, bytes_at(OTHER)[i], "byte %u, behind the frame", i);
	end();
}

/* Both others have a buffer; the frame of which `wanted` says who gets it comes
 * first, a broadcast behind it: who gets that has not got the first one. */
static void reaches(const char *clauses, const char *what, const uint8_t *to,
		    const uint8_t *from, bool one, bool two)
{
	const bool wanted[CARDS] = { false, one, two };
	uint32_t posted[CARDS], status[CARDS];

	test(clauses, "%s", what);
	for (uint32_t card = 0; card < CARDS; card++) {
		posted[card] = next_cookie;
		expect(1, post_marked(card, slot(4 + card)), "net_post");
	}
	for (uint32_t i = 0; i < TRIES; i++) {
		uint32_t cookie = next_cookie++;

		frame_make(SENT, to, from, 100, 1);
		expect(1, (uint32_t)send_one(0, cookie, SENT, 100), "net_send");
		expect(0, net_take(cookie, NET_TIMEOUT), "completion of the send");
	}
	for (uint32_t card = 0; card < CARDS; card++) {
		status[card] = net_take(posted[card], wanted[card] ? PATIENT : NS_PER_MS);
		expect_that((status[card] != LOST) == wanted[card],
			    "card %u: expected %s, seen %s", card,
			    wanted[card] ? "the frame" : "nothing",
			    status[card] == LOST ? "nothing" : "a frame");
		if (status[card] != LOST)
			expect_that(frame_same(slot(4 + card), status[card], SENT, 100),
				    "card %u: expected the frame, seen another", card);
	}
	end();
	/* What is still posted is used up by broadcasts of the one and the other. */
	for (uint32_t i = 0; i < 2 * TRIES; i++) {
		uint32_t card = i % 2, cookie = next_cookie++;

		frame_make(SENT, broadcast, mac(card), 100, 2);
		send_one(card, cookie, SENT, 100);
		net_take(cookie, NET_TIMEOUT);
	}
	net_forget();
}

static void filters(void)
{
	uint8_t forged[6];

	memcpy(forged, mac(0), 6);
	forged[5] ^= 0x40;
	reaches("NET-6", "to card 1", mac(1), mac(0), true, false);
	reaches("NET-6", "to card 2", mac(2), mac(0), false, true);
	reaches("NET-6", "to all", broadcast, mac(0), true, true);
	reaches("NET-6", "to a group", group, mac(0), true, true);
	reaches("NET-6", "to nobody", nobody, mac(0), false, false);
	reaches("NET-6", "to itself", mac(0), mac(0), false, false);
	reaches("NET-9", "from another card's address", mac(1), mac(2), false, false);
	reaches("NET-9", "from the receiver's address", mac(1), mac(1), false, false);
	reaches("NET-9", "from an address of nobody's", broadcast, forged, false, false);
	reaches("NET-9", "from a group's address", broadcast, group, false, false);
}

static void lengths(void)
{
	static const uint32_t length[] = { 14, 15, 59, 60, 61, 64, 1513, FRAME_MAX };

	for (uint32_t i = 0; i < ARRAY_SIZE(length); i++) {
		char name[40];

		format(name, sizeof(name), "a frame of %u bytes", length[i]);
		arrives(name, 1, mac(1), length[i], SENT);
	}
	arrives("a frame at an odd address", 1, mac(1), 333, SENT + 3);
	arrives("a frame across two pages", 1, mac(1), FRAME_MAX,
		NET_MEMORY + 64 * PAGE_SIZE - 700);
	arrives("a frame up to the chunk's end", 1, mac(1), FRAME_MAX,
		SPARE_GPA + CHUNK_SIZE - FRAME_MAX);
}

/* All that the description may hold besides. */
static void descriptions(void)
{
	struct silk_net_buffer b = { 0, SENT, 80, 0x12345678 };
	uint32_t posted = next_cookie++, status;

	test("NET-2", "cookies of any value, and `zero` that isn't");
	frame_make(SENT, mac(1), mac(0), 80, 3);
	expect(1, (uint32_t)hv_net_send(0, &b, 1), "net_send, cookie 0");
	expect(0, net_take(0, NET_TIMEOUT), "status");
	b.cookie = ~0u;
	expect(1, (uint32_t)hv_net_send(0, &b, 1), "net_send, cookie ~0");
	expect(0, net_take(~0u, NET_TIMEOUT), "status");
	b = (struct silk_net_buffer){ posted, OTHER + 1, 2000, ~0u };
	memset(bytes_at(OTHER), MARK, 2048);
	expect(1, (uint32_t)hv_net_post(1, &b, 1), "net_post of a longer buffer");
	status = send_until(0, SENT, 80, posted);
	expect_that(frame_same(OTHER + 1, status, SENT, 80),
		    "at an odd address: expected the frame, seen status %d", (int)status);
	expect(MARK, bytes_at(OTHER)[0], "byte before the buffer");
	expect(MARK, bytes_at(OTHER)[81], "byte behind the frame");
	end();
	net_forget();
}

/* A sender's buffer may be used again as soon as it has completed. */
static void memory_in_flight(void)
{
	uint32_t posted = next_cookie++, cookie = next_cookie++, status;

	test("NET-7", "after completion a buffer is nobody's but the guest's");
	frame_make(SENT, mac(1), mac(0), 500, 4);
	memcpy(bytes_at(slot(3)), bytes_at(SENT), 500);
	expect(1, (uint32_t)post_one(1, posted, OTHER), "net_post");
	expect(1, (uint32_t)send_one(0, cookie, SENT, 500), "net_send");
	expect(0, net_take(cookie, NET_TIMEOUT), "completion of the send");
	memset(bytes_at(SENT), 0, 500);
	status = net_take(posted, PATIENT);
	if (status != LOST) {
		expect_that(frame_same(OTHER, status, slot(3), 500),
			    "the frame: expected what was sent, seen what came after");
		memset(bytes_at(OTHER), MARK, 2048);
		for (uint32_t i = 0; i < 5; i++) {
			frame_make(SENT, broadcast, mac(0), 700, i);
			send_one(0, ++next_cookie, SENT, 700);
			net_take(next_cookie, NET_TIMEOUT);
		}
		for (uint32_t i = 0; i < 2048; i++)
			expect(MARK, bytes_at(OTHER)[i],
			       "byte %u of a buffer that was completed", i);
	}
	end();
	next_cookie++;
	net_forget();
}

/* Frames numbered from 0 on, more than can be in flight. */
static void order(void)
{
	uint32_t last = 0, received = 0, first = next_cookie, base, number;

	test("NET-5 NET-10", "order of frames and of buffers, none twice, none changed");
	next_cookie += 64;
	for (uint32_t i = 0; i < 32; i++)
		expect(1, (uint32_t)post_one(1, first + i, slot(8 + i)), "net_post");
	base = next_cookie;
	next_cookie += 64;
	for (uint32_t i = 0; i < 32; i++) {
		frame_make(slot(48 + i), mac(1), mac(0), 200, i);
		bytes_at(slot(48 + i))[14] = (uint8_t)(i + 1);
		expect(1, (uint32_t)send_one(0, base + i, slot(48 + i), 200), "net_send");
	}
	for (uint32_t i = 0; i < 32; i++)
		expect(0, net_take(base + i, NET_TIMEOUT), "completion of send %u", i);
	for (uint32_t i = 0; i < 32; i++) {
		uint32_t status = net_take(first + i, i ? NS_PER_MS : PATIENT);

		if (status == LOST)
			break;
		received++;
		number = bytes_at(slot(8 + i))[14];
		expect_that(number > last, "buffer %u: expected a frame after %u, seen %u",
			    i, last, number);
		last = number;
		expect_that(number <= 32 && frame_same(slot(8 + i), status,
						       slot(48 + number - 1), 200),
			    "buffer %u: expected frame %u as it was sent, seen another", i,
			    number);
	}
	expect_that(received > 0, "frames: expected some of 32, seen none");
	expect_that(net_kept() == 0, "completions: expected buffers in order, seen %u more",
		    net_kept());
	end();
	for (uint32_t i = received; i < 32; i++) { /* use them up */
		frame_make(SENT, mac(1), mac(0), 60, i);
		send_until(0, SENT, 60, first + i);
	}
	net_forget();
}

/* Card 2 floods; card 0's frames to card 1 come through all the same. */
static void flood(void)
{
	uint32_t posted, status = LOST;

	test("NET-10", "a flood from one card, and frames from another");
	frame_make(SENT, mac(1), mac(0), 128, 9);
	frame_make(OTHER, nobody, mac(2), FRAME_MAX, 5);
	expect(1, post_marked(1, slot(2)), "net_post");
	posted = next_cookie - 1;
	for (uint32_t i = 0; i < 200 && status == LOST; i++) {
		for (uint32_t k = 0; k < 32; k++)
			send_one(2, 1, OTHER, FRAME_MAX);
		if (send_one(0, 2, SENT, 128) == 1)
			status = net_take(posted, 5 * NS_PER_MS);
		net_forget_but(posted);
	}
	expect_that(frame_same(slot(2), status, SENT, 128),
		    "the frame: expected it within 200 tries, seen status %d", (int)status);
	end();
}

/* Nothing posted: what comes is lost, and the next one isn't. */
static void none_posted(void)
{
	uint32_t cookie = next_cookie++;

	test("NET-3 NET-10", "a frame for which no buffer is posted");
	frame_make(SENT, mac(1), mac(0), 300, 6);
	expect(1, (uint32_t)send_one(0, cookie, SENT, 300), "net_send");
	expect(0, net_take(cookie, NET_TIMEOUT), "status");
	end();
	arrives("and one for which one is", 1, mac(1), 301, SENT);
}

void hostile_main(void)
{
	if (!net_offered("NET-1 NET-2 NET-3 NET-5 NET-6 NET-7 NET-9 NET-10"))
		return;
	devices();
	lengths();
	descriptions();
	filters();
	memory_in_flight();
	none_posted();
	order();
	flood();
}
