// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_partition.c - tables of partitions, good, broken and hostile, on disks
 * made here.
 */
#include <stdlib.h>
#include <string.h>

#include "unit.h"
#include "hypervisor/drivers/partition.c"

#define SECTORS 4096u
#define HEADER  SECTOR
#define ENTRIES (2 * SECTOR)

static u8 disk[SECTORS * SECTOR];
static u32 reads, fail_at;
static struct partition_table t;

static int reader(void *arg, u64 sector, u8 to[SECTOR])
{
	ck_assert_ptr_eq(arg, disk);
	if (++reads == fail_at || sector >= SECTORS)
		return -1;
	memcpy(to, disk + sector * SECTOR, SECTOR);
	return 0;
}

static void parse(void)
{
	reads = 0;
	partition_parse(&t, SECTORS, reader, disk);
}

static void put32(u8 *p, u32 value)
{
	u32 i;

	for (i = 0; i < 4; i++)
		p[i] = (u8)(value >> 8 * i);
}

static void put64(u8 *p, u64 value)
{
	put32(p, (u32)value);
	put32(p + 4, (u32)(value >> 32));
}

static void mbr(u32 n, u8 type, u32 first, u32 sectors)
{
	u8 *entry = disk + 446 + 16 * n;

	disk[510] = 0x55;
	disk[511] = 0xaa;
	entry[4] = type;
	put32(entry + 8, first);
	put32(entry + 12, sectors);
}

/* The CRC's definition, bit by bit over the message as a polynomial: apart from
 * the implementation under test. */
static u32 crc_of(const u8 *p, u32 bytes)
{
	u32 crc = 0xffffffff, out = 0, i, bit, in;

	for (i = 0; i < bytes; i++) {
		for (bit = 0; bit < 8; bit++) {
			in = (u32)(p[i] >> bit & 1) ^ crc >> 31;
			crc = crc << 1 ^ (in ? 0x04c11db7 : 0);
		}
	}
	for (bit = 0; bit < 32; bit++)
		out |= (crc >> bit & 1) << (31 - bit);
	return ~out;
}

static void seal(void)
{
	u32 bytes = get32(disk + HEADER + 80) * get32(disk + HEADER + 84);

	put32(disk + HEADER + 88, crc_of(disk + ENTRIES, MIN(bytes, 32768u)));
	put32(disk + HEADER + 16, 0);
	put32(disk + HEADER + 16, crc_of(disk + HEADER, 92));
}

static void gpt_entry(u32 n, u64 first, u64 last)
{
	u8 *entry = disk + ENTRIES + n * get32(disk + HEADER + 84);

	entry[0] = 0x0f;
	put64(entry + 32, first);
	put64(entry + 40, last);
}

/* 128 entries of 128 bytes; partitions 1 and 3. */
static void gpt(void)
{
	memset(disk, 0, sizeof(disk));
	mbr(0, 0xee, 1, SECTORS - 1);
	memcpy(disk + HEADER, "EFI PART", 8);
	put32(disk + HEADER + 8, 0x10000);
	put32(disk + HEADER + 12, 92);
	put64(disk + HEADER + 24, 1);
	put64(disk + HEADER + 40, 34);
	put64(disk + HEADER + 48, SECTORS - 34);
	put64(disk + HEADER + 72, 2);
	put32(disk + HEADER + 80, 128);
	put32(disk + HEADER + 84, 128);
	gpt_entry(0, 34, 2047);
	gpt_entry(2, 2048, SECTORS - 34);
	seal();
}

static void expect(u32 i, u32 number, u64 first, u64 sectors)
{
	ck_assert_uint_lt(i, t.count);
	ck_assert_uint_eq(t.part[i].number, number);
	ck_assert_uint_eq(t.part[i].first, first);
	ck_assert_uint_eq(t.part[i].sectors, sectors);
}

