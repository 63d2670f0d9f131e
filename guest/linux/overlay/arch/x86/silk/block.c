// SPDX-License-Identifier: GPL-2.0-only
/*
 * block.c - the hypervisor's disks as /dev/silka, /dev/silkb and so on.
 *
 * All disks share one set of tags, and the completion ring: a request's tag is
 * its cookie. Requests that Linux issues in one go are submitted by one call. What
 * has more segments than a request holds goes as a list if the hypervisor takes
 * lists [BLK-13]; it is the driver's until the call has taken it.
 *
 * Invariant: what the hypervisor has no room for [BLK-14] waits in `batch` for the
 * next event, which comes as others complete; there are no more tags than places,
 * and as many of `lists` in use as lists in `batch`.
 */
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/scatterlist.h>
#include <linux/spinlock.h>
#include <asm/silk.h>

#define TAGS		128
#define LISTS		16
#define MAX_SECTORS	(SILK_BLK_LIST_MAX * (PAGE_SIZE / SILK_BLK_SECTOR))

static struct blk_mq_tag_set tag_set;
static DEFINE_SPINLOCK(lock);
/* Built and not yet accepted. */
static struct silk_blk_request batch[TAGS];
static unsigned int batched;
static struct silk_blk_segment lists[LISTS][SILK_BLK_LIST_MAX];
static unsigned int next_list, lists_used; /* used: those before the next one */
static struct scatterlist table[SILK_BLK_LIST_MAX];

static blk_status_t status_of(int error)
{
	if (!error)
		return BLK_STS_OK;
	return error == -SILK_EROFS ? BLK_STS_NOTSUPP : BLK_STS_IOERR;
}

static void finish(u32 tag, int error)
{
	struct request *rq = blk_mq_tag_to_rq(tag_set.tags[0], tag);

	if (rq)
		blk_mq_end_request(rq, status_of(error));
}

/* The first `count` are the hypervisor's, or done with. */
static void drop(unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (batch[i].op & SILK_BLK_LIST)
			lists_used--;
	batched -= count;
	memmove(batch, batch + count, batched * sizeof(batch[0]));
}

/* With `lock` held. */
static void submit(void)
{
	u32 result;

	while (batched) {
		result = silk_call2(SILK_CALL_blk_submit, (u32)batch,
				    min_t(u32, batched, SILK_BLK_SUBMIT_MAX));
		if (result == (u32)-SILK_EAGAIN)
			return;
		if (silk_refused(result)) {
			silk_refusal("blk_submit", result);
			finish(batch[0].cookie, result);
			result = 1;
		}
		drop(result);
	}
}

/* False if they want a list and none is free. */
static bool put_segments(struct silk_blk_request *to, struct request *rq)
{
	struct silk_blk_segment *segment = to->segment;
	unsigned int i, count = blk_rq_nr_phys_segments(rq);
	struct scatterlist *sg;

	if (count > SILK_BLK_SEGMENTS) {
		if (lists_used == LISTS)
			return false;
		segment = lists[next_list];
	}
	sg_init_table(table, count);
	count = blk_rq_map_sg(rq->q, rq, table);
	for_each_sg(table, sg, count, i) {
		segment[i].address = sg_phys(sg);
		segment[i].length = sg->length;
	}
	to->segments = count;
	if (segment != to->segment) {
		to->op |= SILK_BLK_LIST;
		to->segments = 1;
		to->segment[0].address = (u32)segment;
		to->segment[0].length = count;
		next_list = (next_list + 1) % LISTS;
		lists_used++;
	}
	return true;
}

static blk_status_t build(struct silk_blk_request *to, struct request *rq)
{
	switch (req_op(rq)) {
	case REQ_OP_READ:
		to->op = SILK_BLK_READ;
		break;
	case REQ_OP_WRITE:
		to->op = SILK_BLK_WRITE;
		break;
	case REQ_OP_FLUSH:
		to->op = SILK_BLK_FLUSH;
		break;
	default:
		return BLK_STS_NOTSUPP;
	}
	to->cookie = rq->tag;
	to->device = (unsigned long)rq->q->queuedata;
	to->sector = 0;
	to->segments = 0;
	if (to->op == SILK_BLK_FLUSH)
		return BLK_STS_OK;
	to->sector = blk_rq_pos(rq);
	return put_segments(to, rq) ? BLK_STS_OK : BLK_STS_RESOURCE;
}

