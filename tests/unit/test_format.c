// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_format.c - formatted text against the C library's, division, the log,
 * and the string functions of the freestanding build.
 */
#include <stdio.h>

#include "fake_machine.h"
#include "unit.h"
#include "hypervisor/core/format.h"

/* The freestanding functions under names of their own. */
#include <string.h>
#define memcpy  own_memcpy
#define memmove own_memmove
#define memset  own_memset
#define memcmp  own_memcmp
#define strlen  own_strlen
#define strcmp  own_strcmp
#define strncmp own_strncmp
#define strchr  own_strchr
#include "hypervisor/i386/memory.c"
#include "hypervisor/core/string.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef strlen
#undef strcmp
#undef strncmp
#undef strchr

#define SAME(...) \
	do { \
		char want_[200], got_[200]; \
		int n_ = snprintf(want_, sizeof(want_), __VA_ARGS__); \
		ck_assert_int_eq((int)format_text(got_, sizeof(got_), __VA_ARGS__), n_); \
		ck_assert_str_eq(got_, want_); \
	} while (0)

START_TEST(test_as_printf)
{
	u32 one = 1;

	SAME("plain %% text");
	SAME("%d %d %d", 0, -1, -2147483647 - 1);
	SAME("%u %x", 4294967295u, 3735928559u);
	SAME("[%5d] [%-5d] [%05d] [%05d]", 42, 42, 42, -42);
	SAME("[%8x] [%08x] [%-8x]", 0xbeef, 0xbeef, 0xbeef);
	SAME("%llu %lld %llx", ~0ull, -5ll, 0x123456789abcdefull);
	SAME("%016llx", 0xfull);
	SAME("%lu %ld %zu", 7ul, -7l, (size_t)9);
	SAME("[%s] [%6s] [%-6s] [%.2s]", "abc", "abc", "abc", "abc");
	SAME("[%c] [%3c]", 'x', 'y');
	SAME("[%*d] [%.*s]", 6, 42, 2, "abcd");
	SAME("%s%u%s", "a", one, "b");
}
END_TEST

START_TEST(test_never_beyond_the_buffer)
{
	char text[9];
	u32 size;

	for (size = 0; size <= 8; size++) {
		memset(text, '#', sizeof(text));
		ck_assert_uint_eq(format_text(text, size, "%s%d", "abcdef", 99), 8);
		ck_assert_int_eq(text[size], '#');
		if (size)
			ck_assert_uint_eq(strlen(text), size - 1);
	}
}
END_TEST

START_TEST(test_division)
{
	static const u64 n[] = { 0, 1, 9, 65535, 65536, 0xffffffffull,
				 0x100000000ull, 999999999999999999ull, ~0ull };
	static const u32 d[] = { 1, 2, 3, 10, 1000, 65535, 65536, 65537,
				 0x7fffffff, 0x80000000, 0xffffffff };
	u32 i, j, rest;

	for (i = 0; i < ARRAY_SIZE(n); i++) {
		for (j = 0; j < ARRAY_SIZE(d); j++) {
			ck_assert_uint_eq(div64_32(n[i], d[j], &rest), n[i] / d[j]);
			ck_assert_uint_eq(rest, n[i] % d[j]);
		}
	}
}
END_TEST

static u32 before, after;

static void count_before(void)
{
	before++;
}

static void count_after(void)
{
	after++;
}

START_TEST(test_log_groups)
{
	fake_start(16);
	log_hooks(count_before, count_after);
	log_printf("a %d\n", 1);
	ck_assert_uint_eq(before, 1);
	ck_assert_uint_eq(after, 1);
	log_begin();
	log_printf("b\n");
	log_printf("c\n");
	log_end();
	ck_assert_uint_eq(before, 2);
	ck_assert_uint_eq(after, 2);
	ck_assert_str_eq(fake.output[FAKE_CONSOLES], "a 1\nb\nc\n");
	log_printf("%300s\n", "long");
	ck_assert_uint_eq(fake.output_bytes[FAKE_CONSOLES], 8 + LOG_LINE - 1);
	ck_assert_int_eq(fake.output[FAKE_CONSOLES][8 + LOG_LINE - 2], '\n');
}
END_TEST

