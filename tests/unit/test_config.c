// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_config.c - each option of a guest's description, and each way in which
 * a description can be wrong.
 */
#include <stdio.h>
#include <string.h>

#include "fake_machine.h"
#include "unit.h"
#include "hypervisor/core/config.h"

static struct guest_config c;

static void setup(void)
{
	fake.modules = 3;
	fake.module[0].text = "build/guest/tiny name=a";
	fake.module[1].text = "/boot/mini.elf kernel";
	fake.module[2].text = "initrd.cpio initrd";
}

START_TEST(test_defaults)
{
	setup();
	ck_assert_ptr_null(config_parse(&c, "build/guest/tiny name=a", 0));
	ck_assert_str_eq(c.name, "a");
	ck_assert_str_eq(c.cmdline, "");
	ck_assert_uint_eq(c.kernel_module, 0);
	ck_assert_uint_eq(c.initrd_module, CONFIG_NONE);
	ck_assert_uint_eq(c.chunks, 8);
	ck_assert_uint_eq(c.chunk_limit, 8);
	ck_assert_uint_eq(c.low_chunks, 8);
	ck_assert_uint_eq(c.table_chunks, 1);
	ck_assert_uint_eq(c.weight, 100);
	ck_assert_uint_eq(c.console_port, CONFIG_NONE);
	ck_assert_uint_eq(c.blk[0].flags, 0);
	ck_assert(c.restart);
	ck_assert(!c.paused);
}
END_TEST

START_TEST(test_everything)
{
	setup();
	ck_assert_ptr_null(config_parse(&c,
					"tiny name=web-1.x mem=1G maxmem=2G weight=1000 console=3 "
					"disk=0,1p2,2:ro,3p128:ro kernel=mini.elf initrd=2 tables=3 low=512M "
					"restart=no paused -- root=/dev/sda  x=\"1 2\" --",
					0));
	ck_assert_str_eq(c.name, "web-1.x");
	ck_assert_uint_eq(c.kernel_module, 1);
	ck_assert_uint_eq(c.initrd_module, 2);
	ck_assert_uint_eq(c.chunks, 256);
	ck_assert_uint_eq(c.chunk_limit, 512);
	ck_assert_uint_eq(c.low_chunks, 128);
	ck_assert_uint_eq(c.table_chunks, 3);
	ck_assert_uint_eq(c.weight, 1000);
	ck_assert_uint_eq(c.console_port, 3);
	ck_assert_uint_eq(c.blk[0].backend, 0);
	ck_assert_uint_eq(c.blk[0].flags, SILK_BLK_F_PRESENT);
	ck_assert_uint_eq(c.blk[1].backend, 1);
	ck_assert_uint_eq(c.blk[1].partition, 2);
	ck_assert_uint_eq(c.blk[2].flags, SILK_BLK_F_PRESENT | SILK_BLK_F_READONLY);
	ck_assert_uint_eq(c.blk[3].partition, 128);
	ck_assert_uint_eq(c.blk[3].flags, SILK_BLK_F_PRESENT | SILK_BLK_F_READONLY);
	ck_assert_uint_eq(c.blk[4].flags, 0);
	ck_assert(!c.restart);
	ck_assert(c.paused);
	ck_assert_str_eq(c.cmdline, "root=/dev/sda  x=\"1 2\" --");
}
END_TEST

/* Sizes are rounded up to chunks; tables follow the memory. */
START_TEST(test_sizes)
{
	static const struct {
		const char *text;
		u32 chunks, tables;
	} sizes[] = {
		{ "x name=a mem=8M", 2, 1 },
		{ "x name=a mem=8193K", 3, 1 },
		{ "x name=a mem=9M", 3, 1 },
		{ "x name=a mem=128M", 32, 1 },
		{ "x name=a mem=129M", 33, 2 },
		{ "x name=a mem=1G", 256, 8 },
		{ "x name=a mem=4G", 1024, 32 },
	};
	u32 i;

	setup();
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		ck_assert_ptr_null(config_parse(&c, sizes[i].text, 0));
		ck_assert_uint_eq(c.chunks, sizes[i].chunks);
		ck_assert_uint_eq(c.table_chunks, sizes[i].tables);
		ck_assert_uint_eq(c.low_chunks, MIN(c.chunks, 156u));
	}
}
END_TEST

/* A kernel by the name of its file, with directories or without, or by number,
 * and loaders that leave the file's name out. */
START_TEST(test_modules)
{
	setup();
	ck_assert_uint_eq(config_module("tiny"), 0);
	ck_assert_uint_eq(config_module("build/guest/tiny"), 0);
	ck_assert_uint_eq(config_module("mini.elf"), 1);
	ck_assert_uint_eq(config_module("2"), 2);
	ck_assert_uint_eq(config_module("3"), CONFIG_NONE);
	ck_assert_uint_eq(config_module("tin"), CONFIG_NONE);
	ck_assert_uint_eq(config_module("guest/tiny"), CONFIG_NONE);
	ck_assert_uint_eq(config_module(""), CONFIG_NONE);
	ck_assert_ptr_null(config_parse(&c, "mini.elf name=b", CONFIG_NONE));
	ck_assert_uint_eq(c.kernel_module, 1);
	ck_assert_ptr_null(config_parse(&c, "name=b kernel=0", CONFIG_NONE));
	ck_assert_uint_eq(c.kernel_module, 0);
	ck_assert_ptr_null(config_parse(&c, "name=b", 1));
	ck_assert_uint_eq(c.kernel_module, 1);
	ck_assert(config_is_guest("tiny name=a"));
	ck_assert(config_is_guest("tiny"));
	ck_assert(!config_is_guest("x initrd"));
	ck_assert(!config_is_guest("  x   kernel"));
	ck_assert(config_is_guest("x initrds"));
}
END_TEST

