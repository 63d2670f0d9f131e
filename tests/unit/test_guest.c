// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_guest.c - guests are made, booted, paused, rebooted and unmade, and what
 * a guest that could not be made leaves: nothing.
 */
#include "life_fixture.h"
#include "hypervisor/core/blk.h"
#include "hypervisor/core/console.h"
#include "hypervisor/core/life.h"
#include "hypervisor/core/timer.h"

static void setup(u32 chunks)
{
	fake_start(FAKE_HV_CHUNKS + chunks);
	fake.disks = 2;
	fake.disk_sectors[0] = 1000;
	fake.disk_sectors[1] = 2000;
	module_kernel("tiny name=a");
}

static const char *create(const char *text, struct guest **g)
{
	static struct guest_config c;
	const char *why = config_parse(&c, text, 0);

	ck_assert_msg(!why, "%s", why);
	return guest_create(&c, g);
}

/* covers: BOOT-2 BOOT-3 BOOT-11 MEM-8 GEN-3 GEN-5 */
START_TEST(test_info)
{
	static const u8 none[SILK_SEED_BYTES];
	const struct silk_info *info;
	struct guest *g;
	u32 i;

	setup(40);
	g = boot_guest("x name=first mem=48M maxmem=60M weight=7 tables=2 low=40M "
		       "disk=1:ro -- console=hvc0 quiet");
	info = g->info;
	ck_assert_uint_eq(info->magic, SILK_MAGIC);
	ck_assert_uint_eq(info->version, SILK_ABI_VERSION);
	ck_assert_uint_eq(info->vcpus, 1);
	ck_assert_uint_eq(info->chunks, 12);
	ck_assert_uint_eq(info->low_chunks, 10);
	ck_assert_uint_eq(info->table_chunks, 2);
	ck_assert_uint_eq(info->boot_directory, SILK_I386_BOOT_DIRECTORY);
	ck_assert_uint_eq(info->initrd, 0);
	ck_assert_uint_eq(info->initrd_length, 0);
	for (i = 0; i < 16; i++) {
		bool newer = i == SILK_GROUP_ABI || i == SILK_GROUP_BLOCK;

		ck_assert_uint_eq(info->group_version[i],
				  i >= SILK_NR_GROUPS || i == SILK_GROUP_NET ? 0 : newer ? 0x10001
											 : 0x10000);
	}
	ck_assert_uint_eq(info->features[SILK_GROUP_MMU], 3);
	ck_assert_uint_eq(info->features[SILK_GROUP_NET], 0);
	ck_assert_mem_ne(info->seed, none, SILK_SEED_BYTES);
	ck_assert_str_eq(info->name, "first");
	ck_assert_str_eq(info->hypervisor, "SILK 1.1");
	ck_assert_str_eq(info->cmdline, "console=hvc0 quiet");
	ck_assert_uint_eq(info->chunk_limit, 15);
	ck_assert_uint_eq(info->weight, 7);
	ck_assert_uint_eq(info->blk[0].sectors, 2000);
	ck_assert_uint_eq(info->blk[0].flags, SILK_BLK_F_PRESENT | SILK_BLK_F_READONLY);
	ck_assert_uint_eq(info->blk[1].flags, 0);
	for (i = 0; i < CHUNKS; i++)
		ck_assert_uint_eq(g->chunks.kind[i],
				  i == 0 || i == 9 ? SILK_CHUNK_TABLE : i < 12 ? SILK_CHUNK_RAM
									       : SILK_CHUNK_ABSENT);
	audit_all();
}
END_TEST

/* Loaded, its bss and all other memory zero, entered where its note says.
 * covers: BOOT-2 BOOT-5 BOOT-6 MEM-5 */
