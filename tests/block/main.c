// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - a guest that works its disks hard and remembers what it wrote.
 *
 * Each sector that it writes says whose it is: guest, device, sector, how often
 * it was written; and the rest follows from that. Up to JOBS requests are in
 * flight at a time, of random kind, place, length and cut into segments, never
 * two at the same sectors. What comes back must be what was written last, or
 * zeros where nothing was. Words on the command line:
 *
 *   requests=N   so many in all (1000)
 *   seed=N       another order (1)
 *   keep         do not write: check what an earlier run with the same name left
 *   reboot=N     reboot after N requests, with requests in flight
 */
#include "block.h"
#include "print.h"
#include "time.h"
#include "trap.h"

#define JOBS        48u
#define JOB_BYTES   32768u
#define SECTOR      SILK_BLK_SECTOR
#define WORDS       (SECTOR / 4)
#define SECTORS_MAX 16384u /* of a device; the rest is not used */
#define DEVICES     SILK_BLK_DEVICES
#define UNKNOWN     255u /* of times: a write has failed [BLK-11] */

struct job {
	struct block_io io;
	uint32_t device, first, sectors;
	bool busy;
};

static struct job jobs[JOBS];
static uint8_t buffers[JOBS][JOB_BYTES] __attribute__((aligned(JOB_BYTES)));
static uint8_t times[DEVICES][SECTORS_MAX]; /* written so often */
static uint8_t in_use[DEVICES][SECTORS_MAX];
static uint32_t usable[DEVICES]; /* sectors */
static uint32_t seed, errors, done_sectors, done_requests, flushes, segments;

static uint32_t next_random(void)
{
	seed = seed * 1664525u + 1013904223u;
	return seed >> 8;
}

static uint32_t my_name(void)
{
	uint32_t name;

	memcpy(&name, info()->name, 4);
	return name;
}

static void fill(uint32_t *to, uint32_t device, uint32_t sector, uint32_t n)
{
	uint32_t x = sector * 2654435761u ^ n << 24 ^ device << 16, i;

	to[0] = my_name();
	to[1] = device;
	to[2] = sector;
	to[3] = n;
	for (i = 4; i < WORDS; i++)
		to[i] = x = x * 1664525u + 1013904223u;
}

static void complain(const struct job *j, uint32_t sector, const char *what)
{
	if (errors++ < 10)
		print("disk: device %u sector %u: %s (request at %u, %u long, %u segments)\n",
		      j->device, sector, what, j->first, j->sectors,
		      j->io.request.segments);
}

static void check_sector(const struct job *j, uint32_t sector, const uint32_t *data)
{
	static uint32_t wanted[WORDS];
	uint32_t n = times[j->device][sector];

	memset(wanted, 0, sizeof(wanted));
	if (n == UNKNOWN)
		return;
	if (n)
		fill(wanted, j->device, sector, n);
	if (memcmp(data, wanted, SECTOR))
		complain(j, sector, "wrong data");
}

/* Like real scatter lists: pieces of any length, next to each other or not. */
static void cut(struct job *j, uint8_t *buffer)
{
	uint32_t left = j->sectors, at = 0, n;
	struct silk_blk_request *r = &j->io.request;

	r->segments = 0;
	while (left) {
		n = 1 + next_random() % 8;
		if (n > left || r->segments == SILK_BLK_SEGMENTS - 1)
			n = left;
		r->segment[r->segments].address =
			(uint32_t)(buffer + at) - SILK_I386_KERNEL_BASE;
		r->segment[r->segments].length = n * SECTOR;
		r->segments++;
		at += n * SECTOR;
		left -= n;
	}
	segments += r->segments;
}

static bool place(struct job *j)
{
	uint32_t i;

	j->device = next_random() % DEVICES;
	if (!usable[j->device])
		return false;
	j->sectors = 1 + next_random() % (JOB_BYTES / SECTOR);
	if (j->sectors > usable[j->device])
		j->sectors = usable[j->device];
	j->first = next_random() % (usable[j->device] - j->sectors + 1);
	for (i = 0; i < j->sectors; i++)
		if (in_use[j->device][j->first + i])
			return false;
	return true;
}

static void start(struct job *j, uint8_t op)
{
	uint8_t *buffer = buffers[j - jobs];
	uint32_t i, sector;

	if (info()->blk[j->device].flags & SILK_BLK_F_READONLY)
		op = SILK_BLK_READ;
	block_prepare(&j->io, (uint16_t)j->device, op, j->first, 0, 0);
	cut(j, buffer);
	for (i = 0; i < j->sectors; i++) {
		sector = j->first + i;
		in_use[j->device][sector] = 1;
		if (op == SILK_BLK_WRITE)
			times[j->device][sector] =
				(uint8_t)(times[j->device][sector] % (UNKNOWN - 1) + 1);
		if (op == SILK_BLK_WRITE)
			fill((uint32_t *)(buffer + i * SECTOR), j->device,
			     sector, times[j->device][sector]);
		else
			memset(buffer + i * SECTOR, 0xa5, SECTOR);
	}
	j->busy = true;
	block_submit(&j->io);
}

static void end(struct job *j)
{
	uint32_t i;

	j->busy = false;
	done_requests++;
	if (j->io.request.op == SILK_BLK_FLUSH) {
		if (j->io.status)
			complain(j, 0, "flush failed");
		flushes++;
		return;
	}
	if (j->io.status)
		complain(j, j->first, "failed");
	for (i = 0; i < j->sectors; i++) {
		in_use[j->device][j->first + i] = 0;
		if (j->io.request.op == SILK_BLK_WRITE && j->io.status)
			times[j->device][j->first + i] = UNKNOWN;
		if (j->io.request.op == SILK_BLK_READ && !j->io.status)
			check_sector(j, j->first + i,
				     (const uint32_t *)(buffers[j - jobs] + i * SECTOR));
	}
	done_sectors += j->sectors;
}

