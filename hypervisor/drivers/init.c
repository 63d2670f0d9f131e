// SPDX-License-Identifier: GPL-2.0-only
/*
 * init.c - all drivers' start.
 *
 * Invariant: a device that is missing or broken is reported and left alone; the
 * hypervisor starts without it.
 */
#include "init.h"
#include "disks.h"
#include "pci.h"
#include "uart.h"
#include "virtio_console.h"

void drivers_init(void)
{
	pci_init();
	disks_init();
	virtio_console_init();
	/* Last: until here the log waits for the line, so none of it is lost. */
	uart_init();
}
