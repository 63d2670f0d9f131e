// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_end.c - how a run ends: shutdown, crash, restart, and the kernel that the
 * next run boots.
 */
#include "life_fixture.h"
#include "hypervisor/core/life.h"

#define TEXT 0x00800000u /* guest-physical: where the tests' bytes are */

static struct guest *g;
static struct vcpu *v;

static void setup(const char *text)
{
	fake_start(FAKE_HV_CHUNKS + 40);
	module_kernel("tiny");
	g = boot_guest(text);
	v = g->vcpu[0];
	log_clear();
}

static u32 end(u32 reason, const char *text, u32 bytes)
{
	memcpy(fake_gpa(g, TEXT), text, bytes);
	return FAKE_CALL(v, shutdown, reason, FAKE_GVA(TEXT), bytes);
}

/* covers: LIFE-1 LIFE-6 */
START_TEST(test_poweroff)
{
	setup("x name=a mem=16M");
	ck_assert_uint_eq(end(SILK_SHUTDOWN_POWEROFF, "bye", 3), 0);
	ck_assert_ptr_null(sched_pick(fake.now)); /* not one step more */
	ck_assert(work_due());
	cpu_settle();
	ck_assert_int_eq(g->state, GUEST_OFF);
	ck_assert_uint_eq(g->chunks.owned, 0);
	ck_assert_uint_eq(chunks_free(), 40);
	ck_assert_str_eq(log_text(), "a: powers off: bye\n");
	audit_all();
	ck_assert_ptr_null(guest_start(g));
	cpu_settle();
	ck_assert_int_eq(g->state, GUEST_RUNNING);
	ck_assert_uint_eq(g->stats.boots, 2);
}
END_TEST

/* covers: LIFE-1 LIFE-2 */
START_TEST(test_reboot)
{
	setup("x name=a mem=16M restart=no");
	ck_assert_uint_eq(end(SILK_SHUTDOWN_REBOOT, "", 0), 0);
	ck_assert_ptr_null(sched_pick(fake.now));
	cpu_settle();
	ck_assert_int_eq(g->state, GUEST_RUNNING);
	ck_assert_uint_eq(g->stats.boots, 2);
	ck_assert_uint_eq(g->stats.crashes, 0);
	ck_assert_str_eq(log_text(), "a: reboots\na: boots with 16 MB\n");
	audit_all();
}
END_TEST

/* covers: LIFE-1 LIFE-3 LIFE-4 LIFE-7 */
START_TEST(test_crash_call)
{
	struct guest *other;

	setup("x name=a mem=16M restart=no");
	other = boot_guest("x name=b mem=16M");
	log_clear();
	end(SILK_SHUTDOWN_CRASH, "no init\033[2J\n\n", 13);
	cpu_settle();
	ck_assert_int_eq(g->state, GUEST_CRASHED);
	ck_assert_uint_eq(g->crash_cause, SILK_CRASH_GUEST);
	ck_assert_str_eq(g->crash_message, "no init.[2J");
	ck_assert_uint_eq(g->chunks.owned, 4); /* kept, to be looked at */
	ck_assert_uint_eq(g->stats.crashes, 1);
	ck_assert_str_eq(log_text(),
			 "a: crashed: the guest called shutdown(CRASH)\n"
			 "  it says: no init.[2J\n"
			 "a: stays down\n");
	ck_assert_int_eq(other->state, GUEST_RUNNING);
	ck_assert_ptr_eq(sched_pick(fake.now), other->vcpu[0]);
	audit_all();
	ck_assert_ptr_null(guest_start(g));
	cpu_settle();
	ck_assert_int_eq(g->state, GUEST_RUNNING);
}
END_TEST

/* covers: LIFE-50 LIFE-51 LIFE-52 */
START_TEST(test_shutdown_refused)
{
	setup("x name=a mem=16M");
	FAKE_REFUSED(FAKE_CALL(v, shutdown, 3, 0x1000, 9999), v, SHUTDOWN_REASON);
	FAKE_REFUSED(FAKE_CALL(v, shutdown, ~0u, 0, 0), v, SHUTDOWN_REASON);
	FAKE_REFUSED(FAKE_CALL(v, shutdown, 0, 0x1000, 129), v, SHUTDOWN_LENGTH);
	FAKE_REFUSED(FAKE_CALL(v, shutdown, 0, 0x1000, ~0u), v, SHUTDOWN_LENGTH);
	FAKE_REFUSED(FAKE_CALL(v, shutdown, 0, 0x1000, 1), v, SHUTDOWN_MESSAGE);
	FAKE_REFUSED(FAKE_CALL(v, shutdown, 2, 0xfffffff0, 128), v, SHUTDOWN_MESSAGE);
	ck_assert_int_eq(g->state, GUEST_RUNNING);
	ck_assert(!work_due());
	ck_assert_str_eq(log_text(), "");
	ck_assert_uint_eq(FAKE_CALL(v, shutdown, 0, 0x1000, 0), 0); /* unread */
}
END_TEST