static blk_status_t silk_queue_rq(struct blk_mq_hw_ctx *hctx,
				  const struct blk_mq_queue_data *bd)
{
	blk_status_t status;
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	if (lists_used == LISTS)
		submit();
	status = build(&batch[batched], bd->rq);
	if (status == BLK_STS_OK) {
		blk_mq_start_request(bd->rq);
		batched++;
	}
	if (bd->last)
		submit();
	spin_unlock_irqrestore(&lock, flags);
	return status;
}

static void silk_commit_rqs(struct blk_mq_hw_ctx *hctx)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	submit();
	spin_unlock_irqrestore(&lock, flags);
}

static const struct blk_mq_ops silk_mq_ops = {
	.queue_rq = silk_queue_rq,
	.commit_rqs = silk_commit_rqs,
};

static irqreturn_t silk_blk_interrupt(int irq, void *dev)
{
	volatile struct silk_ring *r = (void *)SILK_I386_BLK_RING;

	while (r->consumer != r->producer) {
		volatile struct silk_completion *done =
			&r->entry[r->consumer % SILK_RING_ENTRIES];
		u32 tag = done->cookie;
		int error = done->status;

		r->consumer++;
		if (tag < TAGS)
			finish(tag, error);
	}
	silk_commit_rqs(NULL);
	return IRQ_HANDLED;
}

static const struct block_device_operations silk_blk_ops = {
	.owner = THIS_MODULE,
};

static void __init limits(struct request_queue *q, u32 flags)
{
	bool lists = SILK_INFO->features[SILK_GROUP_BLOCK] & SILK_F_BLOCK_LISTS;

	blk_queue_logical_block_size(q, SILK_BLK_SECTOR);
	blk_queue_physical_block_size(q, 4096);
	blk_queue_max_segments(q, lists ? SILK_BLK_LIST_MAX : SILK_BLK_SEGMENTS);
	blk_queue_max_hw_sectors(q, MAX_SECTORS);
	/* [BLK-57]: a segment lies in one chunk. */
	blk_queue_segment_boundary(q, SILK_I386_CHUNK_SIZE - 1);
	blk_queue_max_segment_size(q, SILK_I386_CHUNK_SIZE);
	blk_queue_flag_set(QUEUE_FLAG_NONROT, q);
	blk_queue_write_cache(q, flags & SILK_BLK_F_FLUSH, false);
}

static int __init add_device(unsigned long number)
{
	const struct silk_blk_info *info = &SILK_INFO->blk[number];
	struct gendisk *disk;
	int error;

	if (!(info->flags & SILK_BLK_F_PRESENT))
		return 0;
	disk = blk_mq_alloc_disk(&tag_set, (void *)number);
	if (IS_ERR(disk))
		return PTR_ERR(disk);
	limits(disk->queue, info->flags);
	snprintf(disk->disk_name, sizeof(disk->disk_name), "silk%c",
		 (char)('a' + number));
	disk->fops = &silk_blk_ops;
	set_capacity(disk, info->sectors);
	set_disk_ro(disk, info->flags & SILK_BLK_F_READONLY);
	error = add_disk(disk);
	if (error)
		put_disk(disk);
	return error;
}

static int __init silk_blk_init(void)
{
	unsigned long i;
	int error;

	if (!silk_offers(SILK_GROUP_BLOCK))
		return 0;
	error = blk_mq_alloc_sq_tag_set(&tag_set, &silk_mq_ops, TAGS,
					BLK_MQ_F_SHOULD_MERGE);
	if (error)
		return error;
	error = request_irq(SILK_IRQ(SILK_EVENT_BLOCK), silk_blk_interrupt, 0,
			    "block", NULL);
	for (i = 0; !error && i < SILK_BLK_DEVICES; i++)
		error = add_device(i);
	return error;
}
device_initcall(silk_blk_init);
