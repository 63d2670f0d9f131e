// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_control.c - the operator's prompt: exact answers, editing, attaching, and
 * the log's lines around it.
 */
#include "life_fixture.h"
#include "hypervisor/core/console.h"
#include "hypervisor/core/control.h"
#include "hypervisor/core/format.h"

static void setup(void)
{
	fake_start(FAKE_HV_CHUNKS + 20);
	module_kernel("build/tiny name=a");
	control_start();
}

static void type(const char *text)
{
	while (*text)
		control_input(*text++);
	cpu_settle();
}

/* The answer to a command: all that is printed between its line and the next
 * prompt. */
static const char *ask(const char *command)
{
	static char answer[FAKE_OUTPUT];
	u32 n = (u32)strlen(command), all;

	cpu_settle();
	log_clear();
	while (*command)
		control_input(*command++);
	control_input('\r');
	cpu_step();
	all = (u32)strlen(log_text());
	ck_assert_msg(!strncmp(log_text(), command - n, n) && log_text()[n] == '\n',
		      "no echo: %s", log_text());
	ck_assert_msg(all >= n + 7 && !strcmp(log_text() + all - 6, CONTROL_PROMPT) &&
			      log_text()[all - 7] == '\n',
		      "no prompt: %s", log_text());
	memcpy(answer, log_text() + n + 1, all - n - 7);
	answer[all - n - 7] = 0;
	cpu_settle();
	return answer;
}

START_TEST(test_prompt)
{
	setup();
	ck_assert_str_eq(log_text(), "silk> ");
	type("\r");
	ck_assert_str_eq(log_text(), "silk> \nsilk> ");
	type("\r\n\n");
	ck_assert_str_eq(log_text(), "silk> \nsilk> \nsilk> \nsilk> ");
	log_clear();
	type("   \r");
	ck_assert_str_eq(log_text(), "   \nsilk> ");
}
END_TEST

START_TEST(test_editing)
{
	setup();
	log_clear();
	type("lisx\bt\x7ft\r");
	ck_assert_str_eq(log_text(), "lisx\b \bt\b \bt\nno guests\nsilk> ");
	log_clear();
	type("foo\x15list\r");
	ck_assert_str_eq(log_text(), "foo\b \b\b \b\b \blist\nno guests\nsilk> ");
	log_clear();
	type("\b\x15wrong\3list\r");
	ck_assert_str_eq(log_text(), "wrong^C\nsilk> list\nno guests\nsilk> ");
	log_clear();
	type("l\1i\033s\tt\x80\r"); /* what is not printable is ignored */
	ck_assert_str_eq(log_text(), "list\nno guests\nsilk> ");
}
END_TEST

/* A line may be as long as a description; what is more rings the bell. */
START_TEST(test_long_line)
{
	u32 i, n;
	char *p;

	setup();
	log_clear();
	for (i = 0; i < 3; i++) {
		for (n = 0; n < 600; n++)
			control_input('x');
		cpu_settle();
	}
	for (i = 0, p = log_text(); *p; p++)
		i += *p == '\a';
	ck_assert_uint_eq(i, 1800 - (CONFIG_LINE - 1));
	log_clear();
	type("\r");
	ck_assert_str_eq(log_text(),
			 "\nerror: there is no command 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx': "
			 "try help\nsilk> ");
}
END_TEST

static const struct {
	const char *command, *answer;
} wrong[] = {
	{ "foo", "error: there is no command 'foo': try help\n" },
	{ "LIST", "error: there is no command 'LIST': try help\n" },
	{ "help foo", "error: there is no command 'foo': try help\n" },
	{ "list x", "error: usage: list\n" },
	{ "stats", "error: usage: stats NAME\n" },
	{ "stats b", "error: there is no guest 'b'\n" },
	{ "attach", "error: usage: attach NAME\n" },
	{ "attach b", "error: there is no guest 'b'\n" },
	{ "detach", "error: not attached; when attached, Ctrl-] comes back\n" },
	{ "create", "error: name= is missing\n" },
	{ "create name=b", "error: kernel= is missing\n" },
	{ "create nothere name=b", "error: kernel=: no module 'nothere' was loaded\n" },
	{ "create tiny name=a", "error: there is a guest 'a' already\n" },
	{ "create tiny name=b mem=1G",
	  "error: mem=1024M is too much: 48 MB are free\n" },
	{ "create tiny name=b disk=3", "error: disk 3: no such disk\n" },
	{ "start a", "error: a is running\n" },
	{ "start", "error: usage: start NAME\n" },
	{ "start a b", "error: usage: start NAME\n" },
	{ "destroy b", "error: there is no guest 'b'\n" },
	{ "reboot b", "error: there is no guest 'b'\n" },
	{ "pause b", "error: there is no guest 'b'\n" },
	{ "unpause a", "error: a is running\n" },
	{ "shutdown b", "error: there is no guest 'b'\n" },
	{ "weight a", "error: usage: weight NAME 1..1000\n" },
	{ "weight a 0", "error: '0' is not a weight from 1 to 1000\n" },
	{ "weight a 1001", "error: '1001' is not a weight from 1 to 1000\n" },
	{ "weight a -1", "error: '-1' is not a weight from 1 to 1000\n" },
	{ "weight b 1", "error: there is no guest 'b'\n" },
	{ "quit now", "error: usage: quit\n" },
};

