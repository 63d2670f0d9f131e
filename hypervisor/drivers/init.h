/* SPDX-License-Identifier: GPL-2.0-only */
/* init.h - all drivers' start, before the first guest is made. */
#ifndef SILK_DRIVERS_INIT_H
#define SILK_DRIVERS_INIT_H

/* Needs: memory, interrupt lines, the log by uart_early_init(). */
void drivers_init(void);

#endif
