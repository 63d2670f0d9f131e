// SPDX-License-Identifier: GPL-2.0-only
/* echo.c - says what it is told. */
#include "mini.h"

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		print("%s%s", argv[i], i + 1 < argc ? " " : "");
	print("\n");
	return 0;
}
