// SPDX-License-Identifier: GPL-2.0-only
/*
 * disktest.c - disktest DISK [MB]: overwrites the first MB of a disk with
 * patterns, by several processes at one time, and reads all of it back. What
 * was on the disk is lost; disk 0, the root file system, is refused.
 */
#include "mini.h"

#define WRITERS 4u
#define WORDS   1024u
#define PER_MB  256u /* blocks */

static uint32_t block[WORDS];

static uint32_t word(uint32_t n, uint32_t i)
{
	return n * 2654435761u ^ i * 40503u;
}

static int write_blocks(uint32_t disk, uint32_t from, uint32_t blocks)
{
	for (uint32_t n = from; n < blocks; n += WRITERS) {
		int error;

		for (uint32_t i = 0; i < WORDS; i++)
			block[i] = word(n, i);
		error = disk_write(disk, n, block);
		if (error) {
			print("disktest: write of block %u: %s\n", n, error_text(error));
			return 1;
		}
	}
	return 0;
}

static int verify(uint32_t disk, uint32_t blocks)
{
	for (uint32_t n = 0; n < blocks; n++) {
		int error = disk_read(disk, n, block);

		if (error) {
			print("disktest: read of block %u: %s\n", n, error_text(error));
			return 1;
		}
		for (uint32_t i = 0; i < WORDS; i++)
			if (block[i] != word(n, i)) {
				print("disktest: WRONG word %u of block %u\n", i, n);
				return 1;
			}
	}
	return 0;
}

int main(int argc, char **argv)
{
	uint32_t disk = number(argc > 1 ? argv[1] : NULL, 0);
	uint32_t blocks = number(argc > 2 ? argv[2] : NULL, 1) * PER_MB;
	int failed = 0, status;

	if (disk == 0) {
		print_error("disktest DISK [MB], not disk 0\n");
		return 2;
	}
	for (uint32_t i = 0; i < WRITERS; i++)
		if (fork() == 0)
			exit(write_blocks(disk, i, blocks));
	for (uint32_t i = 0; i < WRITERS; i++)
		failed |= wait(-1, &status, 0) < 0 || status != 0;
	if (!failed)
		failed = verify(disk, blocks);
	print("disktest: %u blocks, %s\n", blocks, failed ? "FAILED" : "all as written");
	return failed;
}
