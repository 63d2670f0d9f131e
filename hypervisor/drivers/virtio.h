/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * virtio.h - virtio 1.0 devices on the PCI bus (virtio 1.0, 3.1 and 4.1).
 */
#ifndef SILK_DRIVERS_VIRTIO_H
#define SILK_DRIVERS_VIRTIO_H

#include "pci.h"
#include "virtq.h"

/* Device types (virtio 1.0, 5) */
#define VIRTIO_BLOCK           2
#define VIRTIO_CONSOLE         3

/* Feature bits of every device (6) */
#define VIRTIO_F_INDIRECT_DESC (1ull << 28)
#define VIRTIO_F_VERSION_1     (1ull << 32)

/* 4.1.4.3: the common configuration */
struct virtio_common {
	u32 device_feature_select;
	u32 device_feature;
	u32 driver_feature_select;
	u32 driver_feature;
	u16 msix_config;
	u16 num_queues;
	u8 device_status;
	u8 config_generation;
	u16 queue_select;
	u16 queue_size;
	u16 queue_msix_vector;
	u16 queue_enable;
	u16 queue_notify_off;
	u32 queue_desc[2]; /* 64-bit fields, written as halves (4.1.3.1) */
	u32 queue_avail[2];
	u32 queue_used[2];
};

struct virtio_device {
	const struct pci_device *pci;
	volatile struct virtio_common *common;
	volatile u8 *isr;
	volatile u8 *config; /* of the device's type */
	u32 config_bytes;
	volatile u8 *notify;
	u32 notify_bytes, notify_multiplier;
	u64 features; /* negotiated */
};

/* True if the PCI device is a virtio device of that type. */
bool virtio_is(const struct pci_device *pci, u32 type);

/*
 * The steps of 3.1.1, each NULL or why the device can't be used; after an error
 * the device has been told that we gave it up.
 */
/* Find and map the device's registers, reset it, say that we drive it. */
const char *virtio_open(struct virtio_device *d, const struct pci_device *pci);
/* Take those of the wanted features that the device offers; VERSION_1 is
 * always wanted and has to be there. */
const char *virtio_negotiate(struct virtio_device *d, u64 wanted);
/* Set up queue `index` with up to `most` entries (a power of two). */
const char *virtio_queue(struct virtio_device *d, struct virtq *q, u32 index,
			 u32 most);
/* Start the device; call handler(arg) when it interrupts. */
void virtio_start(struct virtio_device *d, void (*handler)(void *), void *arg);

/* Stop the device for good: it touches no memory after that (2.1.2). */
void virtio_stop(struct virtio_device *d);
/* True if this device interrupted; takes the interrupt back (4.1.4.5). */
bool virtio_interrupted(struct virtio_device *d);

/* Fields of the device's configuration; 0 beyond its end. */
u32 virtio_config32(struct virtio_device *d, u32 offset);
u64 virtio_config64(struct virtio_device *d, u32 offset);

#endif