START_TEST(test_longest_message)
{
	char text[SILK_MESSAGE_MAX];

	setup("x name=a mem=16M");
	memset(text, 'm', sizeof(text));
	ck_assert_uint_eq(end(SILK_SHUTDOWN_POWEROFF, text, sizeof(text)), 0);
	ck_assert_uint_eq(strlen(g->crash_message), SILK_MESSAGE_MAX);
}
END_TEST

/* What the hypervisor declares: cause, clause, detail; then restarted.
 * covers: LIFE-3 LIFE-4 LIFE-7 */
START_TEST(test_declared)
{
	setup("x name=a mem=16M");
	fake.now += 10 * SECOND;
	guest_crash(v, SILK_CRASH_BAD_STACK, SILK_CLAUSE(SILK_AREA_TRAP, 7), 0xc0de);
	ck_assert_ptr_null(sched_pick(fake.now));
	ck_assert_uint_eq(g->chunks.owned, 4);      /* until nothing is under way */
	guest_crash(v, SILK_CRASH_BAD_STACK, 0, 0); /* only once */
	ck_assert_uint_eq(g->stats.crashes, 1);
	cpu_settle();
	ck_assert_int_eq(g->state, GUEST_RUNNING);
	ck_assert_uint_eq(g->stats.boots, 2);
	ck_assert_str_eq(log_text(),
			 "a: crashed: a trap's frame could not be stored on the guest-kernel stack\n"
			 "  clause TRAP-7, 0000c0de\n"
			 "a: restarts\n"
			 "a: boots with 16 MB\n");
	audit_all();
}
END_TEST

/* A guest that crashes at once, again and again, stays down; one that lives
 * for a while in between does not. */
START_TEST(test_crash_loop)
{
	u32 i;

	setup("x name=a mem=8M");
	for (i = 0; i < 20; i++) {
		fake.now += 2 * SECOND;
		guest_crash(v, SILK_CRASH_NO_HANDLER, 0, 0);
		cpu_settle();
		ck_assert_int_eq(g->state, GUEST_RUNNING);
	}
	for (i = 0; i < 4; i++) {
		guest_crash(v, SILK_CRASH_NO_HANDLER, 0, 0);
		cpu_settle();
		ck_assert_int_eq(g->state, GUEST_RUNNING);
	}
	log_clear();
	guest_crash(v, SILK_CRASH_NO_HANDLER, 0, 0);
	cpu_settle();
	ck_assert_int_eq(g->state, GUEST_CRASHED);
	ASSERT_LOGGED("a: stays down: 5 runs in a row ended within a second\n");
	ck_assert_ptr_null(guest_start(g));
	cpu_settle();
	guest_crash(v, SILK_CRASH_NO_HANDLER, 0, 0);
	cpu_settle();
	ck_assert_int_eq(g->state, GUEST_RUNNING); /* it counts anew */
}
END_TEST

/* A guest that reboots all the time doesn't fill the log. */
START_TEST(test_reboot_loop)
{
	u32 i;

	setup("x name=a mem=8M");
	for (i = 0; i < 100; i++) {
		FAKE_CALL(v, shutdown, SILK_SHUTDOWN_REBOOT, 0, 0);
		cpu_settle();
		ck_assert_int_eq(g->state, GUEST_RUNNING);
	}
	ck_assert_uint_eq(g->stats.boots, 101);
	ck_assert_uint_lt(strlen(log_text()), 200);
}
END_TEST

/* A crash may find any hypercall or event under way: all of it ends well. */
START_TEST(test_crash_with_work_pending)
{
	setup("x name=a mem=16M restart=no");
	v->timer = fake.now + 1;
	guest_crash(v, SILK_CRASH_NO_HANDLER, 0, 0);
	fake.now += SECOND;
	ck_assert_str_eq(guest_pause(g), "a is crashed");
	ck_assert_str_eq(guest_unpause(g), "a is crashed");
	cpu_settle();
	ck_assert_ptr_null(sched_pick(fake.now));
	ck_assert_ptr_null(guest_reboot(g));
	cpu_settle();
	ck_assert_int_eq(g->state, GUEST_RUNNING);
}
END_TEST

/* ---- set_kernel ---- */

static u32 give(u32 gpa, u8 seed)
{
	struct kernel_file f;
	u32 i;

	kernel_file(&f, seed);
	for (i = 0; i < sizeof(f); i++)
		*(u8 *)fake_gpa(g, gpa + i) = ((u8 *)&f)[i];
	return FAKE_CALL(v, set_kernel, gpa, sizeof(f), 0);
}

