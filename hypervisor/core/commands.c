// SPDX-License-Identifier: GPL-2.0-only
/*
 * commands.c - what the operator can say at the prompt.
 *
 * Invariant: an answer is at least one line, unless the command did what was
 * asked and there is nothing to tell; a command that could not be carried out
 * says why in one line that begins with "error: ", and has done nothing.
 */
#include "audit.h"
#include "chunk.h"
#include "config.h"
#include "console.h"
#include "control.h"
#include "format.h"
#include "libc.h"
#include "life.h"
#include "machine.h"
#include "sched.h"
#include "trace.h"

#define NS_MS 1000000u

struct command {
	const char *name;
	const char *arguments;
	const char *help;
	u32 words; /* arguments wanted; ~0: the rest of the line */
	const char *(*run)(char *argument[]);
};

#define REST (~0u)

/* ---- help for all of them ---- */

/* Cut off the next word of *text; "" at the end. */
static char *cut_word(char **text)
{
	char *word, *p = *text;

	while (*p == ' ')
		p++;
	word = p;
	while (*p && *p != ' ')
		p++;
	if (*p)
		*p++ = 0;
	*text = p;
	return word;
}

static const char *no_guest(const char *name)
{
	return complaint("there is no guest '%.40s'", name);
}

/* For "%llu.%03u": whole seconds, and in *ms the rest. */
static u64 seconds(u64 ns, u32 *ms)
{
	return div64_32(div64_32(ns, NS_MS, NULL), 1000, ms);
}

static u64 cpu_time(const struct guest *g)
{
	u64 ns = 0;
	u32 i;

	for (i = 0; i < g->vcpus; i++)
		ns += g->vcpu[i]->sched.ran_ns;
	return ns;
}

/* ---- list ---- */

static u64 listed[GUESTS_MAX]; /* CPU time at the last list */

/* In percent, of 64-bit numbers. */
static u32 percent(u64 part, u64 whole)
{
	for (; whole > ~0u; whole >>= 1)
		part >>= 1;
	return whole ? (u32)div64_32(part * 100 + whole / 2, (u32)whole, NULL)
		     : 0;
}

static void list_guest(const struct guest *g, u32 share)
{
	char console[12] = "-";
	u32 ms;
	u64 s = seconds(cpu_time(g), &ms);

	if (g->config.console_port != CONSOLE_NONE)
		format_text(console, sizeof(console), "%u",
			    g->config.console_port);
	say("%-16s %-8s %4uM %6u %7llu.%03us %4u%% %5llu %7llu %7s\n",
	    g->config.name, guest_state_name(g),
	    (g->chunks.owned ? g->chunks.owned : g->config.chunks) * 4,
	    g->config.weight, s, ms, share, g->stats.boots, g->stats.crashes,
	    console);
}

/* SHARE is of the time that guests ran since the last list. */
static const char *do_list(char *argument[])
{
	u64 ran[GUESTS_MAX], all = 0;
	u32 i, guests_listed = 0;

	(void)argument;
	for (i = 0; i < GUESTS_MAX; i++) {
		u64 now = cpu_time(&guests[i]);

		ran[i] = now >= listed[i] ? now - listed[i] : now;
		listed[i] = now;
		all += ran[i];
	}
	for (i = 0; i < GUESTS_MAX; i++) {
		if (guests[i].state == GUEST_NONE)
			continue;
		if (!guests_listed++)
			say("%-16s %-8s %5s %6s %12s %5s %5s %7s %7s\n", "NAME",
			    "STATE", "MEM", "WEIGHT", "CPU", "SHARE", "BOOTS",
			    "CRASHES", "CONSOLE");
		list_guest(&guests[i], percent(ran[i], all));
	}
	if (!guests_listed)
		say("no guests\n");
	return NULL;
}

/* ---- stats ---- */

static void say_time(const char *what, u64 ns)
{
	u32 ms;
	u64 s = seconds(ns, &ms);

	say("  %-16s %llu.%03u s\n", what, s, ms);
}

static void say_count(const char *what, u64 n)
{
	if (n)
		say("  %-16s %llu\n", what, n);
}

