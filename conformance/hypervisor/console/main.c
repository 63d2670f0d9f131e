// SPDX-License-Identifier: GPL-2.0-only
/*
 * console - bytes in both directions: none changed, none lost, none to somebody
 * else; the event when input has come; the buffer that can't be written.
 *
 * The first guest is typed at, a second one is not and must read nothing. What
 * they write is compared by the script "look".
 *
 * guest: mem=16M console=typed
 * guest: mem=16M console=typed
 * covers: CON-1 CON-2 CON-3 CON-4 CON-5 CON-52 GEN-9 EVT-1
 */
#include "suite.h"

#define CONSOLE_BIT (1u << SILK_EVENT_CONSOLE)
#define TYPED       256u /* as many as the hypervisor keeps at least */
#define WAIT        (8 * (uint64_t)NS_PER_S)

static uint8_t text[TYPED + 64];

static bool event_within(uint64_t ns)
{
	uint64_t until = time_ns() + ns;

	while (!(READ_ONCE(vcpu()->pending) & CONSOLE_BIT))
		if (time_ns() > until)
			return false;
	return true;
}

/* The one that nobody types at. */
static void other(void)
{
	uint64_t until = time_ns() + 2 * (uint64_t)NS_PER_S;
	uint32_t got = 0;

	test("CON-5", "nothing of another guest's input");
	while (time_ns() < until) {
		got += (uint32_t)hv_console_read(text, sizeof(text));
		hv_yield();
	}
	expect(0, got, "bytes read");
	expect(0, vcpu()->pending & CONSOLE_BIT, "event CONSOLE");
	end();
	print("# bytes of the second guest: ZZZZ\n");
}

static void read_only(void)
{
	struct refusal r = R(CONR_FAULT, console_read, RO_PAGE, 16, 0, RO_PAGE);
	struct refusal hole = R(CONR_FAULT, console_read, HOLE, 1, 0, HOLE);
	struct refusal window = R(CONR_FAULT, console_read, SILK_I386_INFO, 1, 0,
				  SILK_I386_INFO);
	struct refusal high = R(CONR_FAULT, console_read, SILK_I386_HYPERVISOR, 1, 0,
				SILK_I386_HYPERVISOR);

	r.note = "a page that is read-only";
	refuse(&r);
	refuse(&hole);
	window.note = "the info page";
	refuse(&window);
	refuse(&high);
}

/* All that was typed, in pieces. */
static void input(void)
{
	uint64_t until = time_ns() + WAIT;
	uint32_t got = 0, wrong = 0;

	test("CON-2 CON-4", "%u bytes of all values, read in pieces", TYPED);
	while (got < TYPED && time_ns() < until) {
		uint32_t want = 1 + got % 37;
		int32_t n = hv_console_read(text + got, want);

		expect_that(n >= 0 && (uint32_t)n <= want,
			    "result: expected 0 to %u, seen %d", want, n);
		got += n > 0 ? (uint32_t)n : 0;
	}
	expect(TYPED, got, "bytes");
	for (uint32_t i = 0; i < got; i++)
		wrong += text[i] != (uint8_t)(i * 7 + 1);
	expect(0, wrong, "bytes that are others than were typed");
	expect(0, (uint32_t)hv_console_read(text, 16), "another read");
	end();
}

static void output(void)
{
	static uint8_t all[256];

	for (uint32_t i = 0; i < 256; i++)
		all[i] = (uint8_t)i;
	test("CON-1", "writes of no byte, and of all");
	expect(0, (uint32_t)hv_console_write((void *)HOLE, 0), "length 0");
	print("ALL<");
	for (uint32_t done = 0; done < 256;) {
		int32_t n = hv_console_write(all + done, 256 - done);

		if (n > 0)
			done += (uint32_t)n;
		else
			hv_yield();
		expect_that(n > 0 || n == -SILK_EAGAIN,
			    "result: expected 1 to the length, seen %d", n);
	}
	print(">ALL\n");
	end();
}

void hostile_main(void)
{
	size_t n = strlen(info()->name);

	if (n > 2 && !strcmp(info()->name + n - 2, "-b")) {
		other();
		return;
	}
	scene_set();
	test("CON-2 CON-3", "no input, and no event for it");
	expect(0, (uint32_t)hv_console_read(text, 16), "result");
	expect(0, (uint32_t)hv_console_read((void *)HOLE, 0), "length 0");
	__atomic_and_fetch(&vcpu()->pending, ~CONSOLE_BIT, __ATOMIC_SEQ_CST);
	end();
	print("suite: DO type %u;\n", TYPED);
	test("CON-3", "the event when input has come");
	if (!event_within(WAIT)) {
		skip("nobody typed");
		return;
	}
	expect_that(vcpu()->pending & CONSOLE_BIT, "event CONSOLE: expected, seen nothing");
	end();
	read_only();
	input();
	output();
}