static void expect_none(const char *wrong)
{
	parse();
	ck_assert_uint_eq(t.count, 0);
	ck_assert_ptr_nonnull(t.wrong);
	ck_assert_str_eq(t.wrong, wrong);
}

START_TEST(test_crc)
{
	ck_assert_uint_eq(~crc32(~0u, (const u8 *)"123456789", 9), 0xcbf43926);
	ck_assert_uint_eq(crc_of((const u8 *)"123456789", 9), 0xcbf43926);
}
END_TEST

START_TEST(test_no_table)
{
	parse();
	ck_assert_str_eq(t.kind, "no");
	ck_assert_uint_eq(t.count, 0);
	ck_assert_ptr_null(t.wrong);
	/* A file system's boot sector: code where the entries would be. */
	memset(disk + 400, 0x33, 110);
	disk[510] = 0x55;
	disk[511] = 0xaa;
	parse();
	ck_assert_str_eq(t.kind, "no");
	partition_parse(&t, 1, reader, disk);
	ck_assert_str_eq(t.kind, "no");
}
END_TEST

START_TEST(test_mbr)
{
	mbr(0, 0x83, 63, 100);
	mbr(1, 0x0c, 163, SECTORS - 163);
	mbr(3, 0x82, 2, 1);
	parse();
	ck_assert_str_eq(t.kind, "MBR");
	ck_assert_ptr_null(t.wrong);
	ck_assert_uint_eq(t.count, 3);
	expect(0, 1, 63, 100);
	expect(1, 2, 163, SECTORS - 163);
	expect(2, 4, 2, 1);
	/* An empty one, whatever its type; an extended one. */
	mbr(0, 0x83, 63, 0);
	mbr(1, 0x0f, 163, 1000);
	parse();
	ck_assert_uint_eq(t.count, 1);
	expect(0, 4, 2, 1);
	ck_assert_ptr_nonnull(t.wrong);
}
END_TEST

START_TEST(test_mbr_leaves_the_disk)
{
	mbr(0, 0x83, 63, 100);
	mbr(1, 0x83, 163, SECTORS - 162);
	expect_none("a partition leaves the disk");
	mbr(1, 0x83, SECTORS, 1);
	expect_none("a partition leaves the disk");
	mbr(1, 0x83, 0xffffffff, 0xffffffff);
	expect_none("a partition leaves the disk");
	/* From sector 0 on: over the table itself. */
	mbr(1, 0x83, 0, 10);
	expect_none("a partition leaves the disk");
}
END_TEST

START_TEST(test_gpt)
{
	gpt();
	parse();
	ck_assert_str_eq(t.kind, "GPT");
	ck_assert_ptr_null(t.wrong);
	ck_assert_uint_eq(t.count, 2);
	expect(0, 1, 34, 2014);
	expect(1, 3, 2048, SECTORS - 34 - 2048 + 1);
	/* Larger entries, fewer. */
	memset(disk + ENTRIES, 0, 16384);
	put32(disk + HEADER + 80, 5);
	put32(disk + HEADER + 84, 256);
	gpt_entry(4, 100, 100);
	seal();
	parse();
	ck_assert_ptr_null(t.wrong);
	ck_assert_uint_eq(t.count, 1);
	expect(0, 5, 100, 1);
}
END_TEST

START_TEST(test_gpt_broken)
{
	gpt();
	disk[HEADER + 50] ^= 1;
	expect_none("the GPT's header has a wrong checksum");
	gpt();
	disk[ENTRIES + 128 * 128 - 1] ^= 1;
	expect_none("the GPT has a wrong checksum");
	gpt();
	disk[HEADER] = 'e';
	expect_none("the GPT has no header");
	gpt();
	put32(disk + HEADER + 12, 91);
	expect_none("the GPT's header has a wrong size");
	put32(disk + HEADER + 12, 0xffffffff);
	expect_none("the GPT's header has a wrong size");
}
END_TEST

