/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * control.h - the operator's prompt on the log's terminal.
 *
 * control.c is the terminal: line editor, attached console, the log's lines
 * around the prompt. commands.c is what can be said there.
 */
#ifndef SILK_CORE_CONTROL_H
#define SILK_CORE_CONTROL_H

#include "types.h"

#define CONTROL_PROMPT "silk> "
#define CONTROL_DETACH 0x1d /* Ctrl-] */

/* Show the prompt, from now on take commands. */
void control_start(void);
/* A character was typed; from anywhere. */
void control_input(char c);
/* Carry out what was typed; in work_run() only. */
void control_run(void);

/* An answer to the operator: a line with its end. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Carry out one command; `line` is torn to words. */
void command_run(char *line);

#endif