static void start_something(struct job *j)
{
	uint32_t what = next_random() % 16;

	if (what == 0) {
		j->device = next_random() % DEVICES;
		if (!usable[j->device])
			return;
		block_prepare(&j->io, (uint16_t)j->device, SILK_BLK_FLUSH, 0, 0, 0);
		j->sectors = 0;
		j->busy = true;
		block_submit(&j->io);
	} else if (place(j)) {
		start(j, what < 9 ? SILK_BLK_WRITE : SILK_BLK_READ);
	}
}

/* Take what is finished, sleep if nothing is; returns how many are in flight. */
static uint32_t collect(void)
{
	uint32_t i, ended = 0, busy = 0;

	irq_disable();
	for (i = 0; i < JOBS; i++) {
		if (!jobs[i].busy)
			continue;
		busy++;
		if (jobs[i].io.finished) {
			irq_enable();
			end(&jobs[i]);
			irq_disable();
			ended++;
		}
	}
	if (busy && !ended)
		hv_block();
	irq_enable();
	return busy - ended;
}

static void work(uint32_t requests, uint32_t reboot)
{
	uint32_t i;

	while (done_requests < requests) {
		for (i = 0; i < JOBS; i++)
			if (!jobs[i].busy)
				start_something(&jobs[i]);
		if (reboot && done_requests >= reboot)
			hv_shutdown(SILK_SHUTDOWN_REBOOT, NULL, 0);
		collect();
	}
	while (collect())
		;
}

/* Each sector of each device once more. */
static void read_all(void)
{
	struct job *j = &jobs[0];
	uint32_t device, at;

	for (device = 0; device < DEVICES; device++) {
		for (at = 0; at < usable[device]; at += j->sectors) {
			j->device = device;
			j->first = at;
			j->sectors = JOB_BYTES / SECTOR;
			if (j->sectors > usable[device] - at)
				j->sectors = usable[device] - at;
			start(j, SILK_BLK_READ);
			while (collect())
				;
		}
	}
}

/* What an earlier run wrote says itself how often. */
static void take_over(void)
{
	static uint32_t wanted[WORDS];
	struct job *j = &jobs[0];
	const uint32_t *data = (const uint32_t *)buffers[0];
	uint32_t device, at, found = 0;

	for (device = 0; device < DEVICES; device++) {
		for (at = 0; at < usable[device]; at++) {
			block_prepare(&j->io, (uint16_t)device, SILK_BLK_READ, at,
				      (uint32_t)data - SILK_I386_KERNEL_BASE, SECTOR);
			j->device = device;
			j->first = at;
			j->sectors = 1;
			if (block_wait(&j->io))
				complain(j, at, "failed");
			if (!data[0])
				continue;
			times[device][at] = (uint8_t)data[3];
			fill(wanted, device, at, times[device][at]);
			if (memcmp(data, wanted, SECTOR))
				complain(j, at, "not what an earlier run wrote");
			found++;
		}
	}
	print("disk: %u sectors of an earlier run\n", found);
}

/* The last sector is there, none behind it, and a read-only one stays so. */
static void edges(uint32_t device)
{
	static uint8_t sector[2 * SECTOR] __attribute__((aligned(2 * SECTOR)));
	const struct silk_blk_info *b = &info()->blk[device];
	uint32_t address = (uint32_t)sector - SILK_I386_KERNEL_BASE;
	struct block_io io;
	int32_t last, beyond, write;

	block_prepare(&io, (uint16_t)device, SILK_BLK_READ, b->sectors - 1,
		      address, SECTOR);
	last = block_wait(&io);
	block_prepare(&io, (uint16_t)device, SILK_BLK_READ, b->sectors - 1,
		      address, 2 * SECTOR);
	beyond = block_wait(&io);
	block_prepare(&io, (uint16_t)device, SILK_BLK_WRITE, b->sectors,
		      address, SECTOR);
	write = block_wait(&io);
	print("disk: device %u: %u sectors, flags %x, last %d, beyond %d, write %d\n",
	      device, (uint32_t)b->sectors, b->flags, last, beyond, write);
}

void guest_main(void);

void guest_main(void)
{
	uint32_t device, reboot = cmdline_number("reboot", 0);
	uint64_t ns;

	seed = cmdline_number("seed", 1);
	if (block_init())
		panic("no upcall");
	irq_enable();
	for (device = 0; device < DEVICES; device++) {
		if (!(info()->blk[device].flags & SILK_BLK_F_PRESENT))
			continue;
		usable[device] = SECTORS_MAX;
		if (info()->blk[device].sectors < SECTORS_MAX)
			usable[device] = (uint32_t)info()->blk[device].sectors;
		edges(device);
	}
	if (cmdline("keep") || reboot)
		take_over();
	if (reboot)
		seed ^= (uint32_t)time_wall_ns(); /* not the same again */
	ns = time_ns();
	if (!cmdline("keep"))
		work(cmdline_number("requests", 1000), reboot);
	read_all();
	ns = time_ns() - ns;
	print("disk: %u requests, %u segments, %u flushes, %u KB in %u ms, %u errors\n",
	      done_requests, segments, flushes, done_sectors / 2,
	      (uint32_t)divide(ns, NS_PER_MS, NULL), errors);
	hv_shutdown(SILK_SHUTDOWN_POWEROFF, NULL, 0);
}
