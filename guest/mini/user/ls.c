// SPDX-License-Identifier: GPL-2.0-only
/* ls.c - lists directories, with sizes. */
#include "mini.h"

static void show(const char *path, const char *name)
{
	struct mini_stat st;

	if (stat(path, &st) == 0)
		print("%8u %s%s\n", st.size, name, st.type == MINI_DIRECTORY ? "/" : "");
}

static int list(const char *path)
{
	char full[2 * MINI_PATH];
	struct mini_dirent entry;
	struct mini_stat st;
	int error = stat(path, &st), fd;

	if (error == 0 && st.type != MINI_DIRECTORY) {
		show(path, path);
		return 0;
	}
	fd = error ? error : open(path);
	if (fd < 0)
		return fd;
	while ((error = readdir(fd, &entry)) > 0) {
		if (entry.name[0] == '.')
			continue;
		format(full, sizeof(full), "%s/%s", path, entry.name);
		show(full, entry.name);
	}
	close(fd);
	return error;
}

int main(int argc, char **argv)
{
	int status = 0;

	for (int i = 1; i < argc || i == 1; i++) {
		const char *path = i < argc ? argv[i] : ".";
		int error = list(path);

		if (error) {
			print_error("ls: %s: %s\n", path, error_text(error));
			status = 1;
		}
	}
	return status;
}