static void reboot(void)
{
	FAKE_CALL(v, shutdown, SILK_SHUTDOWN_REBOOT, 0, 0);
	cpu_settle();
	ck_assert_int_eq(g->state, GUEST_RUNNING);
}

static u8 first_byte(void)
{
	return *(u8 *)fake_gpa(g, CHUNK_SIZE);
}

/* The seed's demand: its owner upgrades it, again and again, by himself.
 * covers: LIFE-5 LIFE-2 */
START_TEST(test_upgrade)
{
	setup("x name=a mem=32M");
	fake.now += 10 * SECOND;
	ck_assert_uint_eq(give(TEXT, 40), 0);
	ck_assert_uint_eq(first_byte(), 0); /* not before the reboot */
	audit_all();
	memset(fake_gpa(g, TEXT), 0, KERNEL_FILE); /* the copy counts */
	reboot();
	ck_assert_uint_eq(first_byte(), 40);
	guest_crash(v, SILK_CRASH_NO_HANDLER, 0, 0); /* it is there to stay */
	cpu_settle();
	ck_assert_uint_eq(first_byte(), 40);
	ck_assert_uint_eq(give(4 * CHUNK_SIZE - 3000, 50), 0); /* two chunks */
	ck_assert_uint_eq(chunks_free(), 40 - 8 - 1);
	reboot();
	ck_assert_uint_eq(first_byte(), 50);
	audit_all();
	ck_assert_uint_eq(FAKE_CALL(v, set_kernel, 1, 0, 0), 0); /* the first again */
	reboot();
	ck_assert_uint_eq(first_byte(), 0);
	ck_assert_uint_eq(chunks_free(), 40 - 8);
	give(TEXT, 60);
	guest_destroy(g);
	ck_assert_uint_eq(chunks_free(), 40);
}
END_TEST

/* covers: LIFE-53 LIFE-54 LIFE-55 */
START_TEST(test_set_kernel_refused)
{
	setup("x name=a mem=32M");
	FAKE_REFUSED(FAKE_CALL(v, set_kernel, 0, 51, 0), v, KERNEL_LENGTH);
	FAKE_REFUSED(FAKE_CALL(v, set_kernel, 0, SILK_KERNEL_MAX + 1, 0), v, KERNEL_LENGTH);
	FAKE_REFUSED(FAKE_CALL(v, set_kernel, 0, ~0u, 0), v, KERNEL_LENGTH);
	FAKE_REFUSED(FAKE_CALL(v, set_kernel, 0, 52, 0), v, KERNEL_OWNER); /* TABLE */
	ck_assert_uint_eq(v->page->diag.value, 0);
	FAKE_REFUSED(FAKE_CALL(v, set_kernel, 8 * CHUNK_SIZE - 51, 52, 0), v, KERNEL_OWNER);
	ck_assert_uint_eq(v->page->diag.value, 8 * CHUNK_SIZE);
	FAKE_REFUSED(FAKE_CALL(v, set_kernel, CHUNK_SIZE - 1, 52, 0), v, KERNEL_OWNER);
	FAKE_REFUSED(FAKE_CALL(v, set_kernel, 0xffffffff, 52, 0), v, KERNEL_OWNER);
	FAKE_REFUSED(FAKE_CALL(v, set_kernel, 0xffffff00, SILK_KERNEL_MAX, 0), v, KERNEL_OWNER);
	FAKE_REFUSED(FAKE_CALL(v, set_kernel, 8 * CHUNK_SIZE - 52, 52, 0), v, KERNEL_FORMAT);
	FAKE_REFUSED(FAKE_CALL(v, set_kernel, CHUNK_SIZE, 28 << 20, 0), v, KERNEL_FORMAT);
	ck_assert_uint_eq(chunks_free(), 32);
	ck_assert_uint_eq(g->image.bytes, 0);
}
END_TEST

/* A kernel that this guest could not boot is refused now, not at its boot.
 * covers: LIFE-55 */
START_TEST(test_set_kernel_too_large)
{
	struct kernel_file f;

	setup("x name=a mem=16M");
	kernel_file(&f, 0);
	f.s[0].memsz = 3 * CHUNK_SIZE + 1;
	memcpy(fake_gpa(g, TEXT), &f, sizeof(f));
	FAKE_REFUSED(FAKE_CALL(v, set_kernel, TEXT, sizeof(f), 0), v, KERNEL_FORMAT);
	f.s[0].memsz--;
	memcpy(fake_gpa(g, TEXT), &f, sizeof(f));
	ck_assert_uint_eq(FAKE_CALL(v, set_kernel, TEXT, sizeof(f), 0), 0);
}
END_TEST

