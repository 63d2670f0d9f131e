// SPDX-License-Identifier: GPL-2.0-only
/*
 * report.c - what was found, as TAP on the first serial port.
 *
 * Invariant: each guest-side clause gets one line: ok if an act that it is about
 * was seen and none broke it, a skip if no such act was seen, not ok otherwise.
 * The last line is about how the guest ended.
 */
#include "stub.h"

static struct verdict {
	u32 clause;
	const char *id, *title;
	u32 seen, broken;
	char where[160]; /* it was broken first */
} verdicts[] = {
#define V(area, n, title) \
	{ \
		CL(area, n), #area "-" #n, title, 0, 0, "" \
	}
	V(GEN, 4, "no feature is taken for granted"),
	V(GEN, 6, "reserved members, undefined values"),
	V(GEN, 13, "the version is checked first"),
	V(BOOT, 4, "the note"),
	V(BOOT, 9, "where a kernel may be linked"),
	V(MEM, 13, "guests translate"),
	V(MEM, 14, "again"),
	V(CALL, 10, "argument registers are lost"),
	V(CALL, 12, "errors are told by size"),
	V(TRAP, 15, "kernel_sp"),
	V(TRAP, 16, "the return frame"),
	V(EVT, 5, "upcalls without cause"),
	V(EVT, 6, "clearing bits"),
	V(EVT, 12, "after enabling"),
	V(EVT, 13, "what may stand in vif"),
	V(PT, 23, "the guest's flushes"),
	V(PT, 25, "discipline of the queue"),
	V(CPU, 11, "what CPUID doesn't promise"),
	V(TIME, 9, "reading the clock"),
	V(LIFE, 11, "answer to the request to shut down"),
	V(BLK, 8, "the consumer index"),
	V(BLK, 12, "buffers are left alone"),
	V(NET, 11, "the guest's side of the network"),
#undef V
};

#define BROKEN_SHOWN 5u /* of one clause, at length */
static u32 broken_total;
static u32 refused[SILK_R_COUNT];

static const struct {
	const char *name, *text;
	u32 error, argument, clause;
} rows[] = {
	[SILK_R_NONE] = { "", "", 0, 0, 0 },
#define X(id, call, error, arg, area, n, text) \
	[SILK_R_##id] = { #area "-" #n, text, SILK_##error, arg, CL(area, n) },
	SILK_REFUSALS(X)
#undef X
};

u32 error_of(u32 id)
{
	return rows[id].error;
}

u32 clause_of(u32 id)
{
	return rows[id].clause;
}

const char *text_of(u32 id)
{
	return rows[id].text;
}

void count_refusal(u32 id)
{
	refused[id]++;
}

static u32 number(char *to, u32 value, u32 base)
{
	char digits[12];
	u32 n = 0, length;

	do {
		digits[n++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	for (length = 0; n > 0; length++)
		to[length] = digits[--n];
	return length;
}

/* %s, %u, %x, %c: enough for reports. */
void format(char *to, u32 size, const char *text, va_list args)
{
	char *end = to + size - 16;

	for (; *text && to < end; text++) {
		const char *s;

		if (*text != '%') {
			*to++ = *text;
			continue;
		}
		switch (*++text) {
		case 's':
			for (s = va_arg(args, const char *); *s && to < end; s++)
				*to++ = *s;
			break;
		case 'c':
			*to++ = (char)va_arg(args, int);
			break;
		case 'u':
			to += number(to, va_arg(args, u32), 10);
			break;
		default:
			*to++ = '0';
			*to++ = 'x';
			to += number(to, va_arg(args, u32), 16);
		}
	}
	*to = '\0';
}

static void say(const char *text, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *text, ...)
{
	char line[400];
	va_list args;

	va_start(args, text);
	format(line, sizeof(line), text, args);
	va_end(args);
	for (const char *s = line; *s; s++)
		put_report(*s);
	put_report('\n');
}

void note(const char *text, ...)
{
	char line[300];
	va_list args;

	va_start(args, text);
	format(line, sizeof(line), text, args);
	va_end(args);
	say("# %s", line);
}

static struct verdict *find(u32 clause)
{
	for (u32 i = 0; i < COUNT(verdicts); i++)
		if (verdicts[i].clause == clause)
			return &verdicts[i];
	finish(BROKEN, "the stub cites clause %u-%u, which is no guest's", clause >> 16,
	       clause & 0xffff);
}

void judged(u32 clause)
{
	find(clause)->seen++;
}

static void broke_by(const struct act *by, u32 clause, const char *expected, const char *seen,
		     va_list args)
{
	struct verdict *v = find(clause);
	char line[300], where[sizeof(v->where)];

	broken_total++;
	if (v->broken++ >= BROKEN_SHOWN)
		return;
	format(line, sizeof(line), seen, args);
	act_words(by, where, sizeof(where));
	if (v->broken == 1)
		memcpy(v->where, where, sizeof(where));
	say("# broke %s", v->id);
	say("#   expected: %s", expected);
	say("#   seen: %s", line);
	say("#   at: %s", where);
	for (u32 i = 0; i < by->callers; i++)
		say("#   called from: %x", by->caller[i]);
}

void broke(u32 clause, const char *expected, const char *seen, ...)
{
	va_list args;

	act_find_callers(&act);
	va_start(args, seen);
	broke_by(&act, clause, expected, seen, args);
	va_end(args);
}

void broke_then(const struct act *then, u32 clause, const char *expected, const char *seen, ...)
{
	va_list args;

	va_start(args, seen);
	broke_by(then, clause, expected, seen, args);
	va_end(args);
}

void finish(enum ending how, const char *text, ...)
{
	static const char *const words[] = {
		[ENDED] = "SUCCESS", [CRASHED] = "CRASH", [STUCK] = "ERROR", [BROKEN] = "ERROR"
	};
	char line[300], where[160];
	va_list args;

	va_start(args, text);
	format(line, sizeof(line), text, args);
	va_end(args);
	for (u32 id = 1; id < SILK_R_COUNT; id++)
		if (refused[id])
			say("# refused %u times by [%s]: %s", refused[id], rows[id].name,
			    rows[id].text);
	nasty_report();
	say("1..%u", (u32)COUNT(verdicts) + 1);
	for (u32 i = 0; i < COUNT(verdicts); i++) {
		const struct verdict *v = &verdicts[i];

		if (v->broken)
			say("not ok %u - [%s] %s (FAILURE, %u times): %s", i + 1, v->id,
			    v->title, v->broken, v->where);
		else if (v->seen)
			say("ok %u - [%s] %s (SUCCESS, %u times)", i + 1, v->id, v->title,
			    v->seen);
		else
			say("ok %u - [%s] %s # SKIP nothing that it is about was seen",
			    i + 1, v->id, v->title);
	}
	act_words(&act, where, sizeof(where));
	say("%sok %u - the end: %s (%s)%s%s", how == ENDED ? "" : "not ", (u32)COUNT(verdicts) + 1,
	    line, words[how], how == ENDED ? "" : ": ", how == ENDED ? "" : where);
	leave_machine(how == ENDED && !broken_total ? 0 : 1 + (u32)how);
}