START_TEST(test_memory_at_entry)
{
	struct guest *g;
	struct vcpu *v;
	u32 i;

	setup(20);
	memset(fake.memory + (FAKE_HV_CHUNKS << CHUNK_SHIFT), 0xdd, 20u << CHUNK_SHIFT);
	g = boot_guest("x name=a mem=32M");
	v = g->vcpu[0];
	for (i = 0; i < KERNEL_LOADED; i++)
		ck_assert_uint_eq(*(u8 *)fake_gpa(g, CHUNK_SIZE + i), (u8)(i * 7));
	for (i = KERNEL_LOADED; i < 7 * CHUNK_SIZE; i += 4)
		if (*(u32 *)fake_gpa(g, CHUNK_SIZE + i))
			ck_abort_msg("%08x is not 0", CHUNK_SIZE + i);
	ck_assert_uint_eq(fake.reset_entry, KERNEL_ENTRY);
	ck_assert_uint_eq(v->directory, SILK_I386_BOOT_DIRECTORY >> PAGE_SHIFT);
	for (i = 0; i < 8; i++) {
		ck_assert_uint_eq(fake_walk(v, FAKE_GVA(i * CHUNK_SIZE), i != 0, false),
				  g->chunks.machine[i]);
		ck_assert_uint_eq(fake_walk(v, FAKE_GVA(i * CHUNK_SIZE), false, true),
				  SILK_I386_NO_CHUNK);
	}
	ck_assert_uint_eq(fake_walk(v, FAKE_GVA(0), true, false), SILK_I386_NO_CHUNK);
	ck_assert_uint_eq(v->page->vif, 0);
	ck_assert_uint_eq(v->page->mask, 0);
	ck_assert_uint_eq(v->page->pending, 0);
	ck_assert(g->boot_ns > 0);
	ck_assert_ptr_eq(sched_current(), v);
}
END_TEST

/* covers: BOOT-7 */
START_TEST(test_initrd)
{
	static u8 data[100000];
	struct guest *g;
	u32 i;

	setup(20);
	for (i = 0; i < sizeof(data); i++)
		data[i] = (u8)(i % 249);
	module_add(data, sizeof(data), "ramdisk initrd");
	g = boot_guest("x name=a mem=16M initrd=ramdisk");
	ck_assert_uint_eq(g->info->initrd_length, sizeof(data));
	ck_assert_uint_eq(g->info->initrd % PAGE_SIZE, 0);
	ck_assert_uint_eq(g->info->initrd, 16 * 0x100000 - 25 * PAGE_SIZE);
	ck_assert_mem_eq(fake_gpa(g, g->info->initrd), data, sizeof(data));
}
END_TEST

START_TEST(test_refused)
{
	struct guest *g;
	struct kernel_file bad;
	static u8 large[5 << 20];

	setup(20);
	kernel_file(&bad, 0);
	bad.h.type = 1;
	module_add(&bad, sizeof(bad), "bad name=x");
	module_add(large, sizeof(large), "large initrd");
	boot_guest("x name=a mem=16M disk=0 console=1");
	ck_assert_str_eq(create("x name=a", &g), "there is a guest 'a' already");
	ck_assert_str_eq(create("x name=b console=1", &g), "console 1 is a's");
	ck_assert_str_eq(create("x name=b console=99", &g), "there is no console 99");
	ck_assert_str_eq(create("x name=b mem=68M", &g),
			 "mem=68M is too much: 64 MB are free");
	ck_assert_str_eq(create("x name=b mem=4G", &g),
			 "mem=4096M is too much: 64 MB are free");
	ck_assert_str_eq(create("x name=b kernel=bad", &g),
			 "not an executable ELF file");
	ck_assert_str_eq(create("x name=b mem=8M initrd=large", &g),
			 "its initrd of 5120 KB does not fit beside the kernel");
	ck_assert_ptr_nonnull(create("x name=b disk=0", &g)); /* it is a's */
	ck_assert_ptr_nonnull(create("x name=b disk=7", &g));
	ck_assert_uint_eq(chunks_free(), 16);
	ck_assert_ptr_null(guest_find("b"));
	audit_all();
}
END_TEST

/* With so many allocations before the hypervisor's memory is gone, nothing is
 * left, until it is enough. */
