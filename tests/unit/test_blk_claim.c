// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_blk_claim.c - which disk is whose: no sector in two guests unless both
 * only read it.
 */
#include "blk_fixture.h"

static struct guest_config config;

static void setup(void)
{
	blk_machine();
	memset(&config, 0, sizeof(config));
}

/* As config.c leaves them: partitions are not the fake machine's, so tests set
 * the part of a guest that exists already. */
static void want(u32 n, u32 backend, bool read_only)
{
	config.blk[n] = (struct blk_device){
		.backend = backend,
		.flags = SILK_BLK_F_PRESENT |
			 (read_only ? SILK_BLK_F_READONLY : 0),
	};
}

static void has(u32 id, u32 backend, u64 first, u64 sectors, bool read_only)
{
	guests[id].state = GUEST_OFF;
	strcpy(guests[id].config.name, "other");
	guests[id].config.blk[5] = (struct blk_device){
		.backend = backend,
		.first = first,
		.sectors = sectors,
		.flags = SILK_BLK_F_PRESENT |
			 (read_only ? SILK_BLK_F_READONLY : 0),
	};
}

START_TEST(test_found_and_filled_in)
{
	want(0, 0, false);
	want(1, 1, true);
	ck_assert_ptr_null(blk_claim(&config));
	ck_assert_uint_eq(config.blk[0].sectors, SECTORS);
	ck_assert_uint_eq(config.blk[0].flags, SILK_BLK_F_PRESENT | SILK_BLK_F_FLUSH);
	ck_assert_uint_eq(config.blk[1].flags, SILK_BLK_F_PRESENT | SILK_BLK_F_READONLY);
	ck_assert_uint_eq(config.blk[2].flags, 0);
}
END_TEST

START_TEST(test_no_such_disk)
{
	want(0, BACKENDS, false);
	ck_assert_str_eq(blk_claim(&config), "disk 3: no such disk");
	want(0, 0, false);
	config.blk[0].partition = 9;
	ck_assert_str_eq(blk_claim(&config), "disk 0p9: no such partition");
}
END_TEST

START_TEST(test_taken)
{
	has(3, 0, 0, SECTORS, false);
	want(0, 0, false);
	ck_assert_str_eq(blk_claim(&config),
			 "disk 0 is in use by other, not read-only by both");
	want(0, 0, true);
	ck_assert_ptr_nonnull(blk_claim(&config));
	want(0, 1, false);
	ck_assert_ptr_null(blk_claim(&config));
	/* Both only read. */
	has(3, 0, 0, SECTORS, true);
	want(0, 0, true);
	ck_assert_ptr_null(blk_claim(&config));
	want(0, 0, false);
	ck_assert_ptr_nonnull(blk_claim(&config));
	/* A guest that is gone has nothing. */
	guests[3].state = GUEST_NONE;
	want(0, 0, false);
	ck_assert_ptr_null(blk_claim(&config));
}
END_TEST

START_TEST(test_read_only_disk_is_shared)
{
	has(3, 2, 0, SECTORS, true);
	want(0, 2, false);
	ck_assert_ptr_null(blk_claim(&config));
}
END_TEST

START_TEST(test_parts_overlap)
{
	want(0, 0, false);
	has(3, 0, SECTORS - 1, 1, false);
	ck_assert_ptr_nonnull(blk_claim(&config));
	has(3, 0, SECTORS, 1, false);
	ck_assert_ptr_null(blk_claim(&config));
	has(3, 0, 0, 1, false);
	ck_assert_ptr_nonnull(blk_claim(&config));
}
END_TEST

START_TEST(test_one_guest_twice)
{
	want(0, 0, false);
	want(4, 0, false);
	ck_assert_str_eq(blk_claim(&config),
			 "disk 0 is in use by the same guest, not read-only by both");
	want(0, 0, true);
	want(4, 0, true);
	ck_assert_ptr_null(blk_claim(&config));
}
END_TEST

static void tests(TCase *c)
{
	tcase_add_checked_fixture(c, setup, NULL);
	tcase_add_test(c, test_found_and_filled_in);
	tcase_add_test(c, test_no_such_disk);
	tcase_add_test(c, test_taken);
	tcase_add_test(c, test_read_only_disk_is_shared);
	tcase_add_test(c, test_parts_overlap);
	tcase_add_test(c, test_one_guest_twice);
}

UNIT_MAIN("disks of guests", tests)
