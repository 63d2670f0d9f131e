// SPDX-License-Identifier: GPL-2.0-only
/*
 * control.c - the operator's terminal: a prompt with a line editor, or the
 * console of the guest that he is attached to.
 *
 * Invariant: what was typed is carried out in work_run() only, so a command may
 * unmake the guest that was running. Each answer ends with the prompt, at the
 * beginning of a line; lines of the log never end up inside of it.
 */
#include "control.h"
#include "config.h"
#include "console.h"
#include "format.h"
#include "libc.h"
#include "life.h"

#define TYPED 2048u /* bytes, a power of two */

enum { BELL = 7,
       BACKSPACE = 8,
       CTRL_C = 3,
       CTRL_U = 21,
       DELETE = 127 };

static char typed[TYPED]; /* not yet looked at */
static u32 typed_head, typed_tail;

static char line[CONFIG_LINE];
static u32 length;
static bool prompting; /* the prompt and the line stand on the screen */
static char last;      /* the last character looked at */

static void echo(const char *text)
{
	log_raw(text, (u32)strlen(text));
}

void say(const char *format, ...)
{
	char text[LOG_LINE];
	va_list args;

	va_start(args, format);
	format_va(text, sizeof(text), format, args);
	va_end(args);
	echo(text);
}

/* ---- the log's lines around the prompt ---- */

static void show_prompt(void)
{
	if (console_attached())
		return;
	echo(CONTROL_PROMPT);
	log_raw(line, length);
	prompting = true;
}

static void before_log(void)
{
	if (prompting)
		echo("\r\033[K");
	else
		console_break_line();
}

static void after_log(void)
{
	if (prompting)
		show_prompt();
}

/* ---- the line editor ---- */

static void erase(u32 keep)
{
	for (; length > keep; length--)
		echo("\b \b");
}

static void new_line(void)
{
	length = 0;
	show_prompt();
}

static void enter(void)
{
	echo("\n");
	prompting = false;
	line[length] = 0;
	length = 0;
	command_run(line);
	show_prompt();
}

static void edit(char c)
{
	if (c == '\r' || (c == '\n' && last != '\r')) {
		enter();
	} else if (c == BACKSPACE || c == DELETE) {
		erase(length ? length - 1 : 0);
	} else if (c == CTRL_U) {
		erase(0);
	} else if (c == CTRL_C) {
		echo("^C\n");
		new_line();
	} else if (c >= ' ' && c <= '~') {
		if (length == sizeof(line) - 1) {
			echo("\a");
			return;
		}
		line[length++] = c;
		log_raw(&c, 1);
	}
}

static void detach(void)
{
	console_break_line();
	console_attach(NULL);
	new_line();
}

/* ---- input ---- */

void control_input(char c)
{
	if (typed_head - typed_tail == TYPED)
		return; /* nobody types so fast: lost, as on any line */
	typed[typed_head++ % TYPED] = c;
	work_cause();
}

void control_run(void)
{
	while (typed_tail != typed_head) {
		char c = typed[typed_tail++ % TYPED];
		struct guest *g = console_attached();

		if (!g)
			edit(c);
		else if (c == CONTROL_DETACH)
			detach();
		else
			console_type(g, &c, 1);
		last = c;
	}
}

void control_start(void)
{
	log_hooks(before_log, after_log);
	show_prompt();
}
