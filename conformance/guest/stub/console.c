// SPDX-License-Identifier: GPL-2.0-only
/*
 * console.c - the guest's console: the second serial port, and a script that
 * types.
 *
 * A line of the script is typed when the guest sleeps and has read all before
 * it. Invariant: bytes are taken in order, once each [CON-4].
 */
#include "stub.h"

#define PIECE 64u /* bytes copied at once */

static u32 typed, read; /* bytes of the script */
static bool room_wanted;

void console_new_run(void)
{
	room_wanted = false;
}

static char script_byte(u32 *at)
{
	char c = options.input[*at];

	++*at;
	if (c != '\\')
		return c;
	c = options.input[(*at)++];
	return c == 'n' ? '\n' : c == 's' ? ' '
					  : c;
}

static void type_line(void)
{
	char c;

	do {
		c = script_byte(&typed);
	} while (c != '\n' && options.input[typed]);
	event(SILK_EVENT_CONSOLE);
}

void console_poll(bool asleep)
{
	if (room_wanted && chance(4)) {
		room_wanted = false;
		event(SILK_EVENT_CONSOLE);
	}
	if (asleep && options.input && options.input[typed] && read == typed)
		type_line();
}

static bool full(void)
{
	if ((mood != SCARCE && mood != SLOW) || !chance(4))
		return false;
	room_wanted = true;
	nasty(NASTY_CONSOLE_FULL);
	return true;
}

u32 call_console_write(u32 buffer, u32 length, u32 c)
{
	char piece[PIECE];
	u32 n = length;

	(void)c;
	if (length == 0)
		return 0;
	if (mood == SLOW && n > 1)
		n = 1 + random() % (n < 20 ? n : 20);
	if (n > PIECE)
		n = PIECE;
	if (n < length)
		nasty(NASTY_CONSOLE_PART);
	if (!copy_in(piece, buffer, n))
		return refuse(SILK_R_CONW_FAULT, buffer);
	if (full())
		return refuse(SILK_R_CONW_FULL, length);
	for (u32 i = 0; i < n; i++)
		put_console(piece[i]);
	said_something = true;
	return n;
}

u32 call_console_read(u32 buffer, u32 length, u32 c)
{
	char piece[PIECE];
	u32 n = 0, at = read, most = mood == SLOW ? 1 : PIECE;

	(void)c;
	while (n < length && n < most && at < typed)
		piece[n++] = script_byte(&at);
	if (!copy_out(buffer, piece, n))
		return refuse(SILK_R_CONR_FAULT, buffer);
	read = at;
	return n;
}