START_TEST(test_wrong)
{
	setup();
	boot_guest("x name=a");
	ck_assert_str_eq(ask(wrong[_i].command), wrong[_i].answer);
	ck_assert_int_eq(guest_find("a")->state, GUEST_RUNNING);
	ck_assert_ptr_null(guest_find("b"));
}
END_TEST

START_TEST(test_list)
{
	struct guest *a;

	setup();
	ck_assert_str_eq(ask("list"), "no guests\n");
	a = boot_guest("x name=a mem=16M");
	boot_guest("x name=long-name.with-dots mem=8M weight=900 console=5");
	ask("list");
	a->vcpu[0]->sched.ran_ns = 0;
	ask("list");
	guests[0].vcpu[0]->sched.ran_ns += 65432ull * MS;
	guests[1].vcpu[0]->sched.ran_ns = 200000ull * SECOND + MS;
	guests[1].stats.crashes = 2;
	ck_assert_ptr_null(guest_pause(a));
	ck_assert_str_eq(ask("list"),
			 "NAME             STATE      MEM WEIGHT          CPU SHARE BOOTS CRASHES CONSOLE\n"
			 "a                paused     16M    100      65.432s    0%     1       0       0\n"
			 "long-name.with-dots running     8M    900  200000.001s  100%     1       2       5\n");
	guests[0].vcpu[0]->sched.ran_ns += SECOND;
	guests[1].vcpu[0]->sched.ran_ns += 3 * SECOND;
	ck_assert_ptr_nonnull(strstr(ask("list"), " 25% "));
	guests[0].vcpu[0]->sched.ran_ns += 1000;
	ck_assert_ptr_nonnull(strstr(ask("list"), " 100% "));
}
END_TEST

START_TEST(test_stats)
{
	struct guest *g;

	setup();
	g = boot_guest("x name=a");
	ck_assert_ptr_null(guest_pause(g));
	g->vcpu[0]->sched.ran_ns = 1234 * MS;
	g->vcpu[0]->page->stolen_ns = 5 * MS;
	g->stats.refusals = 1;
	g->stats.bounces = 2;
	g->stats.upcalls = 3;
	g->stats.calls[SILK_CALL_pt_batch] = 5000000000ull;
	g->stats.calls[SILK_CALL_yield] = 7;
	ck_assert_str_eq(ask("stats a"),
			 "a: paused\n"
			 "  CPU              1.234 s\n"
			 "  stolen           0.005 s\n"
			 "  boots            1\n"
			 "  bounces          2\n"
			 "  upcalls          3\n"
			 "  refusals         1\n"
			 "  yield            7\n"
			 "  pt_batch         5000000000\n");
}
END_TEST

/* A guest's whole life, from the prompt. */
START_TEST(test_life)
{
	struct guest *g;

	setup();
	ck_assert_str_eq(ask("create tiny name=b mem=16M weight=50 -- hello  there"), "");
	g = guest_find("b");
	ck_assert_ptr_nonnull(g);
	ck_assert_int_eq(g->state, GUEST_RUNNING);
	ck_assert_str_eq(g->info->cmdline, "hello  there");
	ck_assert_str_eq(ask("weight b 70"), "");
	ck_assert_uint_eq(g->config.weight, 70);
	ck_assert_uint_eq(g->info->weight, 50); /* until it boots again */
	ck_assert_str_eq(ask("pause b"), "");
	ck_assert_int_eq(g->state, GUEST_PAUSED);
	ck_assert_str_eq(ask("unpause b"), "");
	ck_assert_int_eq(g->state, GUEST_RUNNING);
	ck_assert_str_eq(ask("shutdown b"), "");
	ck_assert(g->vcpu[0]->page->pending & 1u << SILK_EVENT_SHUTDOWN);
	ck_assert_str_eq(ask("reboot b"), "");
	ck_assert_uint_eq(g->stats.boots, 2);
	ck_assert_uint_eq(g->info->weight, 70);
	FAKE_CALL(g->vcpu[0], shutdown, 0, 0, 0);
	cpu_settle();
	ck_assert_str_eq(ask("reboot b"), "error: b is off: start it\n");
	ck_assert_str_eq(ask("start b"), "");
	ck_assert_int_eq(g->state, GUEST_RUNNING);
	ck_assert_str_eq(ask("audit"), "b: ok\nmachine: ok\n");
	ck_assert_str_eq(ask("destroy b"), "");
	ck_assert_ptr_null(guest_find("b"));
	ck_assert_str_eq(ask("audit"), "machine: ok\n");
	ck_assert_str_eq(ask("mem"),
			 "80 MB in chunks: 80 MB free, 0 MB guests', 0 MB kept\n");
}
END_TEST

