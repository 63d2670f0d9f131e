// SPDX-License-Identifier: GPL-2.0-only
/*
 * leaks - what a guest must not learn of another: FPU and SSE registers, memory
 * of a guest that has ended, argument registers after calls.
 *
 * The second guest (its name ends in -b) fills its registers and all of its
 * memory with one pattern, runs for a second beside the first, and powers off;
 * then the first takes chunks.
 *
 * guest: mem=16M maxmem=64M alone
 * guest: mem=48M
 * covers: GEN-2 GEN-7 CPU-3 CPU-5 MEM-5 MEM-12 LIFE-6 CALL-3 BOOT-3 LIFE-4
 */
#include "suite.h"

#define MS(n)  ((uint64_t)(n)*NS_PER_MS)
#define SECRET 0x5ec2e75eu
#define FXSR   (1u << 24)

static uint8_t fpu[512] __attribute__((aligned(16)));
static uint32_t fill[4] __attribute__((aligned(16)));

static bool has_sse(void)
{
	uint32_t a = 1, b, c, d;

	__asm__ volatile("cpuid"
			 : "+a"(a), "=b"(b), "=c"(c), "=d"(d));
	return (d & (FXSR | FXSR << 1)) == (FXSR | FXSR << 1);
}

static void fill_registers(uint32_t pattern)
{
	for (uint32_t i = 0; i < 4; i++)
		fill[i] = pattern;
	__asm__ volatile("movaps %0, %%xmm0\n\tmovaps %0, %%xmm1\n\t"
			 "movaps %0, %%xmm2\n\tmovaps %0, %%xmm3\n\tmovaps %0, %%xmm4\n\t"
			 "movaps %0, %%xmm5\n\tmovaps %0, %%xmm6\n\tmovaps %0, %%xmm7\n\t"
			 "fninit\n\tfildl %0\n\tfildl %0\n\tfildl %0"
			 :
			 : "m"(fill)
			 : "memory");
}

static uint32_t differing_words(uint32_t pattern)
{
	const uint32_t *xmm = (const uint32_t *)(fpu + 160);
	uint32_t n = 0;

	__asm__ volatile("fxsave %0"
			 : "=m"(fpu)
			 :
			 : "memory");
	for (uint32_t i = 0; i < 32; i++)
		n += xmm[i] != pattern;
	return n;
}

/* ---- the other guest ---- */

static void other(void)
{
	if (has_sse())
		fill_registers(SECRET);
	for (uint32_t c = SPARE_CHUNK; c < info()->low_chunks; c++) {
		uint32_t *words = gpa_to_va(c << 22);

		for (uint32_t i = 0; i < CHUNK_SIZE / 4; i++)
			words[i] = SECRET;
	}
	while (time_ns() < MS(1500))
		hv_yield();
	for (;;)
		hv_shutdown(SILK_SHUTDOWN_POWEROFF, NULL, 0);
}

/* ---- the one that looks ---- */

static void registers(void)
{
	uint32_t foreign = 0;

	test("CPU-5 GEN-2", "FPU and SSE registers while another guest runs");
	if (!has_sse()) {
		skip("the processor has no SSE");
		return;
	}
	for (uint32_t i = 0; i < 200; i++) {
		fill_registers(0x10101010 + i);
		for (uint32_t k = 0; k < 5; k++)
			hv_yield();
		for (uint64_t until = time_ns() + MS(3); time_ns() < until;)
			;
		foreign += differing_words(0x10101010 + i);
		__asm__ volatile("fninit");
	}
	expect(0, foreign, "words that were not ours");
	end();
}

/* Loaded selectors and bases, over the time in which others run. */
static void segments(void)
{
	uint32_t word = 0x77777777, seen = 0;

	test("CPU-3", "a base in GS while another guest runs");
	hv_set_descriptor(SILK_I386_DESC_TLS, ((uint32_t)&word & 0xffff) << 16 | 0xfff,
			  ((uint32_t)&word >> 16 & 0xff) | 0x0040f200 |
				  ((uint32_t)&word & 0xff000000));
	__asm__ volatile("movl %0, %%gs"
			 :
			 : "r"(0x33));
	for (uint32_t i = 0; i < 100; i++)
		hv_yield();
	__asm__ volatile("movl %%gs:0, %0"
			 : "=r"(seen));
	expect(0x77777777, seen, "the word at GS:0");
	__asm__ volatile("movl %0, %%gs"
			 :
			 : "r"(0));
	hv_set_descriptor(SILK_I386_DESC_TLS, 0, 0);
	end();
}

/* What calls leave in EBX, ECX and EDX is an argument, or the same always. */
static void argument_registers(void)
{
	uint32_t others[8], n = 0;

	test("GEN-2 CALL-3", "argument registers after each call");
	for (uint32_t nr = 0; nr < SILK_NR_CALLS + 2; nr++) {
		struct call c = {
			.eax = nr,
			.ebx = 0xe0000004,
			.ecx = 0x2222,
			.edx = 0xe0000008,
			.eflags = 2,
		};
		uint32_t after[3];

		if (nr == SILK_CALL_block || nr == SILK_CALL_shutdown)
			continue;
		call_raw(&c);
		after[0] = c.ebx;
		after[1] = c.ecx;
		after[2] = c.edx;
		for (uint32_t i = 0; i < 3; i++) {
			uint32_t k = 0;

			if (after[i] == 0xe0000004 || after[i] == 0x2222 ||
			    after[i] == 0xe0000008)
				continue;
			while (k < n && others[k] != after[i])
				k++;
			if (k == n && n < ARRAY_SIZE(others))
				others[n++] = after[i];
		}
	}
	expect_that(n <= 3, "values that were no argument: expected 3 at most, seen %u",
		    n);
	end();
}

static void memory(void)
{
	const uint32_t at = BOOT + 950 * 4, va = 950u << 22;
	uint32_t taken = 0, dirty = 0;

	while (time_ns() < MS(2500))
		hv_yield();
	test("MEM-5 LIFE-6", "chunks taken after another guest has ended");
	for (uint32_t c = info()->chunks; c < info()->chunk_limit; c++) {
		const uint32_t *words = (const uint32_t *)va;

		if (hv_chunk_take(c, SILK_CHUNK_RAM))
			break;
		taken++;
		set_entry(at, gpa_to_machine(c << 22) | 0x85);
		hv_pt_flush((void *)va, 1);
		for (uint32_t i = 0; i < CHUNK_SIZE / 4; i++)
			dirty += words[i] != 0;
		set_entry(at, 0);
		hv_pt_flush((void *)va, 1);
	}
	expect(0, dirty, "words that are not 0");
	if (taken)
		end();
	else
		skip("no chunk was to be had: feature MEMORY_TAKE");
}

void hostile_main(void)
{
	const char *name = info()->name;

	if (!strcmp(name + strlen(name) - 2, "-b"))
		other();
	scene_set();
	registers();
	segments();
	argument_registers();
	memory();
}
