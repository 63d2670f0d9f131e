/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * suite.h - what the stub guests of the conformance suite share.
 *
 * A stub guest is a directory with one main.c that has hostile_main(); its acts
 * are those of tests/hostile/lib (attempt(), enter(), run_user()), and this is
 * what it says, one line a test, which ./silk conformance makes TAP of:
 *
 *   SUCCESS [CLAUSE CLAUSE] NAME (PROBES probes)
 *   FAILURE [CLAUSE CLAUSE] NAME - PROBE: expected X, seen Y (N of M probes)
 *   SKIP [CLAUSE CLAUSE] NAME - WHY
 *   ERROR [CLAUSE CLAUSE] NAME - WHY          the test itself went wrong
 *   suite: END
 *
 * Invariant: nothing here or in the tests knows more of a hypervisor than spec/
 * and abi/silk.h say.
 */
#ifndef SUITE_H
#define SUITE_H

#include "call.h"
#include "hostile.h"

/* ---- reports (report.c): begin a test, then expect(), then end() ---- */

void test(const char *clauses, const char *fmt, ...) PRINTF(2, 3);
void skip(const char *fmt, ...) PRINTF(1, 2);  /* instead of end() */
void error(const char *fmt, ...) PRINTF(1, 2); /* instead of end() */
/* For what is not a number; ok false makes it a failed probe. */
void expect_that(bool ok, const char *fmt, ...) PRINTF(2, 3);
/* Keep lines until it is called with false: while the console is full. */
void report_hold(bool hold);
/* Has a probe of this test failed? */
bool failing(void);
/* A test of one probe. */
void test_one(const char *clauses, const char *name, uint32_t expected,
	      uint32_t seen);

/* ---- the scene (scene.c): frames in every state, pages of every kind ---- */

#define BOOT        SILK_I386_BOOT_DIRECTORY
#define HOLE        0xe0000000u /* not mapped; guest kernel's range */
#define EDGE        0xe0400000u /* a writable page, and none behind it */
#define EDGE_END    0xe0401000u
#define RO_PAGE     0xe0402000u     /* a page that is read-only */
#define ABSENT_GPA  0xffc00000u     /* guest chunk 1023 */
#define LINKED_AT   (BOOT + 39 * 4) /* where `linked` is linked */
#define ERRNO(name) ((uint32_t)-SILK_##name)

struct scene {
	uint32_t linked;   /* a page table, LINKED at LINKED_AT, empty */
	uint32_t unlinked; /* a page table, empty */
	uint32_t parent;   /* a directory with `child` at its entry 4 */
	uint32_t child;
	uint32_t childless; /* a directory */
	uint32_t free;      /* FREE, even number, and the next one FREE */
	uint32_t foreign;   /* machine address that isn't ours */
};
extern struct scene scene;
void scene_set(void);
uint32_t error_of(int32_t result);               /* 0 or -error as uint32_t */
uint32_t set_entry(uint32_t at, uint32_t value); /* by pt_batch */
uint32_t link_to(uint32_t gpa);                  /* an entry that links it */
static inline uint32_t entry_at(uint32_t gpa)
{
	return *(volatile uint32_t *)gpa_to_va(gpa);
}

/* F FREE, U UNLINKED, L LINKED, D DIRECTORY, T TWIN: found out by calls; an
 * UNLINKED frame is empty afterwards. */
char frame_state(uint32_t gpa);
/* The directory that frame_state() loads again; whoever calls pt_switch says
 * so here. */
extern uint32_t loaded;

/* ---- what a refused call may not change (state.c) ---- */

struct state {
	uint32_t window, vcpu, queue, ring, tables, memory, segments;
	char frames[8];
};
void state_take(struct state *s);
void state_compare(const struct state *before); /* expect()s */

/* Memory for arguments: it is part of the state. */
extern uint32_t arena[2048];

/* ---- refusals (refuse.c) ---- */

struct refusal {
	enum silk_refusal row, also; /* also: a later row that holds too */
	uint32_t call, a, b, c;
	uint32_t done;
	uint32_t values;       /* how many of value[] would do */
	uint32_t value[3];     /* diag.value */
	const char *note;      /* which way, if there are several */
	void (*prepare)(void); /* right before the call; it is made again if too late */
};

#define R(id, callname, ra, rb, rc, ...) \
	{ \
		.row = SILK_R_##id, .call = SILK_CALL_##callname, \
		.a = (uint32_t)(ra), .b = (uint32_t)(rb), .c = (uint32_t)(rc), \
		.values = sizeof((uint32_t[]){ __VA_ARGS__ }) / 4, \
		.value = { __VA_ARGS__ } \
	}
/* Two conditions hold: id is the one that counts [CALL-7]. */
#define PAIR(id, second, callname, ra, rb, rc, ...) \
	{ \
		.row = SILK_R_##id, .also = SILK_R_##second, \
		.call = SILK_CALL_##callname, \
		.a = (uint32_t)(ra), .b = (uint32_t)(rb), .c = (uint32_t)(rc), \
		.values = sizeof((uint32_t[]){ __VA_ARGS__ }) / 4, \
		.value = { __VA_ARGS__ } \
	}

/* Makes the call: one test, reported. */
void refuse(const struct refusal *r);
void refuse_all(const struct refusal *r, uint32_t count);
/* The probes of a refusal whose call somebody else has made. */
void refuse_check(const struct refusal *r, uint32_t call, uint32_t done);
void refuse_title(const struct refusal *r);
void refuse_summary(void); /* for finish() */
uint32_t row_error(enum silk_refusal row);

#endif
