// SPDX-License-Identifier: GPL-2.0-only
/*
 * end.c - how a guest's run ends: it says so, or it can't go on.
 *
 * Invariant: an end of one guest's run is a few lines on the log, and nothing
 * to any other guest [LIFE-4]. Text of the guest's is printable before it is
 * shown.
 */
#include "format.h"
#include "hypercall.h"
#include "libc.h"
#include "life.h"
#include "machine.h"

/* In a row: QUICK_ENDS, then no more are counted. */
void guest_note_end(struct guest *g)
{
	if (machine_now() - g->boot_ns >= QUICK_NS)
		g->quick_ends = 0;
	else if (g->quick_ends < QUICK_ENDS)
		g->quick_ends++;
}

/* "TRAP-7" */
static const char *clause_name(u32 clause)
{
	static const char *const areas[SILK_AREA_END] = {
#define X(nr, name, text) [nr] = #name,
		SILK_AREAS(X)
#undef X
	};
	static char name[16];
	u32 area = clause >> 16;

	format_text(name, sizeof(name), "%s-%u",
		    area < SILK_AREA_END && areas[area] ? areas[area] : "?",
		    clause & 0xffff);
	return name;
}

static const char *cause_text(u32 cause)
{
	static const char *const causes[SILK_CRASH_COUNT] = {
#define X(nr, name, text) [nr] = text,
		SILK_CRASHES(X)
#undef X
	};

	return causes[cause];
}

/* [LIFE-7] */
static void report(struct guest *g)
{

	log_printf("%s: crashed: %s\n", g->config.name,
		   cause_text(g->crash_cause));
	if (g->crash_cause == SILK_CRASH_GUEST)
		log_printf("  it says: %s\n", g->crash_message);
	else
		log_printf("  clause %s, %08x\n", clause_name(g->crash_clause),
			   g->crash_detail);
	machine_vcpu_dump(g->vcpu[g->crash_vcpu]);
}

static void decide(struct guest *g)
{
	const char *name = g->config.name;

	if (!g->config.restart) {
		log_printf("%s: stays down\n", name);
	} else if (g->quick_ends >= QUICK_ENDS) {
		log_printf("%s: stays down: %d runs in a row ended within a second\n",
			   name, QUICK_ENDS);
	} else {
		log_printf("%s: restarts\n", name);
		guest_wish(g, WISH_BOOT);
	}
}

void guest_crash(struct vcpu *v, u32 cause, u32 clause, u32 detail)
{
	struct guest *g = v->guest;

	if (g->state != GUEST_RUNNING || g->wish)
		return; /* its run has ended already */
	g->state = GUEST_CRASHED;
	g->crash_cause = cause;
	g->crash_clause = clause;
	g->crash_detail = detail;
	g->crash_vcpu = v->number;
	g->crash_untold = true;
	g->stats.crashes++;
	guest_note_end(g);
	guest_halt(g);
	work_cause();
}

/* The registers are whole only when the vCPU has left the processor. */
void guest_tell_crash(struct guest *g)
{
	if (!g->crash_untold)
		return;
	g->crash_untold = false;
	log_begin();
	report(g);
	decide(g);
	log_end();
}

/* ---- shutdown ---- */

static void take_message(struct guest *g, const char *text, u32 length)
{
	u32 i;

	while (length && (text[length - 1] == '\n' || !text[length - 1]))
		length--;
	for (i = 0; i < length; i++)
		g->crash_message[i] = text[i] >= ' ' && text[i] <= '~' ? text[i]
								       : '.';
	g->crash_message[length] = 0;
}

static void end_quietly(struct guest *g, const char *how, enum guest_wish wish)
{
	guest_note_end(g);
	if (g->quick_ends < QUICK_ENDS)
		log_printf("%s: %s%s%s\n", g->config.name, how,
			   g->crash_message[0] ? ": " : "", g->crash_message);
	guest_wish(g, wish);
}

/* [LIFE-1] Does not return to the guest: its vCPUs are halted. */
u32 call_shutdown(struct vcpu *v, u32 reason, u32 message, u32 length)
{
	struct guest *g = v->guest;
	char text[SILK_MESSAGE_MAX];

	if (reason > SILK_SHUTDOWN_CRASH)
		return refuse(v, SILK_R_SHUTDOWN_REASON, reason, 0);
	if (length > SILK_MESSAGE_MAX)
		return refuse(v, SILK_R_SHUTDOWN_LENGTH, length, 0);
	if (length && copy_from_guest(text, message, length))
		return refuse(v, SILK_R_SHUTDOWN_MESSAGE, message, 0);
	take_message(g, text, length);
	if (reason == SILK_SHUTDOWN_CRASH)
		guest_crash(v, SILK_CRASH_GUEST, SILK_CLAUSE(SILK_AREA_LIFE, 1), 0);
	else if (reason == SILK_SHUTDOWN_REBOOT)
		end_quietly(g, "reboots", WISH_BOOT);
	else
		end_quietly(g, "powers off", WISH_OFF);
	return 0;
}
