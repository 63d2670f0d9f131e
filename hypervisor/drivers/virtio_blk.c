// SPDX-License-Identifier: GPL-2.0-only
/*
 * virtio_blk.c - disks (virtio 1.0, 5.2): guests' pages go to the device as
 * they are, by machine address; nothing is copied.
 *
 * Invariant: a blk_io is either in exactly one slot of its disk, or not known
 * here. It leaves its slot only by the device's word in the used ring or after
 * the device was stopped, so that no memory is written after blk_complete().
 */
#include "virtio_blk.h"
#include "../core/blk.h"
#include "../core/format.h"
#include "../core/libc.h"
#include "../core/machine.h"
#include "disks.h"
#include "virtio.h"

/* 5.2.3: feature bits */
#define F_SIZE_MAX (1u << 1)
#define F_SEG_MAX  (1u << 2)
#define F_RO       (1u << 5)
#define F_BLK_SIZE (1u << 6)
#define F_FLUSH    (1u << 9)
#define F_WANTED   (F_SIZE_MAX | F_SEG_MAX | F_RO | F_BLK_SIZE | F_FLUSH | \
		  VIRTIO_F_INDIRECT_DESC)

/* 5.2.4: offsets in the configuration */
#define CONFIG_CAPACITY 0
#define CONFIG_SIZE_MAX 8
#define CONFIG_SEG_MAX  12
#define CONFIG_BLK_SIZE 20

/* 5.2.6: requests */
#define TYPE_IN         0
#define TYPE_OUT        1
#define TYPE_FLUSH      4
#define TYPE_GET_ID     8 /* 20 bytes of text, as all devices know it */
#define STATUS_OK       0
#define STATUS_NONE     0xff /* ours: not answered yet */

#define OP_GET_ID       0xff /* an operation beside SILK_BLK_* */
#define OVERHEAD        2u   /* pieces beside the data: header and status */
#define SLOTS           128u
#define SHORT           SILK_BLK_SEGMENTS       /* pieces of data that a slot has room for... */
#define LONG            (VIRTQ_MOST - OVERHEAD) /* ...and a table of the pool */
#define TABLES          8u
#define PAGES_SLOTS     ((SLOTS * sizeof(struct slot) + PAGE_SIZE - 1) / PAGE_SIZE)
#define PAGES_TABLES    (TABLES * sizeof(struct table) / PAGE_SIZE)
#define SECTORS_PAGE    (PAGE_SIZE / SILK_BLK_SECTOR)
#define WAIT_POLLS      20000000u

/* Descriptors for one request of many pieces; a request that finds none free goes
 * in parts. */
struct table {
	struct virtq_desc desc[VIRTQ_MOST];
};

/* A request as the device has it. The device reads the table (this one, or one of
 * the pool) and the header and writes the status. */
struct slot {
	struct virtq_desc table[SHORT + OVERHEAD];
	struct {
		u32 type, reserved;
		u64 sector;
	} header;
	u8 status;
	/* Ours alone: */
	struct blk_io *io;        /* NULL: free */
	struct table *table_long; /* NULL: its own */
	u16 next_free;
	struct position {
		const struct blk_io *part; /* of io that the segment is in */
		u16 segment;               /* next to hand to the device... */
		u32 offset;                /* ...from that byte on */
		u64 sector;                /* likewise */
	} at;
} __attribute__((aligned(16)));

struct disk {
	struct virtio_device device;
	struct virtq queue;
	struct slot *slots;
	u32 slots_machine;
	u16 free; /* first free slot, SLOTS: none */
	struct table *tables;
	u32 tables_free; /* a bit for each */
	bool dead;
	u64 sectors;
	u32 flags;             /* SILK_BLK_F_* */
	u32 seg_max, size_max; /* what one request may hold */
	char serial[DISK_SERIAL];
	u8 *page;        /* for blk_read_wait() */
	int wait_status; /* of the request waited for; 1: none yet */
};

static struct disk disks[BLK_BACKENDS_MAX];
static u32 disk_count;

/* ---- requests to the device ---- */

static u32 slot_machine(const struct disk *d, const struct slot *s)
{
	return d->slots_machine + (u32)((const char *)s - (const char *)d->slots);
}

