// SPDX-License-Identifier: GPL-2.0-only
/*
 * random.c - seeds for guests: ChaCha20 (RFC 8439, 2.3) keyed by what the
 * machine has of chance: its random instruction if there is one, and the
 * time-stamp counter at each call. Under an emulator without the instruction
 * the seeds are only as good as the host's clock; the README says so.
 *
 * Invariant: each output block's key is replaced by part of the block, so that
 * what a guest gets tells nothing of what another got.
 */
#include "../core/libc.h"
#include "../core/machine.h"
#include "arch.h"

#define CPUID_RDRAND (1u << 30)
#define KEY_WORDS    8

static u32 key[KEY_WORDS];
static u32 counter;

static u32 rotate(u32 x, u32 n)
{
	return x << n | x >> (32 - n);
}

static void quarter(u32 *s, u32 a, u32 b, u32 c, u32 d)
{
	s[a] += s[b];
	s[d] = rotate(s[d] ^ s[a], 16);
	s[c] += s[d];
	s[b] = rotate(s[b] ^ s[c], 12);
	s[a] += s[b];
	s[d] = rotate(s[d] ^ s[a], 8);
	s[c] += s[d];
	s[b] = rotate(s[b] ^ s[c], 7);
}

static void block(u32 out[16])
{
	u32 start[16] = { 0x61707865, 0x3320646e, 0x79622d32, 0x6b206574 };
	u32 i;

	memcpy(start + 4, key, sizeof(key));
	start[12] = counter++;
	memcpy(out, start, sizeof(start));
	for (i = 0; i < 10; i++) {
		quarter(out, 0, 4, 8, 12);
		quarter(out, 1, 5, 9, 13);
		quarter(out, 2, 6, 10, 14);
		quarter(out, 3, 7, 11, 15);
		quarter(out, 0, 5, 10, 15);
		quarter(out, 1, 6, 11, 12);
		quarter(out, 2, 7, 8, 13);
		quarter(out, 3, 4, 9, 14);
	}
	for (i = 0; i < 16; i++)
		out[i] += start[i];
}

static bool have_rdrand(void)
{
	u32 eax = 1, ebx, ecx = 0, edx;

	asm volatile("cpuid"
		     : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
	return ecx & CPUID_RDRAND;
}

static void stir(void)
{
	u64 tsc = rdtsc();
	u32 i, r = 0;

	key[0] ^= (u32)tsc;
	key[1] ^= (u32)(tsc >> 32);
	if (!have_rdrand())
		return;
	for (i = 0; i < KEY_WORDS; i++) {
		asm volatile("rdrand %0"
			     : "=r"(r)
			     :
			     : "cc");
		key[i] ^= r;
	}
}

void machine_random(u8 *to, u32 bytes)
{
	u32 out[16];

	while (bytes) {
		u32 n = MIN(bytes, (u32)sizeof(out) / 2);

		stir();
		block(out);
		memcpy(key, out + KEY_WORDS, sizeof(key));
		memcpy(to, out, n);
		to += n;
		bytes -= n;
	}
}