/* A terminal that takes nothing for a while loses the end, not the order, and
 * the loss is told. */
START_TEST(test_log_that_is_full)
{
	u32 i;

	fake_start(16);
	fake.console_room = 0;
	for (i = 0; i < 2000; i++)
		log_printf("line %08u\n", i);
	ck_assert_uint_eq(fake.output_bytes[FAKE_CONSOLES], 0);
	fake.console_room = ~0u;
	ck_assert(!log_pump());
	ck_assert(!strncmp(fake.output[FAKE_CONSOLES], "line 00000000\nline 00000001\n",
			   28));
	log_printf("the end\n");
	ck_assert_ptr_nonnull(strstr(fake.output[FAKE_CONSOLES],
				     "bytes are left out here]\nthe end\n"));
}
END_TEST

/* A guest that is shown may not fill what the log needs. */
START_TEST(test_log_before_guests)
{
	static char noise[65536];
	u32 taken;

	fake_start(16);
	fake.console_room = 0;
	memset(noise, 'n', sizeof(noise));
	taken = log_show(noise, sizeof(noise));
	ck_assert_uint_gt(taken, 0);
	ck_assert_uint_eq(log_show(noise, 1), 0);
	log_printf("important\n");
	fake.console_room = ~0u;
	log_pump();
	ck_assert_str_eq(fake.output[FAKE_CONSOLES] + taken, "important\n");
}
END_TEST

START_TEST(test_strings)
{
	char a[64], b[64];
	u32 from, to, n;

	for (from = 0; from < 8; from++) {
		for (to = 0; to < 8; to++) {
			for (n = 0; n < 24; n++) {
				u32 i;

				for (i = 0; i < 64; i++)
					a[i] = b[i] = (char)i;
				own_memmove(a + to, a + from, n);
				memmove(b + to, b + from, n);
				ck_assert_mem_eq(a, b, 64);
				own_memset(a + to, 0x1a5, n);
				// cppcheck-suppress memsetValueOutOfRange ; what does memset make of it?
				memset(b + to, 0x1a5, n);
				ck_assert_mem_eq(a, b, 64);
				own_memcpy(a + to, "0123456789abcdefghijklmnop" + from, n % 18);
				memcpy(b + to, "0123456789abcdefghijklmnop" + from, n % 18);
				ck_assert_mem_eq(a, b, 64);
			}
		}
	}
	ck_assert_uint_eq(own_strlen("abc"), 3);
	ck_assert_int_eq(own_strcmp("abc", "abc"), 0);
	ck_assert_int_lt(own_strcmp("abc", "abd"), 0);
	ck_assert_int_gt(own_strcmp("abc", "ab"), 0);
	ck_assert_int_lt(own_strcmp("a", "\xff"), 0);
	ck_assert_int_eq(own_strncmp("abcx", "abcy", 3), 0);
	ck_assert_int_eq(own_memcmp("abc", "abc", 3), 0);
	ck_assert_int_lt(own_memcmp("ab\x01", "ab\xff", 3), 0);
	ck_assert_str_eq(own_strchr("key=value", '='), "=value");
	ck_assert_ptr_null(own_strchr("key", '='));
	ck_assert_str_eq(own_strchr("key", 0), "");
}
END_TEST

static void tests(TCase *c)
{
	tcase_add_test(c, test_as_printf);
	tcase_add_test(c, test_never_beyond_the_buffer);
	tcase_add_test(c, test_division);
	tcase_add_test(c, test_log_groups);
	tcase_add_test(c, test_log_that_is_full);
	tcase_add_test(c, test_log_before_guests);
	tcase_add_test(c, test_strings);
}

UNIT_MAIN("format", tests)
