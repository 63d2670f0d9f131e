// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_console.c - guests' consoles: bytes in and out, who waits and who is
 * told, what is kept for whom.
 */
#include "life_fixture.h"
#include "hypervisor/core/console.h"

#define BUFFER 0x00400000u /* guest-physical, in RAM */

static struct guest *g[2];
static struct vcpu *v;

static void setup(void)
{
	u32 i;

	fake_start(48);
	for (i = 0; i < 2; i++) {
		g[i] = fake_guest(i, 4, 1);
		g[i]->config.console_port = 2 + i;
		ck_assert_int_eq(console_init(g[i]), 0);
	}
	v = g[0]->vcpu[0];
	fake.console_connected[2] = fake.console_connected[3] = true;
}

static u32 put(u32 n, const char *text, u32 bytes)
{
	memcpy(fake_gpa(g[n], BUFFER), text, bytes);
	return FAKE_CALL(g[n]->vcpu[0], console_write, FAKE_GVA(BUFFER), bytes, 0);
}

static u32 get(u32 n, char *to, u32 bytes)
{
	u32 got = FAKE_CALL(g[n]->vcpu[0], console_read, FAKE_GVA(BUFFER), bytes, 0);

	if (got <= bytes)
		memcpy(to, fake_gpa(g[n], BUFFER), got);
	return got;
}

static bool prodded(u32 n)
{
	u32 *pending = &g[n]->vcpu[0]->page->pending;
	bool yes = *pending & 1u << SILK_EVENT_CONSOLE;

	*pending = 0;
	return yes;
}

/* covers: CON-1 CON-4 CON-5 */
START_TEST(test_write)
{
	setup();
	ck_assert_uint_eq(put(0, "hello\r\n\0\377x", 10), 10);
	ck_assert_uint_eq(put(1, "other", 5), 5);
	ck_assert_uint_eq(fake.output_bytes[2], 10);
	ck_assert_mem_eq(fake.output[2], "hello\r\n\0\377x", 10);
	ck_assert_str_eq(fake.output[3], "other");
	ck_assert_uint_eq(fake.output_bytes[FAKE_CONSOLES], 0);
	ck_assert_uint_eq(put(0, "", 0), 0);
	ck_assert(!prodded(0));
}
END_TEST

/* One call takes a ring's worth at most, and says how much.
 * covers: CON-1 */
START_TEST(test_long_write)
{
	static char text[3 * CONSOLE_RING];
	u32 i;

	setup();
	for (i = 0; i < sizeof(text); i++)
		text[i] = (char)(i % 251);
	ck_assert_uint_eq(put(0, text, sizeof(text)), CONSOLE_RING);
	ck_assert_uint_eq(put(0, text + CONSOLE_RING, CONSOLE_RING), CONSOLE_RING);
	ck_assert_uint_eq(fake.output_bytes[2], 2 * CONSOLE_RING);
	ck_assert_mem_eq(fake.output[2], text, 2 * CONSOLE_RING);
	fake.console_room = 100; /* at a time */
	ck_assert_uint_eq(put(0, text, CONSOLE_RING), CONSOLE_RING);
	for (i = 0; i < 41; i++)
		console_room(2);
	ck_assert_uint_eq(fake.output_bytes[2], 3 * CONSOLE_RING);
	ck_assert_mem_eq(fake.output[2] + 2 * CONSOLE_RING, text, CONSOLE_RING);
}
END_TEST

/* covers: CON-50 */
START_TEST(test_write_fault)
{
	setup();
	FAKE_REFUSED(FAKE_CALL(v, console_write, 0x1000, 1, 0), v, CONW_FAULT);
	FAKE_REFUSED(FAKE_CALL(v, console_write, FAKE_GVA(4 * CHUNK_SIZE - 1), 2, 0),
		     v, CONW_FAULT);
	FAKE_REFUSED(FAKE_CALL(v, console_write, 0xfffffffe, 4, 0), v, CONW_FAULT);
	ck_assert_uint_eq(FAKE_CALL(v, console_write, 0x1000, 0, 0), 0);
	ck_assert_uint_eq(fake.output_bytes[2], 0);
	/* a bad buffer is told before a full console */
	fake.console_room = 0;
	put(0, fake_gpa(g[0], BUFFER), CONSOLE_RING);
	FAKE_REFUSED(FAKE_CALL(v, console_write, 0x1000, 1, 0), v, CONW_FAULT);
}
END_TEST

