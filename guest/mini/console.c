// SPDX-License-Identifier: GPL-2.0-only
/*
 * console.c - the console as programs see it: lines that the user can correct,
 * Ctrl-C, Ctrl-D, and output that waits for room.
 *
 * Invariant: bytes from out to in of the ring are whole lines, or end with
 * END_OF_FILE; the line being typed is in line[] until it is finished.
 */
#include "file.h"
#include "print.h"
#include "process.h"
#include "user.h"

#define RING        4096u
#define LINE        256u
#define CTRL(c)     ((c)&31)
#define END_OF_FILE CTRL('D') /* in the ring */

static char ring[RING], line[LINE];
static uint32_t in, out, length;
static struct queue readers, writers;
static int foreground;

/* What is typed is shown at once, or not at all if there is no room. */
static void echo(const char *text)
{
	hv_console_write(text, strlen(text));
}

static void finish_line(char last)
{
	if (RING - (in - out) <= length) {
		length = 0; /* nobody reads: it is lost */
		return;
	}
	for (uint32_t i = 0; i < length; i++)
		ring[in++ % RING] = line[i];
	ring[in++ % RING] = last;
	length = 0;
	wake_all(&readers);
}

static void interrupt(void)
{
	echo("^C\n");
	length = 0;
	if (foreground)
		process_kill_pid(-foreground, STATUS_KILLED + KILLED_INTERRUPT);
	else
		finish_line('\n'); /* the shell shows its prompt again */
}

static void type(char c)
{
	char text[2] = { c, '\0' };

	switch (c) {
	case '\r':
	case '\n':
		echo("\n");
		finish_line('\n');
		break;
	case CTRL('C'):
		interrupt();
		break;
	case CTRL('D'):
		if (length == 0)
			finish_line(END_OF_FILE);
		break;
	case CTRL('U'):
		for (; length > 0; length--)
			echo("\b \b");
		break;
	case '\b':
	case 0x7f:
		if (length > 0) {
			length--;
			echo("\b \b");
		}
		break;
	default:
		if ((unsigned char)c >= ' ' && length < LINE - 1) {
			line[length++] = c;
			echo(text);
		}
	}
}

/* Input has come, or there is room for output, or both. */
static void console_event(struct trap_frame *frame)
{
	char text[64];
	int32_t n;

	(void)frame;
	while ((n = hv_console_read(text, sizeof(text))) > 0)
		for (int32_t i = 0; i < n; i++)
			type(text[i]);
	wake_all(&writers);
}

static int read_line(char *user, uint32_t n)
{
	uint32_t done = 0;

	while (done < n && out != in) {
		char c = ring[out % RING];

		if (c == END_OF_FILE) {
			if (done == 0)
				out++;
			break;
		}
		if (copy_out(user + done, &c, 1))
			return -EFAULT;
		out++;
		done++;
		if (c == '\n')
			break;
	}
	return (int)done;
}

int console_user_read(void *user, uint32_t n)
{
	while (in == out)
		if (!sleep_on(&readers))
			return -EINTR;
	return read_line(user, n);
}

int console_user_write(const void *user, uint32_t n)
{
	uint32_t done = 0;
	char text[256];

	while (done < n) {
		uint32_t part = n - done < sizeof(text) ? n - done : sizeof(text), at = 0;

		if (copy_in(text, (const char *)user + done, part))
			return done > 0 ? (int)done : -EFAULT;
		while (at < part) {
			int32_t wrote = hv_console_write(text + at, part - at);

			if (wrote > 0) {
				at += (uint32_t)wrote;
				continue;
			}
			if (wrote != 0 && wrote != -SILK_EAGAIN)
				return -EIO;
			if (!sleep_on(&writers))
				return -EINTR;
		}
		done += part;
	}
	return (int)done;
}

void console_foreground(int group)
{
	foreground = group;
}

void console_init(void)
{
	if (event_handle(SILK_EVENT_CONSOLE, console_event) < 0)
		panic("the hypervisor refused the upcall");
}
