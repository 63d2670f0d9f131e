// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_virtq.c - split virtqueues against a device made here, which follows the
 * rules, answers in any order, or breaks them.
 */
#include <stdlib.h>
#include <string.h>

#include "unit.h"
#include "hypervisor/drivers/virtq.c"

#define SIZE 8u

static u8 memory[8192] __attribute__((aligned(4096)));
static u16 bell;
static struct virtq q;
static u16 device_next; /* the device's place in the available ring */

static void setup(void)
{
	memset(memory, 0, sizeof(memory));
	bell = 0xffff;
	device_next = 0;
	ck_assert_uint_le(virtq_bytes(SIZE), sizeof(memory));
	virtq_init(&q, memory, SIZE, 3, &bell);
}

static bool add(u16 token, u32 out, u32 in)
{
	struct virtq_piece piece[16];
	u32 i;

	for (i = 0; i < out + in; i++)
		piece[i] = (struct virtq_piece){ token * 0x10000u + i, 100 + i };
	return virtq_add(&q, piece, out, in, token, NULL);
}

/* The device takes the next request; its head, or -1. */
static int device_take(void)
{
	if (device_next == q.avail->index)
		return -1;
	return q.avail->ring[device_next++ % SIZE];
}

static void device_answer(u32 head, u32 bytes)
{
	u16 n = q.used->index;

	q.used->ring[n % SIZE].id = head;
	q.used->ring[n % SIZE].bytes = bytes;
	q.used->index = (u16)(n + 1);
}

/* The chain at `head` is what add() made of that token. */
static void check_chain(u32 head, u16 token, u32 out, u32 in)
{
	u32 i;

	for (i = 0; i < out + in; i++) {
		const struct virtq_desc *d = &q.desc[head];

		ck_assert_uint_lt(head, SIZE);
		ck_assert_uint_eq(d->address, token * 0x10000u + i);
		ck_assert_uint_eq(d->bytes, 100 + i);
		ck_assert_uint_eq(d->flags & VIRTQ_DESC_WRITE,
				  i < out ? 0 : VIRTQ_DESC_WRITE);
		ck_assert_uint_eq(d->flags & VIRTQ_DESC_NEXT,
				  i + 1 < out + in ? VIRTQ_DESC_NEXT : 0);
		head = d->next;
	}
}

static u16 take(u32 *bytes)
{
	u16 token;

	ck_assert(virtq_take(&q, &token, bytes));
	return token;
}

START_TEST(test_layout)
{
	u32 size;

	for (size = 2; size <= VIRTQ_MOST; size *= 2) {
		virtq_init(&q, memory, size, 0, &bell);
		ck_assert_uint_eq((uintptr_t)q.desc % 16, 0);
		ck_assert_uint_eq((uintptr_t)q.used % 4, 0);
		ck_assert((u8 *)q.avail >= (u8 *)(q.desc + size));
		ck_assert((u8 *)q.used >= (u8 *)&q.avail->ring[size + 1]);
		ck_assert((u8 *)q.link >= (u8 *)&q.used->ring[size] + 2);
		ck_assert(q.chain >= q.link + size);
		ck_assert(q.token >= q.chain + size);
		ck_assert_ptr_eq((u8 *)(q.token + size), memory + virtq_bytes(size));
	}
}
END_TEST

START_TEST(test_one_request)
{
	u32 bytes;
	u16 token;
	int head;

	ck_assert(add(77, 2, 3));
	ck_assert_int_eq(device_take(), -1);
	ck_assert_uint_eq(bell, 0xffff);
	virtq_kick(&q);
	ck_assert_uint_eq(bell, 3);
	head = device_take();
	check_chain((u32)head, 77, 2, 3);
	ck_assert(!virtq_take(&q, &token, &bytes));
	device_answer((u32)head, 55);
	ck_assert_uint_eq(take(&bytes), 77);
	ck_assert_uint_eq(bytes, 55);
	ck_assert(!virtq_take(&q, &token, &bytes));
	ck_assert(!q.broken);
	ck_assert_uint_eq(q.free_count, SIZE);
}
END_TEST

START_TEST(test_kick_only_when_needed)
{
	virtq_kick(&q);
	ck_assert_uint_eq(bell, 0xffff);
	q.used->flags = VIRTQ_NO_NOTIFY;
	ck_assert(add(1, 1, 1));
	virtq_kick(&q);
	ck_assert_uint_eq(bell, 0xffff);
	ck_assert_int_ge(device_take(), 0);
}
END_TEST

START_TEST(test_full)
{
	u32 bytes;

	ck_assert(!add(1, 4, 5));
	ck_assert(add(1, 2, 3));
	ck_assert(!add(2, 1, 3));
	ck_assert(add(3, 1, 2));
	ck_assert(!add(4, 1, 0));
	virtq_kick(&q);
	device_take();
	device_answer((u32)device_take(), 0);
	ck_assert_uint_eq(take(&bytes), 3);
	ck_assert(!add(5, 2, 2));
	ck_assert(add(5, 2, 1));
}
END_TEST

