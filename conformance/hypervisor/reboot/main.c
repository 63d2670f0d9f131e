// SPDX-License-Identifier: GPL-2.0-only
/*
 * reboot - a new run finds nothing of the run before. The first run fills its
 * memory and its shared pages, leaves a timer and requests behind, writes its
 * seed to the disk and reboots; the second looks.
 *
 * guest: mem=16M disk=keep
 * covers: LIFE-1 LIFE-2 LIFE-6 LIFE-10 BOOT-2 BOOT-3 BOOT-10 BOOT-12 MEM-5 TIME-1
 * covers: BLK-3 BLK-7
 */
#include "block.h"
#include "suite.h"

#define SECRET 0x5ec2e75eu
#define BUFFER (SPARE_GPA + 128 * PAGE_SIZE)
#define MARK   0x2e5e7a11u

static uint32_t *const buffer = (uint32_t *)(SILK_I386_KERNEL_BASE + BUFFER);
static uint32_t dirty, boot_pending, boot_sp;

static int32_t transfer(uint8_t op)
{
	struct block_io io;

	block_prepare(&io, 0, op, 0, BUFFER, 512);
	return block_wait(&io);
}

static void first_run(void)
{
	buffer[0] = MARK;
	memcpy(buffer + 1, info()->seed, SILK_SEED_BYTES);
	if (transfer(SILK_BLK_WRITE))
		return;
	/* Chunk 2 and up; chunk 1 holds us. */
	for (uint32_t c = SPARE_CHUNK; c < info()->low_chunks; c++)
		for (uint32_t i = 0; i < CHUNK_SIZE / 4; i++)
			((uint32_t *)gpa_to_va(c << 22))[i] = SECRET;
	memset((void *)SILK_I386_QUEUE, 0x5e, PAGE_SIZE);
	vcpu()->reserved1[7] = SECRET;
	vcpu()->kernel_sp = SECRET;
	time_set_timer(time_ns() + NS_PER_MS);
	vcpu()->queue_count = 0;
	hv_shutdown(SILK_SHUTDOWN_REBOOT, NULL, 0);
}

/* Before the disk is read: the buffer must be 0, too. */
static void look(void)
{
	for (uint32_t c = SPARE_CHUNK; c < info()->low_chunks; c++)
		for (uint32_t i = 0; i < CHUNK_SIZE / 4; i++)
			dirty += ((uint32_t *)gpa_to_va(c << 22))[i] == SECRET;
	boot_pending = vcpu()->pending;
	boot_sp = vcpu()->reserved1[7];
}

static void second_run(void)
{
	uint32_t queue = 0, same = 0;

	for (uint32_t i = 0; i < 1024; i++)
		queue += ((const uint32_t *)SILK_I386_QUEUE)[i] == 0x5e5e5e5e;
	for (uint32_t i = 0; i < SILK_SEED_BYTES; i++)
		same += ((const uint8_t *)(buffer + 1))[i] == info()->seed[i];
	test("LIFE-2 LIFE-6 MEM-5", "memory after a reboot");
	expect(0, dirty, "words of the run before");
	expect(0, queue, "words of the queue's page");
	expect(0, boot_sp, "a reserved word of the vCPU page");
	end();
	test("LIFE-10 BOOT-12", "nothing pending from the run before");
	expect(0, boot_pending, "pending");
	end();
	test("BOOT-10", "the seed is another");
	expect_that(same < SILK_SEED_BYTES / 2,
		    "equal bytes: expected few, seen %u", same);
	end();
	test("LIFE-2 BOOT-3", "name and size are the same");
	expect(4, info()->chunks, "chunks");
	expect_that(!strcmp(info()->name, "reboot"),
		    "name: expected reboot, seen %s", info()->name);
	end();
}

void hostile_main(void)
{
	if (!info()->group_version[SILK_GROUP_BLOCK] || !info()->blk[0].flags) {
		test("LIFE-2", "reboot");
		skip("group BLOCK is not offered, or no disk");
		return;
	}
	look();
	vcpu()->mask = ~(1u << SILK_EVENT_BLOCK);
	block_init();
	test("BLK-3 BLK-7", "the disk that remembers the run can be read");
	expect(0, (uint32_t)transfer(SILK_BLK_READ), "status");
	if (buffer[0] != MARK) {
		first_run();
		error("the reboot was refused");
		return;
	}
	end();
	vcpu()->mask = ~0u;
	second_run();
}
