// SPDX-License-Identifier: GPL-2.0-only
/*
 * processor - instructions that only ring 0 may execute, every I/O port, every
 * `int n`, from both modes; what CPUID and RDTSC show.
 *
 * guest: mem=16M
 * covers: CPU-1 CPU-8 CPU-10 TRAP-1 TRAP-13 TRAP-14 TRAP-17 TRAP-18 TRAP-19
 * covers: CALL-2
 */
#include "acts.h"

static const struct about about[] = {
	{ "privileged", "CPU-1 TRAP-17 TRAP-19" },
	{ "ports", "CPU-1" },
	{ "cpuid", "CPU-8 CPU-10" },
	{ "int-n-kernel", "TRAP-14 TRAP-18" },
	{ "int-n-user", "TRAP-13 TRAP-18 TRAP-1" },
	{ "", "TRAP-13 TRAP-14" },
};

#include "privileged/main.c"
