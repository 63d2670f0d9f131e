// SPDX-License-Identifier: GPL-2.0-only
/*
 * mutate.c - libFuzzer's mutations, of whole steps.
 *
 * A step of an input takes as many bytes as its grammar asks for, so a byte more or
 * less makes other steps of all that follow. Each input that is carried out leaves
 * here where its steps begin, and which bytes of them name a table frame, a chunk, an
 * index. Mutations of it then insert, remove, repeat, move and exchange steps, have
 * steps be about what their neighbours are about, or change a byte. Steps to insert
 * are those that were carried out before: single ones, sorted by what came of them, so
 * that a rare outcome is taken as often as a common one; and stories, all steps that made
 * something of one frame or chunk, told of another. All is learnt in the run itself.
 *
 * Invariant: what is made depends on the seed and on the inputs before only, and is
 * never longer than libFuzzer allows.
 */
#include <string.h>

#include "mutate.h"

#define KNOWN      8192u /* inputs whose steps are known, by hash */
#define KEPT       32u   /* steps of each outcome */
#define STEP       160u  /* bytes of one that is kept */
#define LONGEST    2048u /* of an input */
#define LIVES      64u   /* of an input */
#define STORY      8u    /* steps of one */
#define STORY_STEP 64u   /* bytes of one of them, on average */
#define STORIES    256u

/* Of libFuzzer's; no replay has it. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most) __attribute__((weak));
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t an, const uint8_t *b, size_t bn,
				 uint8_t *out, size_t most, unsigned int seed);

/* Where the steps of an input begin, the last one's end too; what its bytes are. */
struct steps {
	u64 hash;
	u32 n;
	u16 at[FUZZ_STEPS + 1];
	u8 kind[LONGEST];
};

struct cell {
	u8 byte, kind;
};

static struct steps known[KNOWN], now;
static const u8 *began;
static u32 outcome; /* of the step under way, MUTATE_OUTCOMES: none */
static struct {
	u32 seen;
	u8 bytes[KEPT];
	struct cell step[KEPT][STEP];
} kept[MUTATE_OUTCOMES];
/*
 * The steps that made something of one table frame, or chunk, in their order: a story
 * that can be told of another one. Kept by how it ended, the last one of each.
 */
static struct {
	const void *of;
	u16 life;
	u32 n;
	u8 step[STORY];
} lives[LIVES];
static u32 living;
static struct story {
	u32 n;
	u16 begins[STORY + 1];
	struct cell cell[STORY * STORY_STEP];
} stories[STORIES];
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
	began = size <= LONGEST ? data : NULL;
	outcome = MUTATE_OUTCOMES;
	now.n = living = 0;
	now.at[0] = 0;
	now.hash = hash_of(data, size);
	memset(now.kind, 0, sizeof(now.kind));
}

void mutate_kind(const struct input *in, enum mutate_kind kind)
{
	if (began && in->left)
		now.kind[in->data - began] = (u8)kind;
}

void mutate_outcome(u32 what)
{
	outcome = what;
}

void mutate_lived(const void *what, u16 life)
{
	u32 i = 0;

	while (i < living && lives[i].of != what)
		i++;
	if (!began || i == LIVES)
		return;
	if (i == living)
		lives[living++] = (typeof(lives[0])){ .of = what };
	lives[i].life = life;
	if (lives[i].n && lives[i].step[lives[i].n - 1] == now.n)
		return;
	if (lives[i].n == STORY) {
		memmove(lives[i].step, lives[i].step + 1, STORY - 1);
		lives[i].n--;
	}
	lives[i].step[lives[i].n++] = (u8)now.n;
}

static void keep_story(u32 which)
{
	struct story *s = &stories[lives[which].life * 40503u / 256 % STORIES];
	u32 i, k, bytes = 0;

	s->n = 0;
	for (i = 0; i < lives[which].n && lives[which].step[i] < now.n; i++) {
		u32 from = now.at[lives[which].step[i]], to = now.at[lives[which].step[i] + 1];

		if (bytes + to - from > ARRAY_SIZE(s->cell))
			return;
		for (k = from; k < to; k++)
			s->cell[bytes++] = (struct cell){ began[k], now.kind[k] };
		s->begins[++s->n] = (u16)bytes;
	}
}