START_TEST(test_nothing_half_made)
{
	u32 n, pages, failures = 0;
	struct guest *g;
	const char *why;

	setup(20);
	boot_guest("x name=other mem=8M");
	pages = fake.hv_pages_used;
	for (n = 0; n < 100; n++) {
		fake.hv_fail_after = n;
		why = create("x name=a mem=8M disk=0 paused", &g);
		fake.hv_fail_after = ~0u;
		if (!why)
			break;
		failures++;
		ck_assert_str_eq(why, "the hypervisor has no memory left for another guest");
		ck_assert_uint_eq(fake.hv_pages_used, pages);
		ck_assert_uint_eq(chunks_free(), 18);
		ck_assert_ptr_null(guest_find("a"));
		audit_all();
	}
	ck_assert_uint_ge(failures, 10);
	ck_assert_uint_lt(n, 100);
	guest_destroy(g);
	ck_assert_uint_eq(fake.hv_pages_used, pages);
}
END_TEST

/* The last allocation of a boot is the table chunk's: without it the guest is
 * off, as if it had never been started. */
START_TEST(test_boot_without_memory)
{
	struct guest *g;

	setup(20);
	ck_assert_ptr_null(create("x name=a mem=8M", &g));
	fake.hv_fail_after = 0;
	cpu_settle();
	fake.hv_fail_after = ~0u;
	ck_assert_int_eq(g->state, GUEST_OFF);
	ck_assert_uint_eq(chunks_free(), 20);
	ASSERT_LOGGED("a: can't boot: the hypervisor has no memory for its page tables\n");
	audit_all();
	ck_assert_ptr_null(guest_start(g));
	cpu_settle();
	ck_assert_int_eq(g->state, GUEST_RUNNING);
}
END_TEST

/* Memory that is promised to a guest that boots is not promised twice. */
START_TEST(test_promises)
{
	struct guest *g;

	setup(16);
	ck_assert_ptr_null(create("x name=a mem=40M", &g));
	ck_assert_str_eq(create("x name=b mem=28M", &g),
			 "mem=28M is too much: 24 MB are free");
	cpu_step();
	cpu_step();
	ck_assert_str_eq(create("x name=b mem=28M", &g),
			 "mem=28M is too much: 24 MB are free");
	ck_assert_ptr_null(create("x name=b mem=24M", &g));
	cpu_settle();
	ck_assert_uint_eq(chunks_free(), 0);
	ck_assert_int_eq(guest_find("a")->state, GUEST_RUNNING);
	ck_assert_int_eq(guest_find("b")->state, GUEST_RUNNING);
	audit_all();
}
END_TEST

/* All of it comes back, whatever state the guest is in, while it runs too.
 * covers: LIFE-6 */
START_TEST(test_destroy)
{
	struct guest *g;
	u32 round, pages;

	setup(20);
	boot_guest("x name=other mem=8M");
	pages = fake.hv_pages_used;
	for (round = 0; round < 6; round++) {
		ck_assert_ptr_null(create("x name=a mem=32M disk=1", &g));
		if (round < 3) {
			u32 i;

			for (i = 0; i < round * 3; i++)
				cpu_step(); /* in the midst of its boot */
		} else {
			cpu_settle();
			ck_assert_int_eq(g->state, GUEST_RUNNING);
		}
		if (round == 4)
			ck_assert_ptr_null(guest_pause(g));
		if (round == 5)
			guest_crash(g->vcpu[0], SILK_CRASH_NO_HANDLER, 0, 0);
		guest_destroy(g);
		ck_assert_ptr_null(guest_find("a"));
		ck_assert_uint_eq(fake.hv_pages_used, pages);
		ck_assert_uint_eq(chunks_free(), 18);
		audit_all();
	}
	cpu_settle();
	ck_assert_str_eq(sched_current()->guest->config.name, "other");
}
END_TEST

/* Nothing of the last run is there in the next, but for what was printed.
 * covers: LIFE-2 MEM-5 BOOT-10 BOOT-12 */