/* Somebody is there and slow: the guest is told to wait, and told when there is
 * room.
 * covers: CON-51 CON-3 CON-1 */
START_TEST(test_back_pressure)
{
	static char text[CONSOLE_RING];

	setup();
	memset(text, 'x', sizeof(text));
	fake.console_room = 0;
	ck_assert_uint_eq(put(0, text, 4000), 4000);
	ck_assert_uint_eq(put(0, text, 200), CONSOLE_RING - 4000);
	FAKE_REFUSED(put(0, text, 1), v, CONW_FULL);
	ck_assert(!prodded(0));
	console_room(2); /* there is none, really */
	ck_assert(!prodded(0));
	fake.console_room = 10;
	console_room(2);
	ck_assert(prodded(0));
	ck_assert_uint_eq(fake.output_bytes[2], 10);
	console_room(2); /* told once */
	ck_assert(!prodded(0));
	fake.console_room = 0;
	put(0, text, 20);
	FAKE_REFUSED(put(0, text, 1), v, CONW_FULL);
	g[0]->state = GUEST_PAUSED; /* it learns of it when it goes on */
	fake.console_room = 10;
	console_room(2);
	ck_assert(prodded(0));
	g[0]->state = GUEST_RUNNING;
	ck_assert_uint_eq(put(1, "mine", 4), 4); /* the other one is free */
	fake.console_room = 0;
	ck_assert_uint_eq(put(0, text, 100), 10);
	FAKE_REFUSED(put(0, text, 1), v, CONW_FULL);
	fake.console_connected[2] = false; /* he went away */
	console_room(2);
	ck_assert(prodded(0));
	ck_assert_uint_eq(put(0, text, 1), 1);
}
END_TEST

/* Nobody is there: a guest never waits, and who comes gets the last of it, from
 * the beginning of a line.
 * covers: CON-1 */
START_TEST(test_nobody_there)
{
	char line[16], want[8192] = "";
	u32 i, n = 0;

	setup();
	fake.console_connected[2] = false;
	for (i = 0; i < 1000; i++) {
		sprintf(line, "line %04u\n", i);
		ck_assert_uint_eq(put(0, line, 10), 10);
	}
	ck_assert_uint_eq(fake.output_bytes[2], 0);
	for (i = 1000 - CONSOLE_RING / 10; i < 1000; i++)
		n += (u32)sprintf(want + n, "line %04u\n", i);
	fake.console_connected[2] = true;
	console_opened(2);
	ck_assert_str_eq(fake.output[2], want);
	put(0, "live\n", 5);
	ck_assert_str_eq(fake.output[2] + n, "live\n");
	ck_assert_uint_eq(fake.output_bytes[3], 0);
	console_opened(7); /* nobody's port */
	console_room(7);
}
END_TEST

/* Little output is kept wholly. */
START_TEST(test_first_lines)
{
	setup();
	fake.console_connected[2] = false;
	put(0, "no end", 6);
	fake.console_connected[2] = true;
	console_opened(2);
	ck_assert_str_eq(fake.output[2], "no end");
}
END_TEST

/* covers: CON-2 CON-3 CON-4 CON-5 */
START_TEST(test_read)
{
	char text[64];

	setup();
	ck_assert_uint_eq(get(0, text, 64), 0);
	ck_assert_uint_eq(console_input(2, "ab\r\0\377", 5), 5);
	ck_assert(prodded(0));
	ck_assert(!prodded(1));
	ck_assert_uint_eq(get(1, text, 64), 0);
	ck_assert_uint_eq(get(0, text, 2), 2);
	ck_assert_mem_eq(text, "ab", 2);
	ck_assert_uint_eq(get(0, text, 0), 0);
	ck_assert_uint_eq(get(0, text, 64), 3);
	ck_assert_mem_eq(text, "\r\0\377", 3);
	ck_assert_uint_eq(get(0, text, 64), 0);
	ck_assert_uint_eq(console_input(6, "x", 1), 0);
}
END_TEST

/* Around the end of the ring, and what is too much is lost.
 * covers: CON-2 CON-4 */
