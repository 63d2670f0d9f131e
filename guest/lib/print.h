/* SPDX-License-Identifier: MIT */
/*
 * print.h - formatted text, the guest's console, the command line, and panic.
 */
#ifndef GUEST_PRINT_H
#define GUEST_PRINT_H

#include <stdarg.h>

#include "base.h"

/* %d %i %u %x %X %o %c %s %p %%, with -, 0, width, *, .precision, l and ll.
 * Returns the length that the whole text has; buffer always ends with a 0. */
int format_va(char *buffer, size_t size, const char *fmt, va_list args);
int format(char *buffer, size_t size, const char *fmt, ...) PRINTF(3, 4);

/* Waits for room for as long as a second, then drops the rest. */
void console_write(const char *text, size_t length);
void print(const char *fmt, ...) PRINTF(1, 2);

/* Prints the message and ends this run as a crash [LIFE-1]. */
void panic(const char *fmt, ...) PRINTF(1, 2) NORETURN;

/* The value of name=value on the command line, as a number; "" if name stands
 * alone; NULL if it isn't there. It ends at a space. */
const char *cmdline(const char *name);
uint32_t cmdline_number(const char *name, uint32_t otherwise);

#endif /* GUEST_PRINT_H */