START_TEST(test_reboot)
{
	u8 seed[SILK_SEED_BYTES];
	struct guest *g;
	struct vcpu *v;
	u32 i, generation;

	setup(20);
	g = boot_guest("x name=a mem=16M");
	v = g->vcpu[0];
	memcpy(seed, g->info->seed, sizeof(seed));
	generation = g->generation;
	memset(fake_gpa(g, CHUNK_SIZE), 0xaa, 3 * CHUNK_SIZE);
	v->page->vif = SILK_VIF;
	v->page->kernel_sp = 1;
	v->queue[7].value = 1;
	v->timer = 5;
	g->trap[14].entry = 0xc0000000;
	g->blk_ring->consumer = 9;
	chunk_make_changing(g, 3, false);
	g->chunks.change.chunk = 3;
	ck_assert_uint_eq(g->chunks.kind[3], SILK_CHUNK_CHANGING);
	ck_assert_ptr_null(guest_reboot(g));
	ck_assert_uint_eq(g->chunks.owned, 0);
	audit_all();
	cpu_settle();
	ck_assert_int_eq(g->state, GUEST_RUNNING);
	ck_assert_uint_eq(g->stats.boots, 2);
	ck_assert_uint_ne(g->generation, generation);
	ck_assert_mem_ne(g->info->seed, seed, sizeof(seed));
	for (i = 0; i < 3 * CHUNK_SIZE; i++) {
		u8 want = i < KERNEL_LOADED ? (u8)(i * 7) : 0;

		if (*(u8 *)fake_gpa(g, CHUNK_SIZE + i) != want)
			ck_abort_msg("%08x is of the last run", CHUNK_SIZE + i);
	}
	ck_assert_uint_eq(v->page->vif, 0);
	ck_assert_uint_eq(v->page->kernel_sp, 0);
	ck_assert_uint_eq(v->queue[7].value, 0);
	ck_assert(v->timer == TIMER_OFF);
	ck_assert_uint_eq(g->trap[14].entry, 0);
	ck_assert_uint_eq(g->blk_ring->consumer, 0);
	ck_assert_uint_eq(g->chunks.kind[3], SILK_CHUNK_RAM);
	audit_all();
}
END_TEST

/* A guest that gave memory away which others have now boots with what is
 * free. */
START_TEST(test_reboot_with_less)
{
	struct guest *g, *h;

	setup(16);
	g = boot_guest("x name=a mem=32M");
	while (FAKE_CALL(g->vcpu[0], chunk_give, 7, 0, 0) == (u32)-SILK_EAGAIN)
		;
	ck_assert_uint_eq(g->chunks.owned, 8); /* still mapped */
	machine_attach(g);
	chunk_remove(g, 7);
	chunk_remove(g, 6);
	h = boot_guest("x name=b mem=40M");
	ck_assert_int_eq(h->state, GUEST_RUNNING);
	ck_assert_ptr_null(guest_reboot(g));
	cpu_settle();
	ck_assert_int_eq(g->state, GUEST_RUNNING);
	ck_assert_uint_eq(g->chunks.owned, 6);
	ck_assert_uint_eq(g->info->chunks, 6);
	ck_assert_uint_eq(g->info->low_chunks, 6);
	ASSERT_LOGGED("a: boots with 24 of its 32 MB: no more are free\n");
	audit_all();
}
END_TEST

/* A boot goes on the guest's own time: two that boot share the CPU, and who
 * reboots all the time has no more than its share. */
