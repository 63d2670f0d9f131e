// SPDX-License-Identifier: GPL-2.0-only
/*
 * virtq.c - split virtqueues (virtio 1.0, 2.4).
 *
 * Invariant: the device is believed in two things only, that a used entry is
 * there and which head it names; a head that is not in flight marks the queue
 * broken. Links and lengths of chains are kept where the device doesn't write.
 */
#include "virtq.h"

#define USED_ALIGN 4

/* x86 keeps the order of stores to memory, and of loads: only the compiler has
 * to be told. A store followed by a load of another place needs more. */
static inline void barrier(void)
{
	asm volatile(""
		     :
		     :
		     : "memory");
}

static inline void barrier_full(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* Both rings end with a 16-bit field for VIRTIO_F_RING_EVENT_IDX, which has to
 * be there though we don't negotiate it (2.4.6, 2.4.8). */
static u32 used_offset(u32 size)
{
	u32 end = size * sizeof(struct virtq_desc) +
		  sizeof(struct virtq_avail) + size * 2 + 2;

	return (end + USED_ALIGN - 1) & ~(USED_ALIGN - 1u);
}

static u32 private_offset(u32 size)
{
	return used_offset(size) + sizeof(struct virtq_used) + size * 8 + 4;
}

u32 virtq_bytes(u32 size)
{
	return private_offset(size) + 3 * size * sizeof(u16);
}

void virtq_init(struct virtq *q, void *memory, u32 size, u32 index,
		volatile u16 *notify)
{
	char *base = memory;
	u32 i;

	*q = (struct virtq){
		.size = (u16)size,
		.index = (u16)index,
		.desc = memory,
		.avail = (void *)(base + size * sizeof(struct virtq_desc)),
		.used = (void *)(base + used_offset(size)),
		.notify = notify,
		.link = (void *)(base + private_offset(size)),
		.free_count = (u16)size,
	};
	q->chain = q->link + size;
	q->token = q->chain + size;
	for (i = 0; i < size; i++)
		q->link[i] = (u16)(i + 1);
}

static u16 take_free(struct virtq *q)
{
	u16 n = q->free_head;

	q->free_head = q->link[n];
	q->free_count--;
	return n;
}

static inline void fill(struct virtq_desc *desc, const struct virtq_piece *piece,
			u16 flags, u16 next)
{
	desc->address = piece->machine;
	desc->bytes = piece->bytes;
	desc->flags = flags;
	desc->next = next;
}

static void end_chain(struct virtq_desc *last)
{
	last->flags = (u16)(last->flags & ~VIRTQ_DESC_NEXT);
	last->next = 0;
}

/* One descriptor of the queue that points to a table of them. */
static u16 add_indirect(struct virtq *q, const struct virtq_piece *piece,
			u32 out, u32 in, const struct virtq_indirect *table)
{
	u32 i, count = out + in;
	u16 head = take_free(q);

	for (i = 0; i < out; i++)
		fill(&table->desc[i], &piece[i], VIRTQ_DESC_NEXT, (u16)(i + 1));
	for (; i < count; i++)
		fill(&table->desc[i], &piece[i], VIRTQ_DESC_NEXT | VIRTQ_DESC_WRITE,
		     (u16)(i + 1));
	end_chain(&table->desc[count - 1]);
	q->desc[head].address = table->machine;
	q->desc[head].bytes = count * (u32)sizeof(struct virtq_desc);
	q->desc[head].flags = VIRTQ_DESC_INDIRECT;
	q->desc[head].next = 0;
	q->chain[head] = 1;
	return head;
}

/* A chain of the queue's own descriptors: the free list's links are its. */
static u16 add_chain(struct virtq *q, const struct virtq_piece *piece,
		     u32 out, u32 in)
{
	u32 i, count = out + in;
	u16 head = q->free_head, n = head;

	for (i = 0; i < count; i++) {
		n = take_free(q);
		fill(&q->desc[n], &piece[i],
		     i < out ? VIRTQ_DESC_NEXT : VIRTQ_DESC_NEXT | VIRTQ_DESC_WRITE, q->free_head);
	}
	end_chain(&q->desc[n]);
	q->chain[head] = (u16)count;
	return head;
}

bool virtq_add(struct virtq *q, const struct virtq_piece *piece, u32 out,
	       u32 in, u16 token, const struct virtq_indirect *table)
{
	u16 head;

	if (q->broken || (table ? 1 : out + in) > q->free_count)
		return false;
	head = table ? add_indirect(q, piece, out, in, table) : add_chain(q, piece, out, in);
	q->token[head] = token;
	q->avail->ring[q->avail_next % q->size] = head;
	q->avail_next++;
	return true;
}

/* 2.4.9.2 to 2.4.9.4: entries before the index, the index before the flags. */
void virtq_show(struct virtq *q)
{
	if (q->broken)
		return;
	barrier();
	WRITE_ONCE(q->avail->index, q->avail_next);
	q->avail_shown = q->avail_next;
	barrier_full();
	if (!(READ_ONCE(q->used->flags) & VIRTQ_NO_NOTIFY))
		*q->notify = q->index;
}

static void release(struct virtq *q, u16 head)
{
	u16 last = head, i;

	for (i = 1; i < q->chain[head]; i++)
		last = q->link[last];
	q->link[last] = q->free_head;
	q->free_head = head;
	q->free_count = (u16)(q->free_count + q->chain[head]);
	q->chain[head] = 0;
}

bool virtq_take(struct virtq *q, u16 *token, u32 *bytes)
{
	u32 id;

	if (q->broken || q->used_next == READ_ONCE(q->used->index))
		return false;
	barrier();
	id = READ_ONCE(q->used->ring[q->used_next % q->size].id);
	if (id >= q->size || q->chain[id] == 0) {
		q->broken = true;
		return false;
	}
	*bytes = READ_ONCE(q->used->ring[q->used_next % q->size].bytes);
	*token = q->token[id];
	q->used_next++;
	release(q, (u16)id);
	return true;
}
