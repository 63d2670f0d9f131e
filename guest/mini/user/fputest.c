// SPDX-License-Identifier: GPL-2.0-only
/*
 * fputest.c - fputest [SECONDS]: several processes, each with values of its own
 * in the x87 and SSE registers, look again and again whether they are still
 * there, while the others are let run in between.
 */
#include "mini.h"

#define CHILDREN 4

static bool has_sse(void)
{
	uint32_t eax = 1, ebx, ecx = 0, edx;

	__asm__("cpuid"
		: "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
	return edx & 1u << 25;
}

static void spin(void)
{
	for (volatile int i = 0; i < 20000; i++)
		continue;
}

static bool check_x87(uint32_t seed)
{
	uint32_t in = seed, out = 0, control = 0;
	uint16_t mode = (uint16_t)(seed & 1 ? 0x037f : 0x0f7f); /* rounding */

	__asm__ volatile("fninit; fldcw %0; fildl %1; fildl %1; fildl %1"
			 :
			 : "m"(mode), "m"(in));
	spin();
	yield();
	spin();
	__asm__ volatile("faddp; faddp; fistpl %0; fnstcw %1"
			 : "=m"(out), "=m"(control));
	return out == seed * 3 && (uint16_t)control == mode;
}

static bool check_sse(uint32_t seed)
{
	uint32_t in[4] = { seed, ~seed, seed * 3, seed * 7 }, out[8];

	__asm__ volatile("movups (%0), %%xmm0; movups (%0), %%xmm7"
			 :
			 : "r"(in)
			 : "memory");
	spin();
	yield();
	spin();
	__asm__ volatile("movups %%xmm0, (%0); movups %%xmm7, 16(%0)"
			 :
			 : "r"(out)
			 : "memory");
	return !memcmp(in, out, 16) && !memcmp(in, out + 4, 16);
}

static NORETURN void child(uint32_t n, uint64_t end)
{
	uint32_t rounds = 0;

	do {
		uint32_t seed = n * 1000003 + rounds++;

		if (!check_x87(seed & 0xffffff) || (has_sse() && !check_sse(seed))) {
			print("fputest: child %u lost its state in round %u\n", n, rounds);
			exit(1);
		}
	} while (now_ns() < end);
	exit(0);
}

int main(int argc, char **argv)
{
	uint32_t seconds = number(argc > 1 ? argv[1] : NULL, 1);
	uint64_t end = now_ns() + (uint64_t)seconds * NS_PER_S;
	int failed = 0, status;

	for (uint32_t i = 1; i <= CHILDREN; i++)
		if (fork() == 0)
			child(i, end);
	for (uint32_t i = 1; i <= CHILDREN; i++)
		if (wait(-1, &status, 0) < 0 || status != 0)
			failed++;
	print("fputest: %u processes, %d of them lost state\n", CHILDREN, failed);
	return failed > 0;
}