START_TEST(test_boot_is_fair)
{
	struct guest *a, *b;
	u64 ran_a, ran_b;
	u32 i;

	setup(60);
	a = boot_guest("x name=a mem=8M");
	b = boot_guest("x name=b mem=128M");
	ran_a = a->vcpu[0]->sched.ran_ns;
	ran_b = b->vcpu[0]->sched.ran_ns;
	for (i = 0; i < 5000; i++) {
		struct vcpu *v;

		if (b->state == GUEST_RUNNING)
			ck_assert_ptr_null(guest_reboot(b));
		v = cpu_step();
		if (v && v->guest == a)
			fake.now += MS;
	}
	sched_account(fake.now);
	ran_a = a->vcpu[0]->sched.ran_ns - ran_a;
	ran_b = b->vcpu[0]->sched.ran_ns - ran_b;
	ck_assert_msg(ran_b <= ran_a + ran_a / 50 && ran_b > ran_a / 2,
		      "%llu ms to %llu ms", ran_b / MS, ran_a / MS);
}
END_TEST

/* covers: LIFE-8 LIFE-9 TIME-10 */
START_TEST(test_pause)
{
	struct guest *g;

	setup(20);
	g = boot_guest("x name=a mem=8M");
	g->vcpu[0]->timer = fake.now + SECOND;
	ck_assert_str_eq(guest_unpause(g), "a is running");
	ck_assert_ptr_null(guest_pause(g));
	ck_assert_str_eq(guest_pause(g), "a is paused");
	ck_assert_str_eq(guest_ask_shutdown(g), "a is paused");
	ck_assert_str_eq(guest_start(g), "a is paused");
	ck_assert_ptr_null(sched_pick(fake.now));
	console_input(0, "typed", 5);
	fake.now += 2 * SECOND;
	timer_interrupt();
	ck_assert_ptr_null(sched_pick(fake.now));
	ck_assert_ptr_null(guest_unpause(g));
	timer_interrupt();
	ck_assert_uint_eq(g->vcpu[0]->page->pending,
			  1u << SILK_EVENT_RESUMED | 1u << SILK_EVENT_CONSOLE |
				  1u << SILK_EVENT_TIMER);
	ck_assert_ptr_eq(sched_pick(fake.now), g->vcpu[0]);
	ck_assert_ptr_null(guest_ask_shutdown(g));
	ck_assert(g->vcpu[0]->page->pending & 1u << SILK_EVENT_SHUTDOWN);
}
END_TEST

START_TEST(test_paused_from_the_start)
{
	struct guest *g;

	setup(20);
	g = boot_guest("x name=a mem=8M paused");
	ck_assert_int_eq(g->state, GUEST_OFF);
	ck_assert_uint_eq(chunks_free(), 20);
	ck_assert_str_eq(guest_reboot(g), "a is off: start it");
	ck_assert_str_eq(guest_pause(g), "a is paused");
	ck_assert_ptr_null(guest_unpause(g));
	ck_assert_str_eq(guest_start(g), "a is booting");
	cpu_settle();
	ck_assert_int_eq(g->state, GUEST_RUNNING);
}
END_TEST

START_TEST(test_all_slots)
{
	char text[64];
	struct guest *g;
	u32 i;

	setup(40);
	for (i = 0; i < GUESTS_MAX; i++) {
		sprintf(text, "x name=g%u mem=8M", i);
		g = boot_guest(text);
		ck_assert_uint_eq(g->config.console_port,
				  i < FAKE_CONSOLES ? i : CONSOLE_NONE);
	}
	ck_assert_str_eq(create("x name=more mem=8M", &g), "there are 16 guests already");
	audit_all();
}
END_TEST

static void tests(TCase *c)
{
	tcase_add_test(c, test_info);
	tcase_add_test(c, test_memory_at_entry);
	tcase_add_test(c, test_initrd);
	tcase_add_test(c, test_refused);
	tcase_add_test(c, test_nothing_half_made);
	tcase_add_test(c, test_boot_without_memory);
	tcase_add_test(c, test_promises);
	tcase_add_test(c, test_destroy);
	tcase_add_test(c, test_reboot);
	tcase_add_test(c, test_reboot_with_less);
	tcase_add_test(c, test_boot_is_fair);
	tcase_add_test(c, test_pause);
	tcase_add_test(c, test_paused_from_the_start);
	tcase_add_test(c, test_all_slots);
}

UNIT_MAIN("guest", tests)
