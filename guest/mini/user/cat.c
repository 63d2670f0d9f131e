// SPDX-License-Identifier: GPL-2.0-only
/* cat.c - the contents of files, or of its input, on its output. */
#include "mini.h"

static char text[4096];

static int copy(int fd)
{
	int n, wrote;

	while ((n = read(fd, text, sizeof(text))) > 0) {
		wrote = write(1, text, (unsigned int)n);
		if (wrote != n)
			return wrote < 0 ? wrote : -EIO;
	}
	return n;
}

int main(int argc, char **argv)
{
	int status = 0;

	if (argc == 1)
		return copy(0) < 0;
	for (int i = 1; i < argc; i++) {
		int fd = open(argv[i]), error = fd < 0 ? fd : copy(fd);

		if (error < 0) {
			print_error("cat: %s: %s\n", argv[i], error_text(error));
			status = 1;
		}
		if (fd >= 0)
			close(fd);
	}
	return status;
}
