// SPDX-License-Identifier: GPL-2.0-only
/*
 * orphans - memory that a disk still writes to when its run ends is nobody's until
 * the disk is done. The first run asks for slow READs to all of its memory and
 * reboots; the second waits until the disk has done them all, and looks whether
 * anything came into its own memory.
 *
 * It never sleeps: a hypervisor that has nothing else to do could clear other memory
 * in that time, and take that for the second run.
 *
 * guest: mem=16M disk=late alone
 * covers: LIFE-6 BLK-5 MEM-10
 */
#include "block.h"
#include "suite.h"

#define MARK   0x0f2a9e11u
#define SECTOR 8u /* the one that is read to everywhere */
#define READS  12u
#define BUFFER (SPARE_GPA + 128 * PAGE_SIZE)
#define RING   ((volatile struct silk_ring *)SILK_I386_BLK_RING)

static uint32_t *const buffer = (uint32_t *)(SILK_I386_KERNEL_BASE + BUFFER);

static struct silk_blk_request request(uint8_t op, uint64_t sector, uint32_t gpa)
{
	return (struct silk_blk_request){ .cookie = gpa,
					  .op = op,
					  .sector = sector,
					  .segments = 1,
					  .segment = { { gpa, SILK_BLK_SECTOR } } };
}

static uint32_t submitted(struct silk_blk_request r)
{
	return (uint32_t)hv_blk_submit(&r, 1);
}

/* The one request that is under way, without sleep. */
static int32_t carried_out(uint8_t op, uint64_t sector)
{
	int32_t status;

	expect(1, submitted(request(op, sector, BUFFER)), "blk_submit");
	while (RING->producer == RING->consumer)
		barrier();
	status = RING->entry[RING->consumer % SILK_RING_ENTRIES].status;
	RING->consumer++;
	return status;
}

/* The end of each chunk, the last READs to the first: they are still to be done when
 * the second run begins. */
static void first_run(void)
{
	uint32_t n, chunks = info()->low_chunks - SPARE_CHUNK;

	for (n = 0; n < SILK_BLK_SECTOR / 4; n++)
		buffer[n] = MARK;
	if (carried_out(SILK_BLK_WRITE, SECTOR) || carried_out(SILK_BLK_WRITE, 0)) {
		error("the disk can't be written");
		return;
	}
	for (n = 0; n < READS; n++) {
		uint32_t chunk = SPARE_CHUNK + n % chunks;
		uint32_t gpa = ((chunk + 1) << 22) - (n / chunks + 1) * SILK_BLK_SECTOR;

		if (submitted(request(SILK_BLK_READ, SECTOR, gpa)) != 1) {
			error("READ %u is refused", n);
			return;
		}
	}
	hv_shutdown(SILK_SHUTDOWN_REBOOT, NULL, 0);
	error("the reboot was refused");
}

static uint32_t marks(void)
{
	uint32_t n = 0;

	for (uint32_t c = SPARE_CHUNK; c < info()->low_chunks; c++)
		for (uint32_t i = 0; i < CHUNK_SIZE / 4; i++)
			n += ((volatile uint32_t *)gpa_to_va(c << 22))[i] == MARK;
	return n;
}

void hostile_main(void)
{
	test("LIFE-6 BLK-5", "READs of a run that has ended go to nobody's memory");
	if (!info()->group_version[SILK_GROUP_BLOCK] || !info()->blk[0].flags) {
		skip("group BLOCK is not offered, or no disk");
		return;
	}
	vcpu()->mask = ~0u;
	if (carried_out(SILK_BLK_READ, 0)) {
		error("the disk can't be read");
		return;
	}
	if (buffer[0] != MARK) {
		first_run();
		return;
	}
	/* Requests are done in their order here; that was the last. */
	memset(buffer, 0, SILK_BLK_SECTOR);
	expect(0, marks(), "words that an earlier run has asked for");
	end();
}