static void keep(u32 from, u32 bytes)
{
	u32 slot, i;

	if (bytes > STEP || outcome == MUTATE_OUTCOMES)
		return;
	slot = kept[outcome].seen++ % KEPT;
	for (i = 0; i < bytes; i++)
		kept[outcome].step[slot][i] = (struct cell){ began[from + i], now.kind[from + i] };
	kept[outcome].bytes[slot] = (u8)bytes;
}

void mutate_step(const u8 *end)
{
	u32 from = now.at[now.n], to;

	if (!began || now.n == FUZZ_STEPS)
		return;
	to = (u32)(end - began);
	keep(from, to - from);
	outcome = MUTATE_OUTCOMES;
	now.at[++now.n] = (u16)to;
}

void mutate_end(void)
{
	u32 i;

	if (!began)
		return;
	known[now.hash % KNOWN] = now;
	for (i = 0; i < living; i++)
		keep_story(i);
	began = NULL;
}

/* ---- one mutation ---- */

static struct cell data[LONGEST];
static u32 size, most, steps;
static u16 at[FUZZ_STEPS + 1];

/* The steps [i, i + n) become `into` steps of these bytes, which begin at begins[]. */
static bool replace(u32 i, u32 n, const struct cell *with, const u16 *begins, u32 into)
{
	u32 from = at[i], to = at[i + n], bytes = begins[into] - begins[0], k;
	struct cell saved[LONGEST];

	if (size - (to - from) + bytes > most || steps - n + into > FUZZ_STEPS)
		return false;
	memcpy(saved, with, bytes * sizeof(*with)); /* of data itself, perhaps */
	memmove(data + from + bytes, data + to, (size - to) * sizeof(*data));
	memcpy(data + from, saved, bytes * sizeof(*data));
	size = size - (to - from) + bytes;
	memmove(at + i + into, at + i + n, (steps + 1 - i - n) * sizeof(at[0]));
	steps = steps - n + into;
	for (k = i + into; k <= steps; k++)
		at[k] = (u16)(at[k] + bytes - (to - from));
	for (k = 0; k < into; k++)
		at[i + k] = (u16)(from + begins[k] - begins[0]);
	return true;
}

/* What the nearest byte of this kind before is, or behind; `old` if there is none. */
static u8 nearest(u32 from, u8 kind, u8 old)
{
	u32 i;

	for (i = from; i--;)
		if (data[i].kind == kind && pick(4))
			return data[i].byte;
	for (i = from + 1; i < size; i++)
		if (data[i].kind == kind)
			return data[i].byte;
	return old;
}

/* Step i is of the guest and vCPU of its neighbours, and about what they are about. */
static void join(u32 i)
{
	u32 k;

	if (steps < 2)
		return;
	if (pick(4))
		data[at[i]].byte = data[at[i ? i - 1 : i + 1]].byte;
	for (k = at[i]; k < at[i + 1]; k++)
		if (data[k].kind && pick(4))
			data[k].byte = nearest(k, data[k].kind, data[k].byte);
}

/* An outcome that there was: a call that went well, or any. */
static u32 pick_outcome(void)
{
	u32 tries, what;

	for (tries = 0; tries < 64; tries++) {
		what = pick(pick(2) ? SILK_NR_CALLS : MUTATE_OUTCOMES);
		if (kept[what].seen)
			return what;
	}
	return MUTATE_OUTCOMES;
}

/* A step that was carried out before. */
static bool insert_kept(u32 i, u32 over)
{
	u32 what = pick_outcome(), slot;
	u16 begins[2] = { 0 };

	if (what == MUTATE_OUTCOMES)
		return false;
	slot = pick(MIN(kept[what].seen, KEPT));
	begins[1] = kept[what].bytes[slot];
	if (!replace(i, over, kept[what].step[slot], begins, 1))
		return false;
	join(i);
	return true;
}