/* Each field with a wild value under a right checksum. */
START_TEST(test_gpt_hostile)
{
	gpt();
	put64(disk + HEADER + 24, 2);
	seal();
	expect_none("the GPT's header belongs elsewhere");
	gpt();
	put64(disk + HEADER + 40, 1);
	seal();
	expect_none("the GPT leaves the disk");
	gpt();
	put64(disk + HEADER + 48, SECTORS);
	seal();
	expect_none("the GPT leaves the disk");
	gpt();
	put32(disk + HEADER + 84, 64);
	seal();
	expect_none("the GPT's entries have a wrong size");
	gpt();
	put32(disk + HEADER + 80, 1025);
	seal();
	expect_none("the GPT has a wrong number of entries");
	put32(disk + HEADER + 80, 0xffffffff);
	seal();
	expect_none("the GPT has a wrong number of entries");
	put32(disk + HEADER + 80, 0);
	seal();
	expect_none("the GPT has a wrong number of entries");
	gpt();
	put64(disk + HEADER + 72, SECTORS - 1);
	seal();
	expect_none("the GPT can't be read");
	put64(disk + HEADER + 72, ~0ull);
	seal();
	expect_none("the GPT can't be read");
}
END_TEST

START_TEST(test_gpt_partition_leaves_the_disk)
{
	static const u64 bad[][2] = {
		{ 33, 100 },           /* over the table */
		{ 100, SECTORS - 33 }, /* over the second table */
		{ 100, 99 },
		{ 100, ~0ull },
		{ ~0ull, ~0ull },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		gpt();
		gpt_entry(7, bad[i][0], bad[i][1]);
		seal();
		expect_none("a partition leaves the disk");
	}
}
END_TEST

START_TEST(test_more_than_can_be_used)
{
	u32 i;

	gpt();
	for (i = 0; i < PARTITIONS_MOST + 1; i++)
		gpt_entry(i, 100 + i, 100 + i);
	seal();
	parse();
	ck_assert_uint_eq(t.count, PARTITIONS_MOST);
	ck_assert_ptr_nonnull(t.wrong);
	expect(PARTITIONS_MOST - 1, PARTITIONS_MOST, 100 + PARTITIONS_MOST - 1, 1);
}
END_TEST

START_TEST(test_read_errors)
{
	u32 i, all;

	gpt();
	parse();
	all = reads;
	for (i = 1; i <= all; i++) {
		fail_at = i;
		parse();
		ck_assert_uint_eq(t.count, 0);
		ck_assert_ptr_nonnull(t.wrong);
	}
}
END_TEST

/* Random changes of a good table: never a partition that leaves the disk. */
START_TEST(test_noise)
{
	u32 k, i;

	srand(1);
	for (k = 0; k < 3000; k++) {
		gpt();
		for (i = 0; i < 4; i++)
			disk[rand() % (ENTRIES + 512)] ^= (u8)(1 << rand() % 8);
		if (k % 2)
			seal();
		parse();
		ck_assert_uint_le(reads, 2 + 1024);
		for (i = 0; i < t.count; i++) {
			ck_assert_uint_gt(t.part[i].first, 0);
			ck_assert_uint_gt(t.part[i].sectors, 0);
			ck_assert_uint_le(t.part[i].sectors, SECTORS);
			ck_assert_uint_le(t.part[i].first,
					  SECTORS - t.part[i].sectors);
		}
	}
}
END_TEST

static void tests(TCase *c)
{
	tcase_add_test(c, test_crc);
	tcase_add_test(c, test_no_table);
	tcase_add_test(c, test_mbr);
	tcase_add_test(c, test_mbr_leaves_the_disk);
	tcase_add_test(c, test_gpt);
	tcase_add_test(c, test_gpt_broken);
	tcase_add_test(c, test_gpt_hostile);
	tcase_add_test(c, test_gpt_partition_leaves_the_disk);
	tcase_add_test(c, test_more_than_can_be_used);
	tcase_add_test(c, test_read_errors);
	tcase_add_test(c, test_noise);
}

UNIT_MAIN("partitions", tests)
