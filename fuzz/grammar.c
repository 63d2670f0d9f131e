// SPDX-License-Identifier: GPL-2.0-only
/*
 * grammar.c - from bytes to typed calls. The calls, their arguments' kinds and
 * their weights come from SILK_HYPERCALLS: a new call is fuzzed without a line
 * here, but for what its GVA arguments point to.
 *
 * Most choices are of few bytes and mostly sensible: a random input is to get
 * past the first check of a call more often than not.
 */
#include <string.h>

#include "mutate.h"

enum kind { KIND_NONE,
	    KIND_U32,
	    KIND_ENUM,
	    KIND_GVA,
	    KIND_GPA,
	    KIND_CHUNK,
	    KIND_CODE };

#define NONE(n) \
	{ \
		KIND_NONE, #n \
	}
#define U32(n) \
	{ \
		KIND_U32, #n \
	}
#define ENUM(n) \
	{ \
		KIND_ENUM, #n \
	}
#define GVA(n) \
	{ \
		KIND_GVA, #n \
	}
#define GPA(n) \
	{ \
		KIND_GPA, #n \
	}
#define CHUNK(n) \
	{ \
		KIND_CHUNK, #n \
	}
#define CODE(n) \
	{ \
		KIND_CODE, #n \
	}

static const struct grammar {
	const char *name;
	enum silk_group group;
	struct {
		enum kind kind;
		const char *name;
	} arg[3];
} grammar[SILK_NR_CALLS] = {
#define X(nr, name, group, nargs, a1, a2, a3, text) \
	[nr] = { #name, SILK_GROUP_##group, { a1, a2, a3 } },
	SILK_HYPERCALLS(X)
#undef X
};

static const u32 interesting[] = {
	0, 1, 2, 3, 4, 7, 8, 16, 31, 32, 33, 39, 40, 41, 63, 64, 65, 127, 128, 129, 511, 512,
	513, 1023, 1024, 1025, 4095, 4096, 4097, 0x3fffff, 0x400000, 0x2000000, 0x2000001,
	0x7fffffff, 0x80000000, 0xbfffffff, 0xc0000000, 0xc0600000, 0xefbfffff, 0xefc00000,
	0xefffffff, 0xf0000000, 0xfffff000, 0xfffffffe, 0xffffffff
};

const char *call_name(u32 nr)
{
	return nr < SILK_NR_CALLS ? grammar[nr].name : "?";
}

/* ---- what to do ---- */

static u32 weight(u32 action)
{
	if (action == DO_TOUCH || action == DO_QUEUE)
		return 4;
	if (action == DO_OPERATOR)
		return 2;
	if (action >= SILK_NR_CALLS)
		return 1;
	switch (grammar[action].group) {
	case SILK_GROUP_MMU:
		return 8;
	case SILK_GROUP_MEMORY:
		return 6;
	case SILK_GROUP_BLOCK:
	case SILK_GROUP_CONSOLE:
		return 2;
	default:
		return 1;
	}
}

u32 pick_action(struct input *in)
{
	u32 action, total = 0, at;

	for (action = 0; action < DO_END; action++)
		total += weight(action);
	at = byte(in) % total;
	for (action = 0; at >= weight(action); action++)
		at -= weight(action);
	return action;
}

/* ---- numbers ---- */

/* A byte that says which, of things that steps can have in common. */
static u32 typed(struct input *in, enum mutate_kind kind)
{
	mutate_kind(in, kind);
	return byte(in);
}

static u32 raw(struct input *in)
{
	u32 a = byte(in), b = byte(in), c = byte(in);

	return a | b << 8 | c << 16 | byte(in) << 24;
}

u32 pick_word(struct input *in)
{
	u32 n = byte(in);

	if (n < 96)
		return n;
	if (n < 240)
		return interesting[n % ARRAY_SIZE(interesting)];
	return raw(in);
}

/* Mostly one that the guest has, or could have. */
static u32 pick_chunk(struct input *in, const struct guest *g)
{
	u32 n = typed(in, MUTATE_CHUNK);

	if (n >= 192 && n < 240 && g->chunks.change.chunk != NO_FRAME)
		return g->chunks.change.chunk; /* the one that is searched for */
	if (n < 240)
		return n % (FUZZ_LIMIT + 1);
	return n < 248 ? 1016 + n % 8 : pick_word(in);
}

/* A table frame, mostly one of a few, in the guest's first TABLE chunks. */
static u32 pick_frame(struct input *in, const struct guest *g, enum mutate_kind kind)
{
	u32 n = typed(in, kind), frame = 2 + (n & 7), chunk;
	const struct table_chunk *t = g->chunks.slot[n >> 3 & 3];

	if (n >= 0xf0) {
		chunk = pick_chunk(in, g);
		frame = byte(in) * 4 + (n & 3);
		return (chunk << CHUNK_SHIFT) + (frame << PAGE_SHIFT);
	}
	chunk = t ? t->chunk : 0;
	return (chunk << CHUNK_SHIFT) + (frame << PAGE_SHIFT);
}

static u32 pick_index(struct input *in)
{
	static const u16 ends[] = { 958, 959, 960, 1023, 957 };
	u32 n = typed(in, MUTATE_INDEX);

	if (n < 112)
		return n % 4; /* the user range */
	if (n < 128)
		return 764 + n % 4; /* its end */
	if (n < 240)
		return 768 + n % 8; /* the kernel range, direct map first */
	if (n < 250)                /* its end, and the hypervisor's */
		return ends[n % ARRAY_SIZE(ends)];
	return byte(in) * 4 + n % 4;
}

static u32 pick_entry(struct input *in, const struct guest *g)
{
	u32 frame = pick_frame(in, g, MUTATE_ENTRY);

	return frame + pick_index(in) * 4;
}

static u32 pick_gva(struct input *in)
{
	static const u32 places[] = {
		0,
		4,
		0x1000,
		0xbffffff8,
		SILK_I386_INFO,
		SILK_I386_CHUNK_KIND,
		SILK_I386_VCPU,
		SILK_I386_VCPU + 32,
		SILK_I386_QUEUE,
		SILK_I386_BLK_RING,
		SILK_I386_HYPERVISOR - 8,
		SILK_I386_HYPERVISOR - 4,
		SILK_I386_HYPERVISOR,
		0xfffffff8,
		0xffffffff,
		FAKE_GVA(0x2000),
		FAKE_GVA((FUZZ_LOW << CHUNK_SHIFT) - 8),
		FAKE_GVA((FUZZ_LOW << CHUNK_SHIFT) - 64),
		FAKE_GVA((FUZZ_LOW - 1) << CHUNK_SHIFT),
		FAKE_GVA(FUZZ_LOW << CHUNK_SHIFT),
		0x00400000,
		0x00800000,
	};
	u32 n = byte(in);

	if (n < 208)
		return FAKE_GVA(FUZZ_BUFFER);
	if (n < 224)
		return FAKE_GVA(FUZZ_BUFFER) + (n & 15) * 0xff8;
	return places[byte(in) % ARRAY_SIZE(places)] + (n & 1 ? byte(in) & ~3u : 0);
}

/* A word that the guest and the hypervisor share. */
u32 pick_shared(struct input *in)
{
	static const u32 words[] = {
		SILK_I386_VCPU + offsetof(struct silk_vcpu, pending),
		SILK_I386_VCPU + offsetof(struct silk_vcpu, mask),
		SILK_I386_VCPU + offsetof(struct silk_vcpu, vif),
		SILK_I386_VCPU + offsetof(struct silk_vcpu, queue_count),
		SILK_I386_VCPU + offsetof(struct silk_vcpu, queue_error),
		SILK_I386_BLK_RING + offsetof(struct silk_ring, consumer),
		SILK_I386_BLK_RING + offsetof(struct silk_ring, producer),
		SILK_I386_QUEUE + 4,
	};

	return words[byte(in) % ARRAY_SIZE(words)];
}

/* An entry: of guest memory, of others' memory, or anything. */
u32 pick_value(struct input *in, const struct guest *g)
{
	u32 how = byte(in), bits = byte(in), flags = bits & (SILK_I386_ENTRY_BITS & 0xff);
	const struct guest *other = &guests[(g->id + 1) % FUZZ_GUESTS];
	u32 chunk, machine;

	flags |= how & 1 ? SILK_I386_PRESENT : flags;
	flags |= how & 2 ? SILK_I386_WRITABLE : 0;
	if (how < 16)
		return 0;
	if (how < 24)
		return raw(in);
	if (how < 40)
		return raw(in) & ~SILK_I386_PRESENT;
	if (how < 120) { /* a table frame */
		machine = pick_frame(in, g, MUTATE_FRAME);
		return model_machine(g, machine >> CHUNK_SHIFT) + machine % CHUNK_SIZE + flags;
	}
	chunk = pick_chunk(in, g);
	if (how >= 236)
		machine = how < 244 && other->chunks.machine ? model_machine(other, chunk) : chunk << CHUNK_SHIFT;
	else
		machine = model_machine(g, chunk);
	if (how < 180) /* a 4 MB page; bits between are not allowed */
		return machine + (flags | SILK_I386_LARGE) + (how < 124 ? 1u << (PAGE_SHIFT + bits % 10) : 0);
	return machine + (byte(in) << PAGE_SHIFT) + (flags | (bits & 8 ? 0x200 : 0));
}

/* The entry that is there with one bit changed, as guests change protections. */
static u32 pick_changed(struct input *in, const struct guest *g, u32 target)
{
	u32 chunk = target >> CHUNK_SHIFT;
	u32 bit = 1u << (byte(in) & 31), old;

	if (chunk >= CHUNKS || !g->chunks.table[chunk])
		return bit;
	old = *(u32 *)fake_gpa(g, target & ~3u);
	return bit ^ old;
}

static struct silk_mmu_op pick_op(struct input *in, const struct guest *g)
{
	struct silk_mmu_op o;
	u32 how = byte(in);

	if (how >= 248) {
		static const u32 codes[] = { 0, 1, 2, 3, 15, 16, 22, 23, 24, 25, 43, 44, 1u << 29 };

		o.target = SILK_CONTROL(codes[byte(in) % ARRAY_SIZE(codes)]);
		o.value = how & 1 ? 0x00cff200 : raw(in);
		return o;
	}
	o.target = pick_entry(in, g);
	if (how < 160) {
		o.value = pick_value(in, g);
	} else if (how < 210) {
		o.value = how < 190 ? pick_value(in, g) : pick_changed(in, g, o.target);
		o.target |= SILK_OP_SET_KEEP;
	} else {
		o.target |= SILK_OP_AND;
		o.value = how & 1 ? ~(1u << (byte(in) & 31)) : raw(in);
	}
	return o;
}

/* The first `given` are of the input; the rest repeat the last, entry by entry. */
static u32 pick_ops(struct input *in, const struct guest *g, struct silk_mmu_op *ops, u32 most)
{
	u32 n = byte(in), i, given = n % 8 + 1;

	n = n < 200 ? given : n < 250 ? given + 64
				      : most;
	for (i = 0; i < n; i++) {
		if (i < given) {
			ops[i] = pick_op(in, g);
		} else {
			ops[i] = ops[i - 1];
			ops[i].target += 4;
		}
	}
	return n;
}

void pick_queue(struct input *in, struct vcpu *v)
{
	u32 n = pick_ops(in, v->guest, v->queue, SILK_QUEUE_MAX);

	v->page->queue_error = 0;
	v->page->queue_count = n == SILK_QUEUE_MAX ? pick_word(in) : n;
}

/* ---- what GVA arguments point to: into RAM of the guest's, if it has that ---- */

static void fill_traps(struct input *in, struct silk_trap *t, u32 n)
{
	static const u8 vectors[] = { 0, 1, 3, 6, 13, 14, 16, 19, 0x80, 0x81, 2, 8, 18, 31, 32, 255 };
	u32 i;

	for (i = 0; i < n; i++) {
		u32 how = byte(in);

		t[i].vector = vectors[how % 16];
		t[i].flags = how >> 4 & (how & 0x80 ? 7 : 3);
		t[i].zero = how == 0x30;
		t[i].entry = how & 0x40 ? pick_word(in) : FAKE_GVA(FUZZ_BUFFER);
	}
}

/* One segment many times, here or behind it in memory; another somewhere. */
static void fill_list(struct input *in, const struct guest *g, struct silk_blk_request *r)
{
	u32 how = byte(in), n = byte(in), odd = byte(in), i;
	u32 gpa = FUZZ_BUFFER + 0x4000 + (how & 7) * 0x800;
	struct silk_blk_segment *list = fake_gpa(g, gpa), *other;

	r->op = (how >> 3 & 3) | SILK_BLK_LIST;
	r->segments = how & 0x80 ? byte(in) % 3 : 1;
	r->segment[0].address = how & 0x40 ? pick_word(in) : FAKE_GVA(gpa);
	r->segment[0].length = how & 0x20 ? pick_word(in) : n + 1;
	for (i = 0; i <= n; i++) {
		list[i].address = i ? list[0].address + (how & 7) * i * 4
				    : (pick_chunk(in, g) << CHUNK_SHIFT) + 0x1000;
		list[i].length = 512;
	}
	if (odd >= 0xc0)
		return;
	other = &list[odd < 0x80 ? n : odd % (n + 1)];
	other->address = (pick_chunk(in, g) << CHUNK_SHIFT) + (odd & 1 ? CHUNK_SIZE - 512 : 0x2000);
	other->length = odd & 2 ? pick_word(in) : 512;
}

static void fill_requests(struct input *in, const struct guest *g, struct silk_blk_request *r, u32 n)
{
	u32 i, s;

	for (i = 0; i < n; i++) {
		u32 how = byte(in);

		memset(&r[i], 0, sizeof(r[i]));
		r[i].cookie = i;
		if (how >= 0xfb) {
			fill_list(in, g, &r[i]);
			continue;
		}
		r[i].op = how & 3;
		r[i].device = how & 0x80 ? pick_word(in) & 15 : 0;
		r[i].segments = r[i].op == SILK_BLK_FLUSH ? 0 : 1 + (how >> 2 & 1);
		if (how & 0x40)
			r[i].segments = byte(in) % 18;
		r[i].sector = how & 0x20 ? (u64)(s64)(s32)pick_word(in) : how;
		for (s = 0; s < MIN(r[i].segments, SILK_BLK_SEGMENTS); s++) {
			r[i].segment[s].address = (pick_chunk(in, g) << CHUNK_SHIFT) +
						  (how & 0x10 ? CHUNK_SIZE - 512 : 0x1000);
			r[i].segment[s].length = how & 8 ? pick_word(in) : 512;
		}
	}
}

/* In RAM, in one chunk or where two meet. */
static void fill_image(struct input *in, const struct guest *g, u32 arg[3])
{
	static u8 image[FUZZ_IMAGE];
	u32 n = byte(in), length, at;

	if (n & 1)
		arg[0] = (2u << CHUNK_SHIFT) - (n << 5);
	if (n >= 200)
		return;
	length = pick_image(in, image);
	for (at = 0; at < length; at++)
		if (g->chunks.kind[(arg[0] + at) >> CHUNK_SHIFT] == SILK_CHUNK_RAM)
			*(u8 *)fake_gpa(g, arg[0] + at) = image[at];
	arg[1] = length;
	if (n < 8)
		arg[0] += pick_word(in);
}

static void fill(struct input *in, struct vcpu *v, u32 nr, u8 *at, u32 arg[3])
{
	u32 n = byte(in), i, *words = (u32 *)at;

	switch (nr) {
	case SILK_CALL_pt_batch:
		n = pick_ops(in, v->guest, (struct silk_mmu_op *)at, SILK_BATCH_MAX);
		arg[1] = n == SILK_BATCH_MAX ? pick_word(in) : n;
		break;
	case SILK_CALL_pt_run:
		arg[1] = n % 8 + 1 + (n >= 200 ? 64 : 0);
		for (i = 0; i < arg[1]; i++)
			words[i] = i < n % 8 + 1 ? pick_value(in, v->guest) : words[i - 1];
		if (n >= 250)
			arg[1] = pick_word(in);
		break;
	case SILK_CALL_set_traps:
		fill_traps(in, (struct silk_trap *)at, n % 8);
		arg[1] = n & 0x80 ? pick_word(in) : n % 8;
		break;
	case SILK_CALL_blk_submit:
		fill_requests(in, v->guest, (struct silk_blk_request *)at, n % 8);
		arg[1] = n % 8;
		if (n >= 0xe0) /* the same many times */
			for (; arg[1] && arg[1] < SILK_BLK_SUBMIT_MAX; arg[1]++)
				memcpy(at + arg[1] * sizeof(struct silk_blk_request), at,
				       sizeof(struct silk_blk_request));
		else if (n & 0x80)
			arg[1] = pick_word(in);
		break;
	default:
		for (i = 0; i < n; i++)
			at[i] = (u8)(i + n);
	}
}

void pick_arguments(struct input *in, struct vcpu *v, u32 nr, u32 arg[3])
{
	const struct guest *g = v->guest;
	u32 i;

	for (i = 0; i < 3; i++) {
		const char *name = grammar[nr].arg[i].name;
		u32 n;

		switch (grammar[nr].arg[i].kind) {
		case KIND_NONE:
			arg[i] = 0;
			break;
		case KIND_U32:
			arg[i] = pick_word(in);
			break;
		case KIND_ENUM:
			n = byte(in);
			arg[i] = n < 128 ? 1 + n % 2 : n < 240 ? n % 4
							       : pick_word(in);
			break;
		case KIND_CHUNK:
			arg[i] = pick_chunk(in, g);
			break;
		case KIND_GVA:
			arg[i] = pick_gva(in);
			break;
		case KIND_GPA:
			if (nr == SILK_CALL_set_kernel) {
				arg[i] = FUZZ_BUFFER;
				break;
			}
			arg[i] = strcmp(name, "entry") ? pick_frame(in, g, MUTATE_FRAME) : pick_entry(in, g);
			n = byte(in);
			if (n >= 250)
				arg[i] = n & 1 ? arg[i] + n : pick_word(in);
			break;
		case KIND_CODE:
			n = byte(in);
			if (n < 128)
				arg[i] = 0x00cff200 | (n & 64 ? 1u << (n % 32) : 0);
			else
				arg[i] = n < 160 ? byte(in) | byte(in) << 16 : pick_word(in);
			break;
		}
	}
	if (g->chunks.kind[FUZZ_BUFFER >> CHUNK_SHIFT] != SILK_CHUNK_RAM)
		return;
	for (i = 0; i < 3; i++)
		if (grammar[nr].arg[i].kind == KIND_GVA)
			fill(in, v, nr, fake_gpa(g, FUZZ_BUFFER), arg);
	if (nr == SILK_CALL_set_kernel)
		fill_image(in, g, arg);
}