/* Where the descriptors of the slot's request may stand, and for how many pieces of
 * data: a table of the pool if they are many and one is free. */
static inline u32 find_table(struct disk *d, struct slot *s, u32 machine,
			     struct virtq_indirect *table)
{
	u32 n;

	if (!s->table_long && s->io->segments - s->at.segment > (int)SHORT &&
	    d->tables_free) {
		n = (u32)__builtin_ctz(d->tables_free);
		d->tables_free &= ~(1u << n);
		s->table_long = &d->tables[n];
	}
	if (!s->table_long) {
		*table = (struct virtq_indirect){ s->table, machine + offsetof(struct slot, table) };
		return MIN(d->seg_max, SHORT);
	}
	table->desc = s->table_long->desc;
	table->machine = hv_page_machine(s->table_long);
	return d->seg_max;
}

static void release_slot(struct disk *d, struct slot *s)
{
	if (s->table_long)
		d->tables_free |= 1u << (s->table_long - d->tables);
	s->table_long = NULL;
	s->io = NULL;
}

static u32 request_type(u8 op)
{
	switch (op) {
	case SILK_BLK_READ:
		return TYPE_IN;
	case SILK_BLK_WRITE:
		return TYPE_OUT;
	case SILK_BLK_FLUSH:
		return TYPE_FLUSH;
	default:
		return TYPE_GET_ID;
	}
}

/* The data from a position on, as much as `most` pieces hold; the position moves
 * behind them. Returns the number of pieces. */
static u32 take_pieces(const struct disk *d, const struct blk_io *io,
		       struct position *at, struct virtq_piece *piece, u32 most)
{
	u32 n = 0, left = io->segments - at->segment, offset = at->offset, bytes = 0;
	const struct blk_segment *s = at->part->segment + at->segment % SILK_BLK_SEGMENTS;

	while (left && n < most) {
		if (s == at->part->segment + SILK_BLK_SEGMENTS) {
			at->part = at->part->more;
			s = at->part->segment;
		}
		piece[n].machine = s->machine + offset;
		piece[n].bytes = MIN(s->bytes - offset, d->size_max);
		offset += piece[n].bytes;
		bytes += piece[n].bytes;
		n++;
		if (offset < s->bytes)
			continue;
		offset = 0;
		left--;
		s++;
	}
	/* The next one may be the first of the next part. */
	if (left && s == at->part->segment + SILK_BLK_SEGMENTS)
		at->part = at->part->more;
	at->segment = (u16)(io->segments - left);
	at->offset = offset;
	at->sector += bytes / SILK_BLK_SECTOR;
	return n;
}

/* Hand the next part of the slot's request to the device; false if the queue
 * has no room, then nothing has changed. */
static bool push(struct disk *d, struct slot *s, u16 token)
{
	static struct virtq_piece piece[LONG + OVERHEAD]; /* of the block lock */
	struct virtq_indirect table;
	bool indirect = d->device.features & VIRTIO_F_INDIRECT_DESC;
	u32 n, out, most, machine = slot_machine(d, s);

	if (!virtq_room(&d->queue, indirect ? 1 : MIN(d->seg_max, SHORT) + OVERHEAD))
		return false;
	most = find_table(d, s, machine, &table);

	/* 5.2.6.1: the sector of anything but a read or a write is 0. */
	s->header.type = request_type(s->io->op);
	s->header.sector = s->header.type <= TYPE_OUT ? s->at.sector : 0;
	s->status = STATUS_NONE;
	piece[0].machine = machine + offsetof(struct slot, header);
	piece[0].bytes = sizeof(s->header);
	n = take_pieces(d, s->io, &s->at, piece + 1, most);
	piece[n + 1].machine = machine + offsetof(struct slot, status);
	piece[n + 1].bytes = 1;
	out = s->header.type == TYPE_OUT ? 1 + n : 1;
	return virtq_add(&d->queue, piece, out, n + OVERHEAD - out, token,
			 indirect ? &table : NULL);
}

