// SPDX-License-Identifier: GPL-2.0-only
/* upgrade.c - upgrade FILE: boots the guest again, with another kernel. */
#include "mini.h"

int main(int argc, char **argv)
{
	int error;

	if (argc != 2) {
		print_error("upgrade FILE: a kernel, say one of /boot\n");
		return 2;
	}
	error = upgrade(argv[1]);
	if (error) {
		print_error("upgrade: %s: %s\n", argv[1], error_text(error));
		return 1;
	}
	print("upgrade: %s is taken; booting it\n", argv[1]);
	return shutdown(1);
}
