// SPDX-License-Identifier: GPL-2.0-only
/*
 * next.c - the run after this one: everything that a guest can change is changed,
 * and it reboots. A disk tells one run from the other.
 *
 * Invariant: what next_run() tests before it reboots holds in each run.
 */
#include "block.h"
#include "image.h"
#include "suite.h"

void next_run(void);

#define BUFFER (SPARE_GPA + 128 * PAGE_SIZE)
#define MARK   0x2e5e7a12u

static volatile uint32_t stale;

static void stale_upcall(struct trap_frame *frame)
{
	stale++;
	frame->eflags &= ~(uint32_t)FL_IF;
}

/* A handler of the run before would take this. */
static void no_handlers(void)
{
	test("BOOT-12 EVT-9", "no handler of the upcall");
	vcpu()->mask = 0;
	vcpu()->pending = 1u << 31;
	vcpu()->vif = SILK_VIF;
	expect(0, (uint32_t)hv_deliver_events(), "deliver_events");
	vcpu()->vif = 0;
	vcpu()->pending = 0;
	vcpu()->mask = ~0u;
	expect(0, stale, "upcalls");
	end();
}

static uint64_t rdtsc(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc"
			 : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

static int32_t transfer(uint8_t op)
{
	struct block_io io;

	block_prepare(&io, 0, op, 0, BUFFER, SILK_BLK_SECTOR);
	return block_wait(&io);
}

/* No kernel at all, but one that could be booted. */
static void other_kernel(void)
{
	if (!feature(SILK_GROUP_CORE, SILK_F_CORE_KERNEL))
		return;
	smallest_image(gpa_to_va(SPARE_GPA), false);
	test("LIFE-5", "a kernel that is set and forgotten is not booted");
	expect(0, (uint32_t)hv_set_kernel(SPARE_GPA, IMAGE_WORDS * 4), "set_kernel");
	expect(0, (uint32_t)hv_set_kernel(0, 0), "with length 0");
	end();
}

static void change_everything(void)
{
	uint32_t word = 0x5eed1e55;

	other_kernel();
	__asm__ volatile("fninit\n\tfildl %0\n\tfildl %0\n\tmovss %0, %%xmm1\n\tmovss %0, %%xmm7"
			 :
			 : "m"(word));
	hv_set_descriptor(SILK_I386_DESC_TLS + 1, 0x1234, 0x0040f200);
	hv_set_descriptor(SILK_I386_DESC_PERCPU, 0x1234, 0x0040f200);
	hv_set_debugreg(0, (uint32_t)stale_upcall);
	hv_set_debugreg(7, 1);
	event_handle(SILK_EVENT_BLOCK, stale_upcall);
	trap_handle(SILK_I386_VECTOR_UPCALL, stale_upcall, 0);
	set_entry(BOOT + 952 * 4, gpa_to_machine(SPARE_GPA) | 7 | SILK_I386_LARGE);
	set_entry(BOOT + 40 * 4, gpa_to_machine(SPARE_GPA) | 7 | SILK_I386_LARGE);
	vcpu()->kernel_sp = word;
	vcpu()->debug_status = word;
	hv_query(SILK_NR_GROUPS);
	hv_shutdown(SILK_SHUTDOWN_REBOOT, NULL, 0);
}

/* Guest time is 0 after the decision to boot: what lies between is on the counter. */
static void second_time(const uint64_t *tsc)
{
	const uint64_t ns = time_ns();
	const uint64_t ticks = rdtsc() - *tsc;
	uint32_t passed = (uint32_t)divide(ticks, vcpu()->time.tsc_khz, NULL);
	uint32_t ms = (uint32_t)divide(ns, NS_PER_MS, NULL);

	test("TIME-1 LIFE-2", "guest time began with the reboot");
	expect_that(ms <= passed, "ms of guest time: expected %u or less, seen %u", passed, ms);
	end();
}

void next_run(void)
{
	uint32_t *words = gpa_to_va(BUFFER);

	no_handlers();
	if (!info()->group_version[SILK_GROUP_BLOCK] || !info()->blk[0].flags)
		return;
	vcpu()->mask = ~(1u << SILK_EVENT_BLOCK);
	block_init();
	if (transfer(SILK_BLK_READ))
		return;
	if (words[0] == MARK) {
		second_time((const uint64_t *)(words + 2));
		return;
	}
	words[0] = MARK;
	*(uint64_t *)(words + 2) = rdtsc();
	if (!transfer(SILK_BLK_WRITE))
		change_everything();
}