static inline int start(struct disk *d, struct blk_io *io)
{
	u16 n = d->free;
	struct slot *s = &d->slots[n];

	if (d->dead)
		return BLK_START_DEAD;
	if (n == SLOTS)
		return BLK_START_FULL;
	s->io = io;
	s->at = (struct position){ .part = io, .sector = io->sector };
	if (!push(d, s, n)) {
		release_slot(d, s);
		return d->queue.broken ? BLK_START_DEAD : BLK_START_FULL;
	}
	d->free = s->next_free;
	return 0;
}

int machine_blk_start(struct blk_io *io)
{
	return io->backend < disk_count ? start(&disks[io->backend], io) : BLK_START_DEAD;
}

void machine_blk_kick(void)
{
	u32 i;

	for (i = 0; i < disk_count; i++)
		virtq_kick(&disks[i].queue);
}

/* ---- answers ---- */

static void complete(struct disk *d, struct blk_io *io, s32 status)
{
	if (io->guest)
		blk_complete(io, status);
	else
		d->wait_status = status;
}

static void answer(struct disk *d, u16 token)
{
	struct slot *s = &d->slots[token];
	struct blk_io *io = s->io;
	bool good = READ_ONCE(s->status) == STATUS_OK;

	/* What it was just handed is free again: the next part has room. */
	if (good && s->at.segment < io->segments && push(d, s, token))
		return;
	good = good && s->at.segment == io->segments;
	release_slot(d, s);
	s->next_free = d->free;
	d->free = token;
	complete(d, io, good ? 0 : -SILK_EIO);
}

/* The device broke the rules. Once stopped it touches no memory any more, and
 * what it had is answered with an error. */
static void bury(struct disk *d)
{
	struct blk_io *io;
	u32 i;

	d->dead = true;
	virtio_stop(&d->device);
	log_printf("disk %u: the device broke the virtio rules; it is stopped\n",
		   (u32)(d - disks));
	for (i = 0; i < SLOTS; i++) {
		io = d->slots[i].io;
		release_slot(d, &d->slots[i]);
		if (io)
			complete(d, io, -SILK_EIO);
	}
}

static void drain(struct disk *d)
{
	u32 bytes;
	u16 token;

	while (virtq_take(&d->queue, &token, &bytes))
		answer(d, token);
	if (d->queue.broken && !d->dead)
		bury(d);
	virtq_kick(&d->queue);
}

static void interrupt(void *arg)
{
	struct disk *d = arg;

	if (!d->dead && virtio_interrupted(&d->device))
		drain(d);
}

/* ---- requests of our own, waited for ---- */

static int request_wait(struct disk *d, u8 op, u64 sector, u32 bytes)
{
	struct blk_io io = {
		.op = op,
		.sector = sector,
		.parts = 1,
		.segments = 1,
		.segment[0] = { hv_page_machine(d->page), bytes },
	};
	u32 i;

	d->wait_status = 1;
	if (start(d, &io))
		return -1;
	virtq_kick(&d->queue);
	for (i = 0; i < WAIT_POLLS && d->wait_status > 0; i++)
		if (virtio_interrupted(&d->device))
			drain(d);
	if (d->wait_status > 0)
		bury(d);
	return d->wait_status ? -1 : 0;
}

int blk_read_wait(u32 n, u64 sector, u32 sectors, void *to)
{
	u32 bytes = sectors * SILK_BLK_SECTOR;

	if (n >= disk_count || sectors > SECTORS_PAGE ||
	    sector >= disks[n].sectors ||
	    sectors > disks[n].sectors - sector ||
	    request_wait(&disks[n], SILK_BLK_READ, sector, bytes))
		return -1;
	memcpy(to, disks[n].page, bytes);
	return 0;
}

/* ---- finding the disks ---- */

u32 blk_backends(void)
{
	return disk_count;
}

bool blk_backend_info(u32 n, u64 *sectors, u32 *flags)
{
	if (n >= disk_count)
		return false;
	*sectors = disks[n].sectors;
	*flags = disks[n].flags;
	return true;
}

const char *blk_backend_serial(u32 n)
{
	return n < disk_count ? disks[n].serial : "";
}

