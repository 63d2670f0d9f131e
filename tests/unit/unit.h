/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * unit.h - what each unit test's program needs around its tests.
 *
 *	static void tests(TCase *c)
 *	{
 *		tcase_add_test(c, name);
 *	}
 *	UNIT_MAIN("suite", tests)
 */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <check.h>
#include <stdlib.h>

#define UNIT_TIMEOUT 120 /* seconds for one test: machines are slow */

static inline int unit_run(const char *name, void (*add)(TCase *))
{
	Suite *s = suite_create(name);
	TCase *c = tcase_create(name);
	SRunner *r = srunner_create(s);
	int failed;

	suite_add_tcase(s, c);
	tcase_set_timeout(c, UNIT_TIMEOUT);
	add(c);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define UNIT_MAIN(name, add) \
	int main(void) \
	{ \
		return unit_run(name, add); \
	}

#endif