static const char *do_stats(char *argument[])
{
	static const char *const calls[SILK_NR_CALLS] = {
#define X(nr, name, group, nargs, a1, a2, a3, text) [nr] = #name,
		SILK_HYPERCALLS(X)
#undef X
	};
	const struct guest *g = guest_find(argument[0]);
	u32 i;

	if (!g)
		return no_guest(argument[0]);
	say("%s: %s\n", g->config.name, guest_state_name(g));
	say_time("CPU", cpu_time(g));
	say_time("stolen", g->vcpu[0]->page->stolen_ns);
	say_count("boots", g->stats.boots);
	say_count("crashes", g->stats.crashes);
	say_count("bounces", g->stats.bounces);
	say_count("upcalls", g->stats.upcalls);
	say_count("refusals", g->stats.refusals);
	say_count("KB of kernel", (u64)(g->image.bytes + g->coming.bytes) >> 10);
	for (i = 0; i < SILK_NR_CALLS; i++)
		say_count(calls[i], g->stats.calls[i]);
	return NULL;
}

/* ---- one guest ---- */

static const char *with_guest(const char *name,
			      const char *(*act)(struct guest *g))
{
	struct guest *g = guest_find(name);

	return g ? act(g) : no_guest(name);
}

static const char *destroy(struct guest *g)
{
	guest_destroy(g);
	return NULL;
}

static const char *attach(struct guest *g)
{
	say("attached to %s: Ctrl-] comes back\n", g->config.name);
	console_attach(g);
	return NULL;
}

static const char *do_start(char *argument[])
{
	return with_guest(argument[0], guest_start);
}

static const char *do_destroy(char *argument[])
{
	return with_guest(argument[0], destroy);
}

static const char *do_reboot(char *argument[])
{
	return with_guest(argument[0], guest_reboot);
}

static const char *do_pause(char *argument[])
{
	return with_guest(argument[0], guest_pause);
}

static const char *do_unpause(char *argument[])
{
	return with_guest(argument[0], guest_unpause);
}

static const char *do_shutdown(char *argument[])
{
	return with_guest(argument[0], guest_ask_shutdown);
}

static const char *do_attach(char *argument[])
{
	return with_guest(argument[0], attach);
}

static const char *do_detach(char *argument[])
{
	(void)argument;
	return "not attached; when attached, Ctrl-] comes back";
}

static const char *do_weight(char *argument[])
{
	struct guest *g = guest_find(argument[0]);
	u32 weight;

	if (!g)
		return no_guest(argument[0]);
	if (!config_number(argument[1], CONFIG_WEIGHT_MAX, &weight) || !weight)
		return complaint("'%.40s' is not a weight from 1 to %d",
				 argument[1], CONFIG_WEIGHT_MAX);
	guest_set_weight(g, weight);
	return NULL;
}

static const char *do_trace(char *argument[])
{
	struct guest *g = guest_find(argument[0]);
	const char *what = argument[1];

	if (!g)
		return no_guest(argument[0]);
	if (!strcmp(what, "on") || !strcmp(what, "all"))
		return trace_start(g, what[0] == 'a');
	if (!strcmp(what, "off")) {
		trace_stop(g);
		return NULL;
	}
	if (strcmp(what, "show"))
		return complaint("'%.40s' is not on, all, show or off", what);
	if (!g->trace)
		return complaint("%s is not traced", g->config.name);
	trace_show(g);
	return NULL;
}

static const char *do_create(char *argument[])
{
	static struct guest_config config; /* large; guarded by the prompt */
	struct guest *made;
	const char *wrong = config_parse(&config, argument[0], CONFIG_NONE);

	return wrong ? wrong : guest_create(&config, &made);
}

/* ---- the machine ---- */

static const char *do_mem(char *argument[])
{
	u32 count[CHUNK_ORPHAN + 1] = { 0 }, i, available;

	(void)argument;
	for (i = 0; i < CHUNKS; i++)
		count[chunk_owner(i)]++;
	available = count[CHUNK_CLEAN] + count[CHUNK_DIRTY];
	say("%u MB in chunks: %u MB free, %u MB guests', %u MB kept\n",
	    (CHUNKS - count[CHUNK_NOT_OURS]) * 4, available * 4,
	    count[CHUNK_OWNED] * 4,
	    (count[CHUNK_HELD] + count[CHUNK_ORPHAN]) * 4);
	return NULL;
}

