/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * uart.h - the first serial port (16550): the hypervisor's own terminal.
 */
#ifndef SILK_DRIVERS_UART_H
#define SILK_DRIVERS_UART_H

#include "../core/types.h"

/* From now on uart_write() works, waiting for the line. */
void uart_early_init(void);
/* From now on by interrupt: uart_write() never waits, input is read. */
void uart_init(void);

/* Send text, \n as \r\n; returns the bytes taken. console_log_room() is
 * called when there is room again after it took less than all. */
u32 uart_write(const char *text, u32 bytes);
/* Wait until all is sent. */
void uart_flush(void);
/* For a hypervisor that is about to stop: at once, from any state. */
void uart_panic(const char *text);

#endif
