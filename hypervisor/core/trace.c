// SPDX-License-Identifier: GPL-2.0-only
/*
 * trace.c - a guest's hypercalls, bounces, upcalls and returns, as strace shows
 * system calls. Names, arguments and refusals come from the tables of the ABI.
 *
 * Invariant: what is recorded is copied when it happens: for a refusal, the
 * row of the table that the choke point filled into the diagnostics slot.
 */
#include "trace.h"
#include "control.h"
#include "format.h"
#include "hypercall.h"
#include "libc.h"
#include "machine.h"
#include "sched.h"

enum trace_kind { TRACE_CALL,
		  TRACE_BOUNCE,
		  TRACE_UPCALL,
		  TRACE_RETURN,
		  TRACE_QUEUE };

struct trace_record {
	u64 ns; /* since the guest's boot */
	u8 kind;
	u8 user;                     /* BOUNCE: from guest-user; RETURN: to it */
	u16 number;                  /* of the call, or vector */
	u32 word[3];                 /* CALL: arguments; else error, eip, detail */
	u32 result;                  /* CALL; UPCALL: what is pending; QUEUE: how many */
	u32 clause, argument, value; /* CALL or operation that was refused */
};

#define TRACE_PAGES   16u
#define TRACE_RECORDS ((TRACE_PAGES * PAGE_SIZE - 16) / sizeof(struct trace_record))

struct trace {
	u32 head, tail; /* free-running; head: next to write */
	u32 lost;
	bool all; /* wait for the reader */
	struct trace_record record[TRACE_RECORDS];
};
_Static_assert(sizeof(struct trace) <= TRACE_PAGES * PAGE_SIZE, "a trace fits its pages");

/* ---- tables ---- */

struct argument {
	char kind; /* 0 none, 'x' in hexadecimal, 'u' in decimal, 'e' by name */
	const char *name;
};

#define NONE(n) \
	{ \
		0, "" \
	}
#define U32(n) \
	{ \
		'u', #n \
	}
#define ENUM(n) \
	{ \
		'e', #n \
	}
#define GVA(n) \
	{ \
		'x', #n \
	}
#define GPA(n) \
	{ \
		'x', #n \
	}
#define CHUNK(n) \
	{ \
		'u', #n \
	}
#define CODE(n) \
	{ \
		'x', #n \
	}
static const struct {
	const char *name;
	struct argument argument[3];
} calls[SILK_NR_CALLS] = {
#define X(nr, name, group, nargs, a1, a2, a3, text) [nr] = { #name, { a1, a2, a3 } },
	SILK_HYPERCALLS(X)
#undef X
};

/* What ENUM arguments are one of, by the argument's name. */
#define X(nr, name, ...) [nr] = #name,
static const char *const groups[] = { SILK_GROUPS(X) };
static const char *const reasons[] = { SILK_REASONS(X) };
static const char *const levels[] = { SILK_LEVELS(X) };
static const char *const kinds[] = { SILK_KINDS(X) };
#undef X

static const struct list {
	const char *argument;
	const char *const *name;
	u32 names;
} lists[] = {
	{ "group", groups, ARRAY_SIZE(groups) },
	{ "reason", reasons, ARRAY_SIZE(reasons) },
	{ "level", levels, ARRAY_SIZE(levels) },
	{ "kind", kinds, ARRAY_SIZE(kinds) },
};

static const char *const errors[SILK_NR_ERRORS] = {
#define X(nr, name, text) [nr] = #name,
	SILK_ERRORS(X)
#undef X
};

static const char *const areas[SILK_AREA_END] = {
#define X(nr, name, text) [nr] = #name,
	SILK_AREAS(X)
#undef X
};

static const struct row {
	u32 clause;
	const char *call;
} rows[] = {
#define X(id, call, err, arg, area, n, text) { SILK_CLAUSE(SILK_AREA_##area, n), #call },
	SILK_REFUSALS(X)
#undef X
};

static const char *const events[SILK_NR_EVENTS] = {
#define X(nr, name, text) [nr] = #name,
	SILK_EVENTS(X)
#undef X
};

/* ---- recording ---- */

static struct trace_record *next_record(struct vcpu *v, enum trace_kind kind)
{
	struct trace *t = v->guest->trace;
	struct trace_record *r;

