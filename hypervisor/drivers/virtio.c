// SPDX-License-Identifier: GPL-2.0-only
/*
 * virtio.c - the PCI transport of virtio 1.0: registers, the start of a device.
 *
 * Invariant: a device gets machine addresses of queues only after it has taken
 * VIRTIO_F_VERSION_1, and every wait for it is bounded. Section numbers are
 * those of "Virtual I/O Device (VIRTIO) Version 1.0", OASIS.
 */
#include "virtio.h"
#include "../core/format.h"
#include "../core/machine.h"
#include "../i386/arch.h"
#include "../i386/irq.h"

#define VENDOR             0x1af4
#define DEVICE_MODERN      0x1040 /* + type (4.1.2.1) */
#define DEVICE_OLD_FIRST   0x1000 /* transitional: the type is the */
#define DEVICE_OLD_LAST    0x103f /* subsystem device ID (4.1.2.3) */
#define PCI_SUBSYSTEM      0x2e

/* 2.1: device status */
#define STATUS_ACKNOWLEDGE 1
#define STATUS_DRIVER      2
#define STATUS_DRIVER_OK   4
#define STATUS_FEATURES_OK 8
#define STATUS_FAILED      128

/* 4.1.4: the vendor capabilities that say where registers are */
#define CAP_TYPE           3
#define CAP_BAR            4
#define CAP_OFFSET         8
#define CAP_LENGTH         12
#define CAP_MULTIPLIER     16
#define CAP_COMMON         1
#define CAP_NOTIFY         2
#define CAP_ISR            3
#define CAP_DEVICE         4

#define MAP_MOST           0x100000u /* of one register block */
#define RESET_READS        1000000u
#define GENERATION_READS   100u

bool virtio_is(const struct pci_device *pci, u32 type)
{
	if (pci->vendor != VENDOR)
		return false;
	if (pci->device >= DEVICE_OLD_FIRST && pci->device <= DEVICE_OLD_LAST)
		return pci_read16(pci, PCI_SUBSYSTEM) == type;
	return pci->device == DEVICE_MODERN + type;
}

/* Map the register block that the capability at `cap` describes. */
static const char *map_block(struct virtio_device *d, u32 cap,
			     volatile u8 **at, u32 *bytes)
{
	u32 offset = pci_read32(d->pci, cap + CAP_OFFSET);
	u32 length = pci_read32(d->pci, cap + CAP_LENGTH);
	u32 machine;
	const char *error;

	error = pci_bar(d->pci, pci_read8(d->pci, cap + CAP_BAR), &machine);
	if (error)
		return error;
	length = MIN(length, MAP_MOST);
	if (offset > ~machine || length > ~(machine + offset))
		return "its registers wrap around 4 GB";
	*at = mmio_map(machine + offset, length);
	*bytes = length;
	return NULL;
}

/* The first capability of each type is the one to use (4.1.4.1). */
static const char *find_blocks(struct virtio_device *d)
{
	volatile u8 *at[CAP_DEVICE + 1] = { NULL };
	u32 bytes[CAP_DEVICE + 1] = { 0 };
	u32 cap = 0, type, i;
	const char *error;

	for (i = 0; i < 48; i++) {
		cap = pci_capability(d->pci, PCI_CAP_VENDOR, cap);
		if (!cap)
			break;
		type = pci_read8(d->pci, cap + CAP_TYPE);
		if (type < CAP_COMMON || type > CAP_DEVICE || at[type])
			continue;
		error = map_block(d, cap, &at[type], &bytes[type]);
		if (error)
			return error;
		if (type == CAP_NOTIFY)
			d->notify_multiplier =
				pci_read32(d->pci, cap + CAP_MULTIPLIER);
	}
	if (!at[CAP_COMMON] || !at[CAP_NOTIFY] || !at[CAP_ISR] ||
	    bytes[CAP_COMMON] < sizeof(struct virtio_common))
		return "it has no virtio 1.0 registers (legacy only?)";
	d->common = (volatile struct virtio_common *)at[CAP_COMMON];
	d->notify = at[CAP_NOTIFY];
	d->notify_bytes = bytes[CAP_NOTIFY];
	d->isr = at[CAP_ISR];
	d->config = at[CAP_DEVICE];
	d->config_bytes = bytes[CAP_DEVICE];
	return NULL;
}

/* 4.1.4.3.2: after writing 0, wait until 0 reads back. */
static bool reset(struct virtio_device *d)
{
	u32 i;

	d->common->device_status = 0;
	for (i = 0; i < RESET_READS; i++)
		if (d->common->device_status == 0)
			return true;
	return false;
}

