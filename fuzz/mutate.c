// SPDX-License-Identifier: GPL-2.0-only
/*
 * mutate.c - libFuzzer's mutations, of whole steps.
 *
 * A step of an input takes as many bytes as its grammar asks for, so a byte more or
 * less makes other steps of all that follow. Each input that is carried out leaves
 * here where its steps begin; mutations of it then insert, remove, repeat, move and
 * exchange steps, or change a byte in one. Steps to insert are those that were
 * carried out before, sorted by what came of them, so that a rare outcome is taken as
 * often as a common one. All is learnt in the run itself.
 *
 * Invariant: what is made depends on the seed and on the inputs before only, and is
 * never longer than libFuzzer allows.
 */
#include <string.h>

#include "mutate.h"

#define KNOWN    16384u /* inputs whose steps are known, by hash */
#define KEPT     32u    /* of each outcome */
#define STEP     160u   /* bytes of one that is kept */
#define LONGEST  4096u  /* of an input */

/* Of libFuzzer's; no replay has it. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most) __attribute__((weak));
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t an, const uint8_t *b, size_t bn,
				 uint8_t *out, size_t most, unsigned int seed);

/* Where the steps of an input begin; the last one's end too. */
struct steps {
	u64 hash;
	u32 n;
	u16 at[FUZZ_STEPS + 1];
};

static struct steps known[KNOWN], now;
static const u8 *began;
static u32 outcome;
static struct {
	u32 seen;
	u8 bytes[KEPT];
	u8 step[KEPT][STEP];
} kept[MUTATE_OUTCOMES];
static u64 chance = 1;

/* xorshift64* */
static u32 pick(u32 n)
{
	chance ^= chance >> 12;
	chance ^= chance << 25;
	chance ^= chance >> 27;
	return n ? (u32)(chance * 0x2545f4914f6cdd1dull >> 33) % n : 0;
}

static u64 hash_of(const u8 *data, size_t size)
{
	u64 h = 0xcbf29ce484222325ull;

	while (size--)
		h = (h ^ *data++) * 0x100000001b3ull;
	return h;
}

/* ---- what is carried out ---- */

void mutate_begin(const u8 *data, size_t size)
{
	began = data;
	now.n = 0;
	now.at[0] = 0;
	now.hash = hash_of(data, size);
}

void mutate_outcome(u32 what)
{
	outcome = what;
}

static void keep(const u8 *from, u32 bytes)
{
	u32 slot;

	if (outcome >= MUTATE_OUTCOMES || bytes > STEP || !bytes)
		return;
	slot = kept[outcome].seen++ % KEPT;
	memcpy(kept[outcome].step[slot], from, bytes);
	kept[outcome].bytes[slot] = (u8)bytes;
}

void mutate_step(const u8 *end)
{
	u32 from = now.at[now.n], to = (u32)(end - began);

	if (now.n == FUZZ_STEPS || to <= from || to > LONGEST)
		return;
	keep(began + from, to - from);
	outcome = MUTATE_OUTCOMES;
	now.at[++now.n] = (u16)to;
}

void mutate_end(void)
{
	known[now.hash % KNOWN] = now;
}

/* ---- one mutation ---- */

static u8 data[LONGEST];
static u32 size, most;
static struct steps s;

static u32 step_bytes(u32 i)
{
	return s.at[i + 1] - s.at[i];
}

/* The steps [i, i + n) become these bytes, and `into` steps that begin as at[] says. */
static bool replace(u32 i, u32 n, const u8 *bytes, const u16 *at, u32 into)
{
	u32 from = s.at[i], to = s.at[i + n], k;
	int more = (int)(at[into] - at[0]) - (int)(to - from);
	u8 saved[LONGEST];

	if ((int)size + more > (int)most || s.n - n + into > FUZZ_STEPS)
		return false;
	memcpy(saved, bytes, at[into] - at[0]); /* of data itself, perhaps */
	memmove(data + to + more, data + to, size - to);
	memcpy(data + from, saved, at[into] - at[0]);
	size += (u32)more;
	memmove(s.at + i + into, s.at + i + n, (s.n + 1 - i - n) * sizeof(s.at[0]));
	s.n = s.n - n + into;
	for (k = i + into; k <= s.n; k++)
		s.at[k] = (u16)(s.at[k] + more);
	for (k = 0; k < into; k++)
		s.at[i + k] = (u16)(from + at[k] - at[0]);
	return true;
}

