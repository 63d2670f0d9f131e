/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * acts.h - a hostile guest of tests/hostile as a test of the suite: what it looks
 * into is what the clauses say, so it is included as it is, and reports here.
 *
 * Before it comes a table of what its parts are about, by the beginnings of their
 * names; the last line has the empty name:
 *
 *   static const struct about about[] = { { "ports", "CPU-1" }, { "", "CALL-2" } };
 */
#ifndef ACTS_H
#define ACTS_H

#include "hostile.h"

/* suite.h has more, and names that hostile guests use otherwise. */
void test(const char *clauses, const char *fmt, ...) PRINTF(2, 3);
void test_one(const char *clauses, const char *name, uint32_t expected, uint32_t seen);

struct about {
	const char *name, *clauses;
};

static const char *clauses_of(const struct about *a, const char *name)
{
	while (*a->name && strncmp(a->name, name, strlen(a->name)))
		a++;
	return a->clauses;
}

#define begin(name) test(clauses_of(about, name), "%s", name)
#define check(name, expected, seen) \
	test_one(clauses_of(about, name), name, (uint32_t)(expected), (uint32_t)(seen))

#endif
