/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * format.h - formatted text, the log, and division of 64-bit numbers.
 */
#ifndef SILK_CORE_FORMAT_H
#define SILK_CORE_FORMAT_H

#include <stdarg.h>
#include "types.h"

/* n / d without the compiler's library; the remainder in *rest if not NULL. */
u64 div64_32(u64 n, u32 d, u32 *rest);

/*
 * printf into a buffer: %c %s %d %u %x %p, %ld %lu %lx, %lld %llu %llx, %zu,
 * %% with a width, '-', '0', '*', and a precision for %s. Always ends with a 0
 * if size > 0; returns the length that the whole text has or would have.
 */
u32 format_va(char *to, u32 size, const char *format, va_list args);
u32 format_text(char *to, u32 size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* One line that says why not, in a buffer that the next complaint takes. */
#define COMPLAINT 160
const char *complaint(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/*
 * The log: whole lines on the hypervisor's own console. Lines longer than
 * LOG_LINE are cut. log_begin() and log_end() hold lines together: a prompt
 * that stands on the console is taken away before the first and comes back
 * after the last; they nest.
 */
#define LOG_LINE 256
void log_begin(void);
void log_end(void);
void log_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same text to the terminal, not as a line of the log: for the prompt. */
void log_raw(const char *text, u32 bytes);
/* Output of a guest that the operator looks at; returns the bytes taken. */
u32 log_show(const char *text, u32 bytes);
/* The terminal may take more: go on. True if something is left. */
bool log_pump(void);
/* Called before the first and after the last line of a group, may be NULL. */
void log_hooks(void (*before)(void), void (*after)(void));

#endif
