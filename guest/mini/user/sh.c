// SPDX-License-Identifier: GPL-2.0-only
/*
 * sh.c - the shell: commands with arguments, "|" between them, "&" behind them.
 *
 * The programs of a command line are a group (its number is the first one's), so
 * that Ctrl-C ends all of them and nothing else.
 */
#include "mini.h"

#define LINE	256
#define WORDS	32

static char prompt[48];

static void show_status(int status)
{
	if (status == STATUS_KILLED + KILLED_INTERRUPT)
		return;
	if (status >= STATUS_KILLED)
		print("[killed]\n");
	else if (status != 0)
		print("[exit %d]\n", status);
}

/* Background commands that have ended meanwhile. */
static void show_ended(void)
{
	int status, pid;

	while ((pid = wait(-1, &status, WAIT_NOHANG)) > 0) {
		print("[%d] done\n", pid);
		show_status(status);
	}
}

static NORETURN void run(char **words)
{
	char path[MINI_PATH];
	int error;

	if (words[0][0] == '/')
		format(path, sizeof(path), "%s", words[0]);
	else
		format(path, sizeof(path), "/bin/%s", words[0]);
	error = exec(path, words);
	if (error == -ENOENT)
		print_error("%s: no such command (try help)\n", words[0]);
	else
		print_error("%s: %s\n", words[0], error_text(error));
	exit(127);
}

static int split(char *line, char **words)
{
	int n = 0;

	while (n < WORDS - 1) {
		while (*line == ' ' || *line == '\t')
			*line++ = '\0';
		if (!*line)
			break;
		words[n++] = line;
		while (*line && *line != ' ' && *line != '\t')
			line++;
	}
	words[n] = NULL;
	return n;
}

static void move(int fd, int to)
{
	if (fd == to)
		return;
	dup(fd, to);
	close(fd);
}

/* Starts the commands between the bars; returns the last one's number. */
static int start_pipeline(char **words, int n, int *group)
{
	int in = 0, pid = 0, first = 0;

	*group = 0;
	while (first < n) {
		int end = first, fd[2] = { 0, 1 };

		while (end < n && strcmp(words[end], "|"))
			end++;
		words[end] = NULL;
		if (end < n && pipe(fd) < 0)
			print_error("sh: no pipe\n");
		pid = first == end ? -EINVAL : fork();
		if (pid == 0) {
			setgroup(*group);
			move(in, 0);
			if (end < n) {
				close(fd[0]);
				move(fd[1], 1);
			}
			run(words + first);
		}
		if (*group == 0 && pid > 0)
			*group = pid;
		if (in > 2)
			close(in);
		if (end < n)
			close(fd[1]);
		in = fd[0];
		first = end + 1;
	}
	return pid;
}

static void run_line(char **words, int n)
{
	bool background = !strcmp(words[n - 1], "&");
	int pid, ended, status, group;

	if (background)
		words[--n] = NULL;
	if (n == 0)
		return;
	pid = start_pipeline(words, n, &group);
	if (pid < 0) {
		print_error("sh: %s\n", error_text(pid));
		return;
	}
	if (background) {
		print("[%d]\n", pid);
		return;
	}
	foreground(group);
	while ((ended = wait(-1, &status, 0)) != pid && ended > 0)
		continue;
	foreground(0);
	show_status(status);
}

static void help(void)
{
	struct mini_dirent entry;
	int fd = open("/bin");

	print("built in: cd DIR, exit, help; programs:");
	while (fd >= 0 && readdir(fd, &entry) > 0)
		if (entry.name[0] != '.')
			print(" %s", entry.name);
	print("\nCOMMAND & runs it in the background, A | B joins two.\n");
	close(fd);
}

static bool built_in(char **words)
{
	int error;

	if (!strcmp(words[0], "exit"))
		exit((int)number(words[1], 0));
	if (!strcmp(words[0], "help")) {
		help();
		return true;
	}
	if (strcmp(words[0], "cd"))
		return false;
	error = chdir(words[1] ? words[1] : "/");
	if (error)
		print_error("cd: %s\n", error_text(error));
	return true;
}

int main(void)
{
	static struct mini_system sys;
	char line[LINE], *words[WORDS];
	int n;

	sysinfo(&sys);
	format(prompt, sizeof(prompt), "%s$ ", sys.guest);
	for (;;) {
		show_ended();
		write(1, prompt, strlen(prompt));
		n = read(0, line, sizeof(line) - 1);
		if (n <= 0) {
			print("\n");
			return 0;
		}
		if (line[n - 1] == '\n')
			n--;
		line[n] = '\0';
		n = split(line, words);
		if (n > 0 && !built_in(words))
			run_line(words, n);
	}
}