/* A story, told of what a step before it is about, and by that one's guest. */
static void insert_story(void)
{
	const struct story *s = &stories[pick(STORIES)];
	u32 tries, i = pick(steps + 1), k, n = size;
	u8 kind, old, new;

	for (tries = 0; !s->n && tries < 32; tries++)
		s = &stories[pick(STORIES)];
	if (!s->n || !replace(i, 0, s->cell, s->begins, s->n))
		return;
	if (i && pick(4))
		for (k = 0; k < s->n; k++)
			data[at[i + k]].byte = data[at[i - 1]].byte;
	for (k = at[i]; k < at[i + 1] && data[k].kind != MUTATE_FRAME && data[k].kind != MUTATE_CHUNK;)
		k++;
	if (k == at[i + 1] || !pick(4))
		return;
	kind = data[k].kind;
	old = data[k].byte;
	new = nearest(k, kind, old);
	n = size - n + at[i];
	for (; k < n; k++)
		if (data[k].kind == kind && data[k].byte == old)
			data[k].byte = new;
}

static void copy_steps(u32 over)
{
	u32 n = 1 + pick(MIN(steps, 4u)), from = pick(steps + 1 - n);
	u16 begins[8];

	memcpy(begins, at + from, (n + 1) * sizeof(at[0]));
	replace(pick(steps + 1 - over), over, data + begins[0], begins, n);
}

static void remove_steps(void)
{
	static const u16 none[1];
	u32 n = 1 + pick(pick(3) ? MIN(steps, 3u) : steps);

	if (n < steps)
		replace(pick(steps + 1 - n), n, data, none, 0);
}

/* The grammar's rare choices are the high values of a byte. */
static void change_byte(void)
{
	struct cell *c = &data[pick(size)];

	switch (pick(4)) {
	case 0:
		c->byte ^= (u8)(1u << pick(8));
		break;
	case 1:
		c->byte = (u8)(c->byte + (pick(2) ? 1 : 255));
		break;
	case 2:
		c->byte = (u8)(255 - pick(32));
		break;
	default:
		c->byte = (u8)pick(256);
	}
}

static void mutate_once(void)
{
	switch (steps ? pick(14) : 4u) {
	case 0:
	case 1:
	case 2:
	case 3:
		insert_story();
		break;
	case 4:
		insert_kept(pick(steps + 1), 0);
		break;
	case 5:
		insert_kept(pick(steps), 1);
		break;
	case 6:
	case 7:
		remove_steps();
		break;
	case 8:
		copy_steps(pick(2));
		break;
	case 9:
		join(pick(steps));
		break;
	default:
		change_byte();
	}
}

static void mutate_some(void)
{
	u32 times = 1 + pick(4);

	while (times--)
		mutate_once();
}

/* ---- libFuzzer's side ---- */

static const struct steps *recall(const u8 *of, size_t bytes)
{
	const struct steps *s = &known[hash_of(of, bytes) % KNOWN];

	return bytes && bytes <= LONGEST && s->hash == hash_of(of, bytes) ? s : NULL;
}

static void cells(struct cell *to, const u8 *from, const struct steps *s, u32 bytes)
{
	u32 i;

	for (i = 0; i < bytes; i++)
		to[i] = (struct cell){ from[i], s->kind[i] };
}

static bool begin(const u8 *in, size_t bytes, size_t limit, u32 seed)
{
	const struct steps *s = recall(in, bytes);

	chance = seed * 0x9e3779b97f4a7c15ull | 1;
	if (!s)
		return false;
	cells(data, in, s, (u32)bytes);
	size = (u32)bytes;
	most = (u32)MIN(limit, LONGEST);
	steps = s->n;
	memcpy(at, s->at, sizeof(at));
	return true;
}

static size_t end(u8 *out)
{
	u32 i;

	for (i = 0; i < size; i++)
		out[i] = data[i].byte;
	return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *in, size_t bytes, size_t limit, unsigned int seed)
{
	if (!begin(in, bytes, limit, seed) || !pick(5))
		return LLVMFuzzerMutate(in, bytes, limit);
	mutate_some();
	return end(in);
}

/* Steps of b among those of a. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t an, const uint8_t *b, size_t bn,
				 uint8_t *out, size_t limit, unsigned int seed)
{
	static struct cell of_b[LONGEST];
	const struct steps *s = recall(b, bn);
	u32 from, n;

	if (!begin(a, an, limit, seed))
		return 0;
	if (!s || !s->n || pick(8)) { /* it asks for one each second time */
		mutate_some();
		return end(out);
	}
	cells(of_b, b, s, (u32)bn);
	from = pick(s->n);
	n = 1 + pick(s->n - from);
	if (!replace(pick(steps + 1), 0, of_b + s->at[from], s->at + from, n))
		return 0;
	return end(out);
}