/* An audit that finds something says what. */
START_TEST(test_audit)
{
	struct guest *g;

	setup();
	g = boot_guest("x name=a");
	g->chunks.reverse[g->chunks.machine[3] >> CHUNK_SHIFT] = 0;
	ck_assert(!strncmp(ask("audit"), "error: a: ", 10));
}
END_TEST

START_TEST(test_machine)
{
	setup();
	boot_guest("x name=a mem=32M");
	ck_assert_str_eq(ask("mem"),
			 "80 MB in chunks: 48 MB free, 32 MB guests', 0 MB kept\n");
	fake.now = 3661 * SECOND + 5 * MS;
	ck_assert_str_eq(ask("info"),
			 "SILK 1.1, up 3661.005 s\nmodule 0: 8 KB, build/tiny name=a\n");
	ck_assert_str_eq(ask("help weight"),
			 "weight NAME 1..1000: set a guest's share of the CPU\n");
	ck_assert(!strncmp(ask("help"), "help      ...           this list, or one of it\n"
					"list                    all guests\n",
			   83));
}
END_TEST

static void quit(void *arg)
{
	(void)arg;
	type("quit\r");
}

START_TEST(test_quit)
{
	setup();
	log_clear();
	ck_assert(fake_panics(quit, NULL)); /* the fake's way to be off */
	ck_assert_str_eq(log_text(), "quit\nthe machine is off\n");
}
END_TEST

/* Lines of the log are lines of their own; the prompt and what is typed so far
 * come back behind them. */
START_TEST(test_log_at_the_prompt)
{
	setup();
	type("li");
	log_clear();
	log_printf("something\n");
	ck_assert_str_eq(log_text(), "\r\033[Ksomething\nsilk> li");
	log_clear();
	log_begin();
	log_printf("one\n");
	log_printf("two\n");
	log_end();
	ck_assert_str_eq(log_text(), "\r\033[Kone\ntwo\nsilk> li");
	log_clear();
	type("st\r");
	ck_assert_str_eq(log_text(), "st\nno guests\nsilk> ");
}
END_TEST

static void print(struct guest *g, const char *text)
{
	memcpy(fake_gpa(g, CHUNK_SIZE), text, strlen(text));
	FAKE_CALL(g->vcpu[0], console_write, FAKE_GVA(CHUNK_SIZE), (u32)strlen(text), 0);
}

START_TEST(test_attach)
{
	struct guest *g;
	char got[16];

	setup();
	g = boot_guest("x name=a");
	print(g, "early\n");
	log_clear();
	type("attach a\r");
	ck_assert_str_eq(log_text(), "attach a\nattached to a: Ctrl-] comes back\nearly\n");
	log_clear();
	print(g, "$ ");
	log_printf("of the log\n");
	log_printf("and more\n");
	ck_assert_str_eq(log_text(), "$ \nof the log\nand more\n");
	type("ls\r");
	ck_assert_uint_eq(FAKE_CALL(g->vcpu[0], console_read, FAKE_GVA(CHUNK_SIZE), 16, 0), 3);
	memcpy(got, fake_gpa(g, CHUNK_SIZE), 3);
	ck_assert_mem_eq(got, "ls\r", 3);
	log_clear();
	print(g, "no end");
	type("\x1d");
	ck_assert_str_eq(log_text(), "no end\nsilk> ");
	print(g, "unseen\n");
	log_clear();
	type("list\x15"
	     "mem\r");
	ck_assert_ptr_nonnull(strstr(log_text(), "MB in chunks"));
	ck_assert_uint_eq(FAKE_CALL(g->vcpu[0], console_read, FAKE_GVA(CHUNK_SIZE), 16, 0), 0);
}
END_TEST

/* The guest that is destroyed may be the one that runs. */
START_TEST(test_destroy_the_running_one)
{
	struct guest *a, *b;

	setup();
	a = boot_guest("x name=a mem=8M");
	b = boot_guest("x name=b mem=8M");
	fake_run(a->vcpu[0]);
	type("destroy a\r");
	ck_assert_ptr_null(guest_find("a"));
	ck_assert_ptr_eq(sched_pick(fake.now), b->vcpu[0]);
	type("destroy b\r");
	ck_assert_ptr_null(sched_pick(fake.now));
	audit_all();
}
END_TEST

static void tests(TCase *c)
{
	tcase_add_test(c, test_prompt);
	tcase_add_test(c, test_editing);
	tcase_add_test(c, test_long_line);
	tcase_add_loop_test(c, test_wrong, 0, ARRAY_SIZE(wrong));
	tcase_add_test(c, test_list);
	tcase_add_test(c, test_stats);
	tcase_add_test(c, test_life);
	tcase_add_test(c, test_audit);
	tcase_add_test(c, test_machine);
	tcase_add_test(c, test_quit);
	tcase_add_test(c, test_log_at_the_prompt);
	tcase_add_test(c, test_attach);
	tcase_add_test(c, test_destroy_the_running_one);
}

UNIT_MAIN("control", tests)