static void status_add(struct virtio_device *d, u8 bits)
{
	d->common->device_status = (u8)(d->common->device_status | bits);
}

static const char *give_up(struct virtio_device *d, const char *why)
{
	status_add(d, STATUS_FAILED);
	return why;
}

const char *virtio_open(struct virtio_device *d, const struct pci_device *pci)
{
	const char *error;

	*d = (struct virtio_device){ .pci = pci };
	if (pci->irq >= IRQ_LINES)
		return "the firmware gave it no interrupt line";
	pci_enable(pci);
	error = find_blocks(d);
	if (error)
		return error;
	if (!reset(d))
		return "it does not come back from a reset";
	status_add(d, STATUS_ACKNOWLEDGE);
	status_add(d, STATUS_DRIVER);
	return NULL;
}

const char *virtio_negotiate(struct virtio_device *d, u64 wanted)
{
	u64 offered;

	d->common->device_feature_select = 0;
	offered = d->common->device_feature;
	d->common->device_feature_select = 1;
	offered |= (u64)d->common->device_feature << 32;
	if (!(offered & VIRTIO_F_VERSION_1))
		return give_up(d, "it does not offer VIRTIO_F_VERSION_1");
	d->features = offered & (wanted | VIRTIO_F_VERSION_1);
	d->common->driver_feature_select = 0;
	d->common->driver_feature = (u32)d->features;
	d->common->driver_feature_select = 1;
	d->common->driver_feature = (u32)(d->features >> 32);
	status_add(d, STATUS_FEATURES_OK);
	if (!(d->common->device_status & STATUS_FEATURES_OK))
		return give_up(d, "it refused our choice of features");
	return NULL;
}

static void write_address(volatile u32 field[2], const void *base, u32 machine,
			  const void *part)
{
	field[0] = machine + (u32)((const char *)part - (const char *)base);
	field[1] = 0;
}

/* 4.1.5.1.3 */
const char *virtio_queue(struct virtio_device *d, struct virtq *q, u32 index,
			 u32 most)
{
	u32 size, machine, offset;
	void *memory;

	if (index >= d->common->num_queues)
		return give_up(d, "it has too few queues");
	d->common->queue_select = (u16)index;
	size = MIN(d->common->queue_size, MIN(most, VIRTQ_MOST));
	if (size == 0 || (size & (size - 1)))
		return give_up(d, "it has a queue of a wrong size");
	offset = d->common->queue_notify_off;
	if (d->notify_bytes < 2 || (d->notify_multiplier &&
				    offset > (d->notify_bytes - 2) / d->notify_multiplier))
		return give_up(d, "a notification address is out of range");
	memory = hv_pages_alloc((virtq_bytes(size) + PAGE_SIZE - 1) / PAGE_SIZE);
	if (!memory)
		return give_up(d, "the hypervisor has no memory for its queues");
	machine = hv_page_machine(memory);
	virtq_init(q, memory, size, index,
		   (volatile u16 *)(d->notify + offset * d->notify_multiplier));
	d->common->queue_size = (u16)size;
	write_address(d->common->queue_desc, memory, machine, q->desc);
	write_address(d->common->queue_avail, memory, machine, q->avail);
	write_address(d->common->queue_used, memory, machine, q->used);
	d->common->queue_enable = 1;
	return NULL;
}

void virtio_start(struct virtio_device *d, void (*handler)(void *), void *arg)
{
	irq_register(d->pci->irq, handler, arg);
	status_add(d, STATUS_DRIVER_OK);
}

void virtio_stop(struct virtio_device *d)
{
	if (!reset(d))
		log_printf("virtio: %02x:%02x.%u does not come back from a reset\n",
			   d->pci->bus, d->pci->slot, d->pci->function);
	pci_disable(d->pci);
}

bool virtio_interrupted(struct virtio_device *d)
{
	return *d->isr != 0;
}

u32 virtio_config32(struct virtio_device *d, u32 offset)
{
	if (!d->config || offset + 4 > d->config_bytes)
		return 0;
	return *(volatile u32 *)(d->config + offset);
}

/* 2.3.1: a field wider than 32 bits may change between its halves. */
u64 virtio_config64(struct virtio_device *d, u32 offset)
{
	u8 generation;
	u64 value;
	u32 i;

	for (i = 0; i < GENERATION_READS; i++) {
		generation = d->common->config_generation;
		value = virtio_config32(d, offset) |
			(u64)virtio_config32(d, offset + 4) << 32;
		if (generation == d->common->config_generation)
			break;
	}
	return value;
}