/* Without memory the old kernel stays.
 * covers: LIFE-56 */
START_TEST(test_set_kernel_without_memory)
{
	u32 held[40], n = 0;

	setup("x name=a mem=32M");
	ck_assert_uint_eq(give(TEXT, 40), 0);
	machine_attach(g);
	while (chunks_free() > 1)
		held[n++] = chunk_alloc();
	/* two chunks wanted, one is there */
	FAKE_REFUSED(FAKE_CALL(v, set_kernel, TEXT, 5 << 20, 0), v, KERNEL_MEMORY);
	ck_assert_uint_eq(chunks_free(), 1);
	give(TEXT, 50); /* takes the last one, drops the first */
	ck_assert_uint_eq(chunks_free(), 1);
	FAKE_REFUSED(FAKE_CALL(v, set_kernel, TEXT, 5 << 20, 0), v, KERNEL_MEMORY);
	ck_assert_uint_eq(chunks_free(), 1);
	while (n)
		chunk_release(held[--n]);
	reboot();
	ck_assert_uint_eq(first_byte(), 50);
}
END_TEST

/* A kernel of 13 MB at TEXT: four chunks. */
#define LARGE (13u << 20)

static u32 give_large(u8 seed)
{
	struct kernel_file f;

	kernel_file(&f, seed);
	memcpy(fake_gpa(g, TEXT), &f, sizeof(f));
	return FAKE_CALL(v, set_kernel, TEXT, LARGE, 0);
}

static bool other_call(struct vcpu *on)
{
	fake.on_call_again = NULL;
	ck_assert_uint_eq(chunks_free(), 32 - 1);
	FAKE_REFUSED(call_set_kernel(on, TEXT, 51, 0), on, KERNEL_LENGTH);
	ck_assert_uint_eq(chunks_free(), 32);
	return true;
}

static bool memory_goes(struct vcpu *on)
{
	fake.on_call_again = NULL;
	chunk_make_changing(on->guest, 3, true);
	return true;
}

static bool stays_away(struct vcpu *on)
{
	(void)on;
	return false;
}

/* Others run between two chunks of a long copy, and the guest does what it likes.
 * covers: LIFE-5 LIFE-54 CALL-13 */
START_TEST(test_set_kernel_by_parts)
{
	setup("x name=a mem=32M");
	fake.preempt_after = 0; /* as slow as can be */
	ck_assert_uint_eq(give_large(40), 0);
	ck_assert_uint_eq(fake.calls_again, 3);
	ck_assert_uint_eq(chunks_free(), 32 - 4);
	ck_assert_uint_eq(FAKE_CALL(v, set_kernel, 0, 0, 0), 0);
	ck_assert_uint_eq(chunks_free(), 32);
	/* Another call ends it; then it begins anew. */
	fake.on_call_again = other_call;
	ck_assert_uint_eq(give_large(41), 0);
	ck_assert_uint_eq(fake.calls_again, 3 + 4);
	ck_assert_uint_eq(chunks_free(), 32 - 4);
	/* Memory that is the guest's no more; what it had stays. */
	fake.on_call_again = memory_goes;
	FAKE_REFUSED(give_large(42), v, KERNEL_OWNER);
	ck_assert_uint_eq(chunks_free(), 32 - 4);
	chunk_make_ram(g, 3);
	audit_all();
	/* It never comes back: its end lets go of what was copied. */
	fake.on_call_again = stays_away;
	give_large(43);
	ck_assert_uint_eq(chunks_free(), 32 - 4 - 1);
	fake.preempt_after = ~0u;
	reboot();
	ck_assert_uint_eq(first_byte(), 41);
	ck_assert_uint_eq(chunks_free(), 32 - 4);
	audit_all();
}
END_TEST

static void tests(TCase *c)
{
	tcase_add_test(c, test_set_kernel_by_parts);
	tcase_add_test(c, test_poweroff);
	tcase_add_test(c, test_reboot);
	tcase_add_test(c, test_crash_call);
	tcase_add_test(c, test_shutdown_refused);
	tcase_add_test(c, test_longest_message);
	tcase_add_test(c, test_declared);
	tcase_add_test(c, test_crash_loop);
	tcase_add_test(c, test_reboot_loop);
	tcase_add_test(c, test_crash_with_work_pending);
	tcase_add_test(c, test_upgrade);
	tcase_add_test(c, test_set_kernel_refused);
	tcase_add_test(c, test_set_kernel_too_large);
	tcase_add_test(c, test_set_kernel_without_memory);
}

UNIT_MAIN("end", tests)