static const char *do_audit(char *argument[])
{
	char why[COMPLAINT];
	u32 i;

	(void)argument;
	for (i = 0; i < GUESTS_MAX; i++) {
		struct guest *g = &guests[i];

		if (g->state == GUEST_NONE)
			continue;
		machine_attach(g);
		if (audit_guest(g, why, sizeof(why)))
			return complaint("%s: %s", g->config.name, why);
		say("%s: ok\n", g->config.name);
	}
	if (audit_machine(why, sizeof(why)))
		return complaint("machine: %s", why);
	say("machine: ok\n");
	return NULL;
}

static const char *do_info(char *argument[])
{
	u32 i, ms;
	u64 s = seconds(machine_now(), &ms);

	(void)argument;
	say("SILK %d.%d, up %llu.%03u s\n", SILK_ABI_MAJOR, SILK_ABI_MINOR, s,
	    ms);
	for (i = 0; i < machine_modules(); i++)
		say("module %u: %u KB, %.200s\n", i,
		    machine_module(i)->bytes >> 10, machine_module(i)->text);
	return NULL;
}

static const char *do_quit(char *argument[])
{
	(void)argument;
	say("the machine is off\n");
	machine_poweroff();
}

static const char *do_help(char *argument[]);

static const struct command commands[] = {
	{ "help", "[COMMAND]", "this list, or one of it", REST, do_help },
	{ "list", "", "all guests", 0, do_list },
	{ "stats", "NAME", "a guest's times, events and calls", 1, do_stats },
	{ "attach", "NAME", "use a guest's console until Ctrl-]", 1, do_attach },
	{ "detach", "", "(Ctrl-] does it)", 0, do_detach },
	{ "create", "FILE name=NAME [mem=32M] [OPTION...] [-- COMMAND LINE]",
	  "make and boot a guest from a module", REST, do_create },
	{ "start", "NAME", "boot a guest that is off or has crashed", 1,
	  do_start },
	{ "shutdown", "NAME", "ask a guest to shut down", 1, do_shutdown },
	{ "reboot", "NAME", "boot a guest anew, without asking it", 1,
	  do_reboot },
	{ "destroy", "NAME", "end a guest and forget it", 1, do_destroy },
	{ "pause", "NAME", "let a guest stand still", 1, do_pause },
	{ "unpause", "NAME", "let it go on", 1, do_unpause },
	{ "weight", "NAME 1..1000", "set a guest's share of the CPU", 2,
	  do_weight },
	{ "trace", "NAME on|all|show|off",
	  "a guest's calls and traps; all: it waits to be read", 2, do_trace },
	{ "mem", "", "who has the machine's memory", 0, do_mem },
	{ "audit", "", "check every rule of every guest's tables", 0, do_audit },
	{ "info", "", "version, time, modules", 0, do_info },
	{ "quit", "", "power the machine off", 0, do_quit },
};

static const struct command *find(const char *name)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	}
	return NULL;
}

static const char *unknown(const char *name)
{
	return complaint("there is no command '%.40s': try help", name);
}

static const char *do_help(char *argument[])
{
	const struct command *c;
	char *name = cut_word(&argument[0]);
	u32 i;

	if (*name) {
		c = find(name);
		if (!c)
			return unknown(name);
		say("%s%s%s: %s\n", c->name, *c->arguments ? " " : "",
		    c->arguments, c->help);
		return NULL;
	}
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		say("%-9s %-13s %s\n", commands[i].name,
		    commands[i].words == REST ? "..." : commands[i].arguments,
		    commands[i].help);
	return NULL;
}

static const char *usage(const struct command *c)
{
	return complaint("usage: %s%s%s", c->name, *c->arguments ? " " : "",
			 c->arguments);
}

static const char *run(const struct command *c, char *rest)
{
	char *argument[2] = { rest };
	u32 i;

	if (c->words != REST) {
		for (i = 0; i < c->words; i++) {
			argument[i] = cut_word(&rest);
			if (!*argument[i])
				return usage(c);
		}
		if (*cut_word(&rest))
			return usage(c);
	}
	return c->run(argument);
}

void command_run(char *line)
{
	char *name = cut_word(&line);
	const struct command *c = find(name);
	const char *wrong = NULL;

	if (*name)
		wrong = c ? run(c, line) : unknown(name);
	if (wrong)
		say("error: %s\n", wrong);
}