static const struct {
	const char *text, *why;
} wrong[] = {
	{ "x", "name= is missing" },
	{ "x mem=8M", "name= is missing" },
	{ "x name=", "name=: from 1 to 31 characters" },
	{ "x name=a123456789012345678901234567890x", "name=: from 1 to 31 characters" },
	{ "x name=a/b", "name=: letters, digits, '-', '_' and '.' only" },
	{ "x name=a name=b", "name= is given twice" },
	{ "x name=a mem", "'mem' is not an option" },
	{ "x name=a foo=1", "there is no option foo=" },
	{ "x name=a mem=32", "mem=: '32' is not a size up to 4G (like 32M, 4096K)" },
	{ "x name=a mem=M", "mem=: 'M' is not a size up to 4G (like 32M, 4096K)" },
	{ "x name=a mem=", "mem=: '' is not a size up to 4G (like 32M, 4096K)" },
	{ "x name=a mem=3x2M", "mem=: '3x2M' is not a size up to 4G (like 32M, 4096K)" },
	{ "x name=a mem=-1M", "mem=: '-1M' is not a size up to 4G (like 32M, 4096K)" },
	{ "x name=a mem=5G", "mem=: '5G' is not a size up to 4G (like 32M, 4096K)" },
	{ "x name=a mem=99999999999999999999M",
	  "mem=: '99999999999999999999M' is not a size up to 4G (like 32M, 4096K)" },
	{ "x name=a mem=4M", "mem=: 4M is too little, a guest needs 8M" },
	{ "x name=a mem=0M", "mem=: 0M is too little, a guest needs 8M" },
	{ "x name=a maxmem=1", "maxmem=: '1' is not a size up to 4G (like 32M, 4096K)" },
	{ "x name=a mem=64M maxmem=32M", "maxmem= is less than mem=" },
	{ "x name=a weight=0", "weight=: '0' is not a number from 1 to 1000" },
	{ "x name=a weight=1001", "weight=: '1001' is not a number from 1 to 1000" },
	{ "x name=a weight=ten", "weight=: 'ten' is not a number from 1 to 1000" },
	{ "x name=a console=x", "console=: 'x' is not a number" },
	{ "x name=a disk=", "disk=: '' is not a disk's number" },
	{ "x name=a disk=x", "disk=: 'x' is not a disk's number" },
	{ "x name=a disk=0,", "disk=: '' is not a disk's number" },
	{ "x name=a disk=0:rw", "disk=: ':rw' is not ':ro'" },
	{ "x name=a disk=0p0", "disk=: a partition's number is from 1 to 128" },
	{ "x name=a disk=0p129", "disk=: a partition's number is from 1 to 128" },
	{ "x name=a disk=0,1,2,3,4,5,6,7,8", "disk=: at most 8 disks" },
	{ "x name=a kernel=none", "kernel=: no module 'none' was loaded" },
	{ "x name=a initrd=9", "initrd=: no module '9' was loaded" },
	{ "x name=a tables=0", "tables=: a number from 1 to 32" },
	{ "x name=a tables=33", "tables=: a number from 1 to 32" },
	{ "x name=a mem=8M tables=2", "tables= leaves no memory for the kernel" },
	{ "x name=a low=4M", "low=: from 8M to 760M" },
	{ "x name=a low=764M", "low=: from 8M to 760M" },
	{ "x name=a restart=maybe", "restart=: yes or no" },
};

START_TEST(test_wrong)
{
	setup();
	ck_assert_str_eq(config_parse(&c, wrong[_i].text, 0), wrong[_i].why);
}
END_TEST

START_TEST(test_too_long)
{
	char text[4096];
	int n;

	setup();
	n = sprintf(text, "x name=a disk=");
	memset(text + n, '1', 300);
	text[n + 300] = 0;
	ck_assert_str_eq(config_parse(&c, text, 0), "a word is too long");
	n = sprintf(text, "x name=a -- ");
	memset(text + n, 'y', 1024);
	text[n + 1024] = 0;
	ck_assert_str_eq(config_parse(&c, text, 0),
			 "the command line is longer than 1023 characters");
	text[n + 1023] = 0;
	ck_assert_ptr_null(config_parse(&c, text, 0));
	memset(text, 'z', 3000);
	strcpy(text + 3000, " name=a");
	ck_assert_ptr_null(config_parse(&c, text, 0));
	ck_assert_str_eq(config_parse(&c, "name=b", CONFIG_NONE), "kernel= is missing");
	ck_assert_str_eq(config_parse(&c, "nothere name=b", CONFIG_NONE),
			 "kernel=: no module 'nothere' was loaded");
}
END_TEST

static void tests(TCase *t)
{
	tcase_add_test(t, test_defaults);
	tcase_add_test(t, test_everything);
	tcase_add_test(t, test_sizes);
	tcase_add_test(t, test_modules);
	tcase_add_loop_test(t, test_wrong, 0, ARRAY_SIZE(wrong));
	tcase_add_test(t, test_too_long);
}

UNIT_MAIN("config", tests)