/* A step that was carried out before, of any outcome alike. */
static const u8 *pick_kept(u16 at[2])
{
	u32 what, slot, tries;

	for (tries = 0; tries < 64; tries++) {
		what = pick(tries & 1 ? MUTATE_OUTCOMES : SILK_NR_CALLS);
		if (!kept[what].seen)
			continue;
		slot = pick(MIN(kept[what].seen, KEPT));
		at[0] = 0;
		at[1] = kept[what].bytes[slot];
		return kept[what].step[slot];
	}
	return NULL;
}

/* Mostly of the guest and vCPU that the step beside it is of. */
static void insert_kept(u32 over)
{
	u32 i = pick(s.n + 1 - over), other;
	u16 at[2];
	const u8 *bytes = pick_kept(at);

	if (!bytes || !replace(i, over, bytes, at, 1) || s.n < 2)
		return;
	other = i ? i - 1 : i + 1;
	if (pick(4))
		data[s.at[i]] = data[s.at[other]];
}

static void copy_steps(u32 over)
{
	u32 n = 1 + pick(MIN(s.n, 4u)), from = pick(s.n + 1 - n);
	u16 at[8];

	memcpy(at, s.at + from, (n + 1) * sizeof(at[0]));
	replace(pick(s.n + 1 - over), over, data + at[0], at, n);
}

static void remove_steps(void)
{
	static const u16 none[1];
	u32 n = 1 + pick(MIN(s.n, 4u));

	replace(pick(s.n + 1 - n), n, data, none, 0);
}

/* A step for the same guest and vCPU as another, or with an argument of its. */
static void copy_byte(void)
{
	u32 i = pick(s.n), j = pick(s.n), k = pick(4) ? 3 + pick(step_bytes(i)) : 0;

	if (k < step_bytes(i) && k < step_bytes(j))
		data[s.at[i] + k] = data[s.at[j] + (k && !pick(3) ? pick(step_bytes(j)) : k)];
}

/* The grammar's rare choices are the high values of a byte. */
static void change_byte(void)
{
	u32 i = pick(s.n);
	u8 *at = data + s.at[i] + pick(step_bytes(i));

	switch (pick(4)) {
	case 0:
		*at ^= (u8)(1u << pick(8));
		break;
	case 1:
		*at = (u8)(*at + 1 + 254 * pick(2));
		break;
	case 2:
		*at = (u8)(255 - pick(32));
		break;
	default:
		*at = (u8)pick(256);
	}
}

static void mutate_once(void)
{
	switch (s.n ? pick(12) : 0) {
	case 0:
	case 1:
		insert_kept(0);
		break;
	case 2:
		insert_kept(s.n > 0);
		break;
	case 3:
		remove_steps();
		break;
	case 4:
	case 5:
		copy_steps(pick(2));
		break;
	case 6:
	case 7:
		copy_byte();
		break;
	default:
		change_byte();
	}
}

static bool recall(const u8 *of, size_t bytes)
{
	u64 hash = hash_of(of, bytes);

	if (known[hash % KNOWN].hash != hash || bytes > LONGEST)
		return false;
	s = known[hash % KNOWN];
	return true;
}

size_t LLVMFuzzerCustomMutator(uint8_t *in, size_t bytes, size_t limit, unsigned int seed)
{
	u32 times;

	chance = seed * 0x9e3779b97f4a7c15ull | 1;
	if (!pick(4) || !recall(in, bytes))
		return LLVMFuzzerMutate(in, bytes, limit);
	memcpy(data, in, bytes);
	size = (u32)bytes;
	most = (u32)MIN(limit, LONGEST);
	for (times = 1 + pick(3); times; times--)
		mutate_once();
	if (!size)
		return LLVMFuzzerMutate(in, bytes, limit);
	memcpy(in, data, size);
	return size;
}

/* Steps of b among those of a. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t an, const uint8_t *b, size_t bn,
				 uint8_t *out, size_t limit, unsigned int seed)
{
	static struct steps of_b;
	u32 from, n;

	chance = seed * 0x9e3779b97f4a7c15ull | 1;
	if (!recall(b, bn) || !s.n)
		return 0;
	of_b = s;
	if (!recall(a, an))
		return 0;
	memcpy(data, a, an);
	size = (u32)an;
	most = (u32)MIN(limit, LONGEST);
	from = pick(of_b.n);
	n = 1 + pick(of_b.n - from);
	if (!replace(pick(s.n + 1), 0, b + of_b.at[from], of_b.at + from, n))
		return 0;
	memcpy(out, data, size);
	return size;
}