START_TEST(test_indirect)
{
	struct virtq_desc table[SIZE][12];
	struct virtq_piece piece[12];
	struct virtq_indirect t;
	u32 i, bytes;
	int head;

	for (i = 0; i < 12; i++)
		piece[i] = (struct virtq_piece){ 0x1000 * i, i };
	for (i = 0; i < SIZE; i++) {
		// cppcheck-suppress legacyUninitvar ; the queue wrote it
		t = (struct virtq_indirect){ table[i], 0x5000 + i };
		ck_assert(virtq_add(&q, piece, 5, 7, (u16)i, &t));
	}
	ck_assert(!virtq_add(&q, piece, 1, 0, 9, &t));
	virtq_kick(&q);
	head = device_take();
	ck_assert_uint_eq(q.desc[head].flags, VIRTQ_DESC_INDIRECT);
	ck_assert_uint_eq(q.desc[head].address, 0x5000);
	ck_assert_uint_eq(q.desc[head].bytes, 12 * sizeof(struct virtq_desc));
	for (i = 0; i < 12; i++) {
		ck_assert_uint_eq(table[0][i].address, 0x1000 * i);
		ck_assert_uint_eq(table[0][i].bytes, i);
		ck_assert_uint_eq(table[0][i].flags, (i < 5 ? 0 : VIRTQ_DESC_WRITE) |
							     (i < 11 ? VIRTQ_DESC_NEXT : 0));
		if (i < 11)
			ck_assert_uint_eq(table[0][i].next, i + 1);
	}
	device_answer((u32)head, 1);
	ck_assert_uint_eq(take(&bytes), 0);
}
END_TEST

/* Long enough for all indexes to wrap; answers in any order; each chain is whole
 * when the device sees it. */
START_TEST(test_many_in_any_order)
{
	u16 flying[SIZE], tokens[SIZE], token = 0, got;
	u32 count = 0, k, i, bytes, out, in;
	int head;

	srand(2);
	for (k = 0; k < 200000; k++) {
		out = (u32)rand() % 3;
		in = (u32)rand() % 3;
		if (out + in && add(token, out, in)) {
			virtq_kick(&q);
			head = device_take();
			ck_assert_int_ge(head, 0);
			check_chain((u32)head, token, out, in);
			flying[count] = (u16)head;
			tokens[count++] = token++;
		}
		if (count && rand() % 2) {
			i = (u32)rand() % count;
			device_answer(flying[i], k);
			got = take(&bytes);
			ck_assert_uint_eq(got, tokens[i]);
			ck_assert_uint_eq(bytes, k);
			flying[i] = flying[--count];
			tokens[i] = tokens[count];
		}
	}
	ck_assert(!q.broken);
}
END_TEST

/* The device overwrites all that it can reach: links are not taken from there. */
START_TEST(test_descriptors_are_not_believed)
{
	u32 bytes;
	int head;

	ck_assert(add(1, 2, 2));
	virtq_kick(&q);
	head = device_take();
	memset(q.desc, 0xff, SIZE * sizeof(*q.desc));
	device_answer((u32)head, 0);
	ck_assert_uint_eq(take(&bytes), 1);
	ck_assert_uint_eq(q.free_count, SIZE);
	ck_assert(add(2, 4, 4));
	check_chain(q.avail->ring[1], 2, 4, 4);
}
END_TEST

static void expect_broken(u32 head)
{
	u32 bytes;
	u16 token;

	device_answer(head, 0);
	ck_assert(!virtq_take(&q, &token, &bytes));
	ck_assert(q.broken);
	ck_assert(!virtq_take(&q, &token, &bytes));
	ck_assert(!add(9, 1, 0));
	bell = 0xffff;
	virtq_kick(&q);
	ck_assert_uint_eq(bell, 0xffff);
}

START_TEST(test_head_out_of_range)
{
	ck_assert(add(1, 1, 1));
	expect_broken(_i ? 0xffffffff : SIZE);
}
END_TEST

START_TEST(test_head_not_in_flight)
{
	ck_assert(add(1, 1, 1));
	/* 1 is inside of the chain, 5 is free. */
	expect_broken(_i ? 1 : 5);
}
END_TEST

START_TEST(test_answered_twice)
{
	u32 bytes;
	int head;

	ck_assert(add(1, 1, 1));
	virtq_kick(&q);
	head = device_take();
	device_answer((u32)head, 0);
	take(&bytes);
	expect_broken((u32)head);
}
END_TEST

START_TEST(test_index_jumps)
{
	u32 bytes;
	u16 token;

	ck_assert(add(1, 1, 1));
	q.used->index = 1000;
	/* Entry 0 of the ring is 0: a head in flight, once. */
	ck_assert(virtq_take(&q, &token, &bytes));
	ck_assert(!virtq_take(&q, &token, &bytes));
	ck_assert(q.broken);
}
END_TEST

static void tests(TCase *c)
{
	tcase_add_checked_fixture(c, setup, NULL);
	tcase_add_test(c, test_layout);
	tcase_add_test(c, test_one_request);
	tcase_add_test(c, test_kick_only_when_needed);
	tcase_add_test(c, test_full);
	tcase_add_test(c, test_indirect);
	tcase_add_test(c, test_many_in_any_order);
	tcase_add_test(c, test_descriptors_are_not_believed);
	tcase_add_loop_test(c, test_head_out_of_range, 0, 2);
	tcase_add_loop_test(c, test_head_not_in_flight, 0, 2);
	tcase_add_test(c, test_answered_twice);
	tcase_add_test(c, test_index_jumps);
}

UNIT_MAIN("virtqueues", tests)