/* 5.2.5: an optional limit that is not offered is none. */
static const char *read_config(struct disk *d)
{
	u64 features = d->device.features;
	u32 block = virtio_config32(&d->device, CONFIG_BLK_SIZE);

	d->sectors = virtio_config64(&d->device, CONFIG_CAPACITY);
	d->flags = SILK_BLK_F_PRESENT;
	if (features & F_RO)
		d->flags |= SILK_BLK_F_READONLY;
	if (features & F_FLUSH)
		d->flags |= SILK_BLK_F_FLUSH;
	d->seg_max = LONG;
	if (features & F_SEG_MAX)
		d->seg_max = MIN(d->seg_max,
				 virtio_config32(&d->device, CONFIG_SEG_MAX));
	d->size_max = CHUNK_SIZE;
	if (features & F_SIZE_MAX)
		d->size_max = MIN(d->size_max,
				  virtio_config32(&d->device, CONFIG_SIZE_MAX));
	d->size_max &= ~(SILK_BLK_SECTOR - 1u);
	if (!d->seg_max || !d->size_max)
		return "it takes no data in a request";
	if (features & F_BLK_SIZE && block != SILK_BLK_SECTOR)
		return "its blocks are not of 512 bytes";
	return NULL;
}

/* 2.4.5: no chain, direct or indirect, is longer than the queue. Only indirect ones
 * have tables. */
static const char *make_slots(struct disk *d)
{
	u32 i;

	if (d->queue.size <= OVERHEAD)
		return "its queue is too short";
	d->seg_max = MIN(d->seg_max, d->queue.size - OVERHEAD);
	if (d->device.features & VIRTIO_F_INDIRECT_DESC && d->seg_max > SHORT) {
		d->tables = hv_pages_alloc(PAGES_TABLES);
		d->tables_free = d->tables ? (1u << TABLES) - 1 : 0;
	}
	d->slots = hv_pages_alloc(PAGES_SLOTS);
	d->page = hv_page_alloc();
	if (!d->slots || !d->page)
		return "the hypervisor has no memory for its requests";
	d->slots_machine = hv_page_machine(d->slots);
	for (i = 0; i < SLOTS; i++)
		d->slots[i].next_free = (u16)(i + 1);
	return NULL;
}

static void read_serial(struct disk *d)
{
	u32 i;

	memset(d->page, 0, DISK_SERIAL);
	if (request_wait(d, OP_GET_ID, 0, DISK_SERIAL - 1))
		return;
	for (i = 0; i < DISK_SERIAL - 1 && d->page[i]; i++)
		d->serial[i] = d->page[i] > ' ' && d->page[i] < 0x7f ? (char)d->page[i] : '_';
}

static const char *open_disk(struct disk *d, const struct pci_device *pci)
{
	const char *error = virtio_open(&d->device, pci);

	if (!error)
		error = virtio_negotiate(&d->device, F_WANTED);
	if (!error)
		error = read_config(d);
	if (!error)
		error = virtio_queue(&d->device, &d->queue, 0, VIRTQ_MOST);
	if (!error)
		error = make_slots(d);
	return error;
}

static void add_disk(const struct pci_device *pci)
{
	struct disk *d = &disks[disk_count];
	const char *error;

	if (disk_count == BLK_BACKENDS_MAX)
		error = "there are more disks than the hypervisor can use";
	else
		error = open_disk(d, pci);
	if (error) {
		log_printf("disk at %02x:%02x.%u not used: %s\n", pci->bus,
			   pci->slot, pci->function, error);
		pci_disable(pci);
		return;
	}
	disk_count++;
	virtio_start(&d->device, interrupt, d);
	read_serial(d);
	log_printf("disk %u at %02x:%02x.%u: %llu sectors%s%s%s\n",
		   disk_count - 1, pci->bus, pci->slot, pci->function, d->sectors,
		   d->flags & SILK_BLK_F_READONLY ? ", read-only" : "",
		   d->serial[0] ? ", serial " : "", d->serial);
}

void virtio_blk_init(void)
{
	const struct pci_device *pci;
	u32 i;

	for (i = 0; (pci = pci_get(i)); i++)
		if (virtio_is(pci, VIRTIO_BLOCK))
			add_disk(pci);
}