	if (t->head - t->tail == TRACE_RECORDS) {
		t->lost++;
		return NULL;
	}
	r = &t->record[t->head++ % TRACE_RECORDS];
	memset(r, 0, sizeof(*r));
	r->ns = machine_now() - v->guest->boot_ns;
	r->kind = (u8)kind;
	if (t->all && t->head - t->tail == TRACE_RECORDS)
		sched_freeze(v);
	return r;
}

static void take_refusal(struct trace_record *r, const struct silk_diag *diag)
{
	r->clause = READ_ONCE(diag->clause);
	r->argument = READ_ONCE(diag->argument);
	r->value = READ_ONCE(diag->value);
}

void trace_call(struct vcpu *v, u32 number, u32 a, u32 b, u32 c, u32 result)
{
	struct trace_record *r = next_record(v, TRACE_CALL);
	const struct silk_diag *diag = &v->page->diag;

	if (!r)
		return;
	r->number = (u16)MIN(number, 0xffffu);
	r->word[0] = a;
	r->word[1] = b;
	r->word[2] = c;
	r->result = result;
	if (result > -(u32)SILK_NR_ERRORS)
		take_refusal(r, diag);
}

void trace_drain(struct vcpu *v)
{
	u64 refusals = v->guest->stats.refusals;
	struct trace_record *r;

	mmu_drain_queue(v);
	if (!v->guest->trace || v->guest->stats.refusals == refusals)
		return;
	r = next_record(v, TRACE_QUEUE);
	if (!r)
		return;
	r->result = (u32)(v->guest->stats.refusals - refusals);
	r->word[0] = READ_ONCE(v->page->diag.done);
	take_refusal(r, &v->page->diag);
}

void trace_bounce(struct vcpu *v, u32 vector, u32 error, u32 eip, u32 detail)
{
	struct trace_record *r = next_record(v, TRACE_BOUNCE);

	if (!r)
		return;
	r->number = (u16)vector;
	r->word[0] = error;
	r->word[1] = eip;
	r->word[2] = detail;
}

void trace_upcall(struct vcpu *v, u32 eip)
{
	struct trace_record *r = next_record(v, TRACE_UPCALL);

	if (!r)
		return;
	r->word[1] = eip;
	r->result = READ_ONCE(v->page->pending);
}

void trace_return(struct vcpu *v, u32 eip, bool user)
{
	struct trace_record *r = next_record(v, TRACE_RETURN);

	if (!r)
		return;
	r->word[1] = eip;
	r->user = user;
}

/* ---- showing ---- */

/* The name of a value of an ENUM argument, or NULL. */
static const char *value_name(const char *argument, u32 value)
{
	const struct list *l;

	for (l = lists; l < lists + ARRAY_SIZE(lists); l++)
		if (!strcmp(l->argument, argument))
			return value < l->names ? l->name[value] : NULL;
	return NULL;
}

static u32 put_argument(char *to, u32 room, const struct argument *a, u32 value)
{
	const char *name = a->kind == 'e' ? value_name(a->name, value) : NULL;

	if (name)
		return format_text(to, room, "%s=%s", a->name, name);
	return format_text(to, room, a->kind == 'x' ? "%s=0x%x" : "%s=%u", a->name, value);
}

static void put_arguments(char *to, u32 room, const struct trace_record *r)
{
	const struct argument *argument = calls[r->number].argument;
	u32 used = 0, i;

	for (i = 0; i < 3 && argument[i].kind; i++) {
		if (i)
			used += format_text(to + used, room - used, ", ");
		used += put_argument(to + used, room - used, &argument[i], r->word[i]);
	}
}

/* [CALL-8] The name of what was refused: for the rows of table operations, of which a
 * call has many, the operation's member. */
static const char *refused_name(const struct trace_record *r)
{
	u32 nr = r->kind == TRACE_QUEUE ? SILK_CALL_pt_batch : r->number;
	const struct row *row;

	for (row = rows; row < rows + ARRAY_SIZE(rows); row++) {
		if (row->clause != r->clause)
			continue;
		if (!strcmp(row->call, "entry"))
			return r->argument == 1 ? "target" : "value";
		if (!strcmp(row->call, "set_descriptor"))
			nr = SILK_CALL_set_descriptor;
	}
	return nr < SILK_NR_CALLS && r->argument - 1 < 3 ? calls[nr].argument[r->argument - 1].name : "";
}