START_TEST(test_much_input)
{
	static char text[CONSOLE_RING + 100], got[CONSOLE_RING];
	u32 i;

	setup();
	for (i = 0; i < sizeof(text); i++)
		text[i] = (char)(i % 253);
	ck_assert_uint_eq(console_input(2, text, 3000), 3000);
	ck_assert_uint_eq(get(0, got, 3000), 3000);
	ck_assert_uint_eq(console_input(2, text, sizeof(text)), CONSOLE_RING);
	ck_assert_uint_eq(console_input(2, text, 1), 0);
	ck_assert_uint_eq(get(0, got, CONSOLE_RING), CONSOLE_RING);
	ck_assert_mem_eq(got, text, CONSOLE_RING);
}
END_TEST

/* What can't be stored stays.
 * covers: CON-52 */
START_TEST(test_read_fault)
{
	char text[8];

	setup();
	ck_assert_uint_eq(FAKE_CALL(v, console_read, 0x1000, 8, 0), 0);
	console_input(2, "abc", 3);
	FAKE_REFUSED(FAKE_CALL(v, console_read, 0x1000, 8, 0), v, CONR_FAULT);
	/* the TABLE chunk is readable alone */
	FAKE_REFUSED(FAKE_CALL(v, console_read, FAKE_GVA(0x8000), 8, 0), v, CONR_FAULT);
	ck_assert_uint_eq(get(0, text, 8), 3);
	ck_assert_mem_eq(text, "abc", 3);
}
END_TEST

/* A new run begins with nothing typed, whoever typed it; what the last one
 * printed is kept.
 * covers: BOOT-12 */
START_TEST(test_boot)
{
	char text[8];

	setup();
	fake.console_connected[2] = false;
	put(0, "before\n", 7);
	console_input(2, "old", 3);
	console_boot(g[0]);
	ck_assert_uint_eq(get(0, text, 8), 0);
	g[0]->state = GUEST_OFF;
	ck_assert_uint_eq(console_input(2, "x", 1), 0);
	g[0]->state = GUEST_RUNNING;
	put(0, "after\n", 6);
	fake.console_connected[2] = true;
	console_opened(2);
	ck_assert_str_eq(fake.output[2], "before\nafter\n");
}
END_TEST

/* The operator sees a guest beside its port, and slows it down if he is slow.
 * covers: CON-1 CON-5 */
START_TEST(test_attached)
{
	static char text[CONSOLE_RING];
	u32 i, all = 0;

	setup();
	put(0, "one\n", 4);
	put(1, "not this\n", 9);
	console_attach(g[0]);
	ck_assert_ptr_eq(console_attached(), g[0]);
	put(0, "two\n", 4);
	put(1, "nor this\n", 9);
	ck_assert_str_eq(log_text(), "one\ntwo\n");
	ck_assert_str_eq(fake.output[2], "one\ntwo\n");
	memset(text, 'y', sizeof(text));
	fake.console_connected[2] = false;
	fake.console_room = 0;
	for (i = 0; i < 10; i++) {
		u32 n = put(0, text, sizeof(text));

		if (n > sizeof(text))
			break;
		all += n;
	}
	ck_assert_uint_lt(i, 10);
	ck_assert(!prodded(0));
	fake.console_room = ~0u;
	console_log_room();
	ck_assert(prodded(0));
	ck_assert_uint_eq(fake.output_bytes[FAKE_CONSOLES], 8 + all);
	console_attach(NULL);
	put(0, "three\n", 6);
	ck_assert_uint_eq(fake.output_bytes[FAKE_CONSOLES], 8 + all);
	console_attach(g[1]);
	console_exit(g[1]);
	ck_assert_ptr_null(console_attached());
}
END_TEST

static void tests(TCase *c)
{
	tcase_add_test(c, test_write);
	tcase_add_test(c, test_long_write);
	tcase_add_test(c, test_write_fault);
	tcase_add_test(c, test_back_pressure);
	tcase_add_test(c, test_nobody_there);
	tcase_add_test(c, test_first_lines);
	tcase_add_test(c, test_read);
	tcase_add_test(c, test_much_input);
	tcase_add_test(c, test_read_fault);
	tcase_add_test(c, test_boot);
	tcase_add_test(c, test_attached);
}

UNIT_MAIN("console", tests)
