/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * console.h - a console of its own for each guest.
 */
#ifndef SILK_CORE_CONSOLE_H
#define SILK_CORE_CONSOLE_H

#include "guest.h"

#define CONSOLE_NONE (~1u) /* the port of a guest that has none */

/* ---- for the life of a guest ---- */

int console_init(struct guest *g); /* 0, or -1: no memory */
void console_exit(struct guest *g);
/* A run begins: nothing typed so far is for it. What was printed stays. */
void console_boot(struct guest *g);

/* ---- for the drivers ---- */

/* Somebody typed at a port: takes all that there is room for, returns how much.
 * What is not taken is lost, as on a serial line. */
u32 console_input(u32 port, const char *text, u32 bytes);
/* Somebody has come to a port: he gets what was printed before, too. */
void console_opened(u32 port);
/* A port can take output again, or nobody is there any more. */
void console_room(u32 port);
/* The log's terminal can take output again. */
void console_log_room(void);

/* ---- for the operator's prompt ---- */

/* Show g's console on the log's terminal too, and what it printed last; NULL:
 * no longer. */
void console_attach(struct guest *g);
struct guest *console_attached(void);
/* Typed at the log's terminal. */
void console_type(struct guest *g, const char *text, u32 bytes);
/* Begin a line on the terminal, if the guest that is shown left one open. */
void console_break_line(void);

#endif