/* "[PT-54] argument 1 (frame): 0x2000": the clause, what it is about, the value. */
static void put_refusal(char *to, u32 room, const struct trace_record *r)
{
	const char *name = refused_name(r);
	u32 area = r->clause >> 16, used;

	used = format_text(to, room, "[%s-%u]", area < SILK_AREA_END && areas[area] ? areas[area] : "?",
			   r->clause & 0xffff);
	if (r->argument)
		used += format_text(to + used, room - used, " argument %u%s%s%s", r->argument,
				    *name ? " (" : "", name, *name ? ")" : "");
	format_text(to + used, room - used, ": 0x%x", r->value);
}

static void show_call(const char *time, const struct trace_record *r)
{
	bool known = r->number < SILK_NR_CALLS;
	u32 error = -r->result;
	char arguments[96] = "", why[64];

	if (known)
		put_arguments(arguments, sizeof(arguments), r);
	else
		format_text(arguments, sizeof(arguments), "number=%u", r->number);
	if (error >= SILK_NR_ERRORS || !error) {
		say("%s %s(%s) = %u\n", time, calls[r->number].name, arguments, r->result);
		return;
	}
	put_refusal(why, sizeof(why), r);
	say("%s %s(%s) = -%u %s %s\n", time, known ? calls[r->number].name : "unknown", arguments,
	    error, errors[error], why);
}

/* An operation of the deferred queue; [CALL-8]: its arguments are target and value. */
static void show_queue(const char *time, const struct trace_record *r)
{
	char why[64];

	put_refusal(why, sizeof(why), r);
	say("%s deferred queue: %u refused, the last: operation %u, %s\n", time, r->result, r->word[0],
	    why);
}

static void show_upcall(const char *time, const struct trace_record *r)
{
	char names[64] = "";
	u32 used = 0, i;

	for (i = 0; i < SILK_NR_EVENTS; i++)
		if (r->result >> i & 1)
			used += format_text(names + used, sizeof(names) - used, " %s", events[i]);
	say("%s >>> upcall at 0x%x:%s\n", time, r->word[1], names);
}

static void show(const struct trace_record *r)
{
	u32 rest;
	u64 us = div64_32(r->ns, 1000, NULL);
	char time[24];

	us = div64_32(us, 1000000, &rest);
	format_text(time, sizeof(time), "%5llu.%06u", us, rest);
	switch (r->kind) {
	case TRACE_CALL:
		show_call(time, r);
		break;
	case TRACE_BOUNCE:
		if (r->number == SILK_I386_VECTOR_CALL)
			say("%s >>> system call at 0x%x: eax 0x%x\n", time, r->word[1],
			    r->word[2]);
		else
			say("%s >>> trap %u at 0x%x: error 0x%x, address 0x%x\n", time,
			    r->number, r->word[1], r->word[0], r->word[2]);
		break;
	case TRACE_QUEUE:
		show_queue(time, r);
		break;
	case TRACE_UPCALL:
		show_upcall(time, r);
		break;
	case TRACE_RETURN:
		say("%s <<< return to guest-%s at 0x%x\n", time,
		    r->user ? "user" : "kernel", r->word[1]);
		break;
	}
}

static void thaw(struct guest *g)
{
	u32 i;

	for (i = 0; g->state == GUEST_RUNNING && i < g->vcpus; i++)
		sched_thaw(g->vcpu[i]);
}

u32 trace_show(struct guest *g)
{
	struct trace *t = g->trace;
	u32 shown = 0;

	while (t->tail != t->head && shown < TRACE_SHOWN) {
		show(&t->record[t->tail++ % TRACE_RECORDS]);
		shown++;
	}
	if (t->lost) {
		say("(%u lost)\n", t->lost);
		t->lost = 0;
	}
	if (t->all && shown)
		thaw(g);
	return shown;
}

const char *trace_start(struct guest *g, bool all)
{
	if (!g->trace)
		g->trace = hv_pages_alloc(TRACE_PAGES);
	if (!g->trace)
		return "the hypervisor has no memory for a trace";
	g->trace->all = all;
	return NULL;
}

void trace_stop(struct guest *g)
{
	if (!g->trace)
		return;
	if (g->trace->all && g->trace->head - g->trace->tail == TRACE_RECORDS)
		thaw(g);
	hv_pages_free(g->trace, TRACE_PAGES);
	g->trace = NULL;
}
