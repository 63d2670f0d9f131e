/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * virtio_console.h - guests' consoles: ports of a virtio-serial device, numbered
 * from 0 in the order of the ports' numbers; one plugged in later gets the next.
 */
#ifndef SILK_DRIVERS_VIRTIO_CONSOLE_H
#define SILK_DRIVERS_VIRTIO_CONSOLE_H

#include "../core/types.h"

void virtio_console_init(void);

/* Is there such a console? Is somebody at the other end of it? */
bool virtio_console_exists(u32 console);
bool virtio_console_connected(u32 console);

/* Send text; returns the bytes taken, never waits. After it took less than all,
 * console_room() is called when there is room, and console_opened() when somebody
 * connects. */
u32 virtio_console_write(u32 console, const char *text, u32 bytes);

#endif
