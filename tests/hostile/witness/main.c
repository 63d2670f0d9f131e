// SPDX-License-Identifier: GPL-2.0-only
/*
 * witness - the well-behaved guest that runs beside a hostile one and must not
 * notice: its memory, its registers and its share of the processor stay its
 * own.
 *
 * It works in beats, each the same piece of work: a part of its memory is
 * checked against the pattern that was stored there, and x87, SSE, segment and
 * debug state against what was loaded at the start. The shortest beat is one
 * that nobody interrupted, so beats times the shortest, over the time that has
 * passed, is the share of the processor that it got. A line says so each
 * `ms` milliseconds (100), after a look at its disk, if it has one, and at the answers
 * of some calls:
 *
 *   witness: report N beats B share S per mille, longest L us, errors E
 *
 * covers: GEN-7 GEN-2 CPU-3 CPU-5 CPU-6 TIME-6 TIME-7 LIFE-4
 */
#include "mmu.h"
#include "print.h"
#include "time.h"
#include "trap.h"
#include "witness.h"

#define PATTERN_CHUNK 2u
#define WORDS         (CHUNK_SIZE / 4)
#define BEAT_WORDS    4096u
#define TLS_SELECTOR  (SILK_I386_DESC_TLS * 8 | 3)

static uint32_t errors;
static uint32_t *memory;
static uint32_t tls_word = 0x51ca5eed;

void guest_main(void);

static uint32_t pattern(uint32_t i)
{
	return (i * 2654435761u) ^ 0x7e57da7a;
}

void error(const char *what, uint32_t expected, uint32_t seen)
{
	if (errors++ < 10)
		print("witness: ERROR %s: expected %x, seen %x\n", what, expected,
		      seen);
}

/* State that only the processor holds, between two beats. */
static void load_state(void)
{
	static const uint32_t xmm[4] __attribute__((aligned(16))) = {
		0x11111111,
		0x22222222,
		0x33333333,
		0x44444444,
	};
	uint32_t base = (uint32_t)&tls_word;

	hv_set_descriptor(SILK_I386_DESC_TLS, (base & 0xffff) << 16 | 0xffff,
			  (base & 0xff000000) | 0x00c0f200 | (base >> 16 & 0xff));
	hv_set_debugreg(0, (uint32_t)&errors);
	__asm__ volatile("movl %0, %%gs"
			 :
			 : "r"(TLS_SELECTOR));
	__asm__ volatile("fldpi\n\tmovups %0, %%xmm3"
			 :
			 : "m"(xmm));
}

static void check_state(void)
{
	uint32_t word, xmm[4], gs;
	uint64_t pi;

	__asm__ volatile("movl %%gs, %0"
			 : "=r"(gs));
	if (gs != TLS_SELECTOR)
		error("gs", TLS_SELECTOR, gs);
	__asm__ volatile("movl %%gs:0, %0"
			 : "=r"(word));
	if (word != tls_word)
		error("the word at gs:0", tls_word, word);
	__asm__ volatile("fstpl %0\n\tfldl %0\n\tmovups %%xmm3, %1"
			 : "=m"(pi), "=m"(xmm));
	if (pi != 0x400921fb54442d18ull)
		error("st(0)", 0x54442d18, (uint32_t)pi);
	for (uint32_t i = 0; i < 4; i++)
		if (xmm[i] != 0x11111111 * (i + 1))
			error("xmm3", 0x11111111 * (i + 1), xmm[i]);
}

static void beat(void)
{
	static uint32_t at;

	for (uint32_t i = 0; i < BEAT_WORDS; i++, at++) {
		if (memory[at] != pattern(at))
			error("memory", pattern(at), memory[at]);
		memory[at] = pattern(at);
	}
	if (at == WORDS)
		at = 0;
	check_state();
}

static void report(uint32_t number, uint32_t beats, uint32_t shortest,
		   uint32_t longest, uint64_t passed)
{
	uint64_t share = divide((uint64_t)beats * shortest * 1000,
				(uint32_t)passed, NULL);

	print("witness: report %u beats %u share %u per mille, longest %u us, "
	      "errors %u\n",
	      number, beats, (uint32_t)share, longest / 1000,
	      errors);
}

void guest_main(void)
{
	uint32_t ms = cmdline_number("ms", 100);
	uint32_t shortest = UINT32_MAX;

	memory = gpa_to_va(PATTERN_CHUNK << SILK_I386_CHUNK_SHIFT);
	for (uint32_t i = 0; i < WORDS; i++)
		memory[i] = pattern(i);
	load_state();
	disk_begin();
	print("witness: ready\n");
	for (uint32_t number = 0;; number++) {
		uint64_t start = time_ns(), before = start, now;
		uint32_t beats = 0, longest = 0;

		do {
			uint32_t took;

			beat();
			beats++;
			now = time_ns();
			if (now < before)
				error("the time", (uint32_t)before, (uint32_t)now);
			took = (uint32_t)(now - before);
			before = now;
			if (took < shortest)
				shortest = took;
			if (took > longest)
				longest = took;
		} while (now - start < (uint64_t)ms * NS_PER_MS);
		disk_check();
		answers_check();
		report(number, beats, shortest, longest, now - start);
	}
}
