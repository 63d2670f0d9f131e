// SPDX-License-Identifier: GPL-2.0-only
/*
 * sh.c - the shell: commands with arguments, "|" between them, "&" behind them.
 *
 * The programs of a command line are a group (its number is the first one's), so
 * that Ctrl-C ends all of them and nothing else.
 */
#include "mini.h"

#define LINE  256
#define WORDS 32

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

/* The programs of one command line. */
struct pipeline {
	int count, pid[WORDS];
};

static NORETURN void run_part(char **words, int group, int in, int out, int unused)
{
	setgroup(group);
	if (unused > 2)
		close(unused);
	move(in, 0);
	move(out, 1);
	run(words);
}

/* Starts the commands between the bars. After an error the ones before it run. */
static int start(struct pipeline *p, char **words, int n)
{
	int in = 0, first = 0;

	p->count = 0;
	while (first < n) {
		int end = first, fd[2] = { 0, 1 }, pid;

		while (end < n && strcmp(words[end], "|"))
			end++;
		words[end] = NULL;
		pid = first == end || end == n - 1 ? -EINVAL : 0;
		if (pid == 0 && end < n)
			pid = pipe(fd);
		if (pid == 0)
			pid = fork();
		if (pid == 0)
			run_part(words + first, p->count ? p->pid[0] : 0, in, fd[1], fd[0]);
		if (in > 2)
			close(in);
		if (fd[1] > 2)
			close(fd[1]);
		in = fd[0];
		if (pid < 0)
			break;
		p->pid[p->count++] = pid;
		first = end + 1;
	}
	if (first < n && in > 2)
		close(in);
	return first < n ? -EINVAL : 0;
}

/* Waits for all of it; what else ends meanwhile is told later. */
static int finish(struct pipeline *p)
{
	int status = 0;

	foreground(p->pid[0]);
	for (int i = 0; i < p->count; i++)
		wait(p->pid[i], &status, 0);
	foreground(0);
	return status;
}

static void run_line(char **words, int n)
{
	bool background = !strcmp(words[n - 1], "&");
	struct pipeline p;

	if (background)
		words[--n] = NULL;
	if (n == 0)
		return;
	if (start(&p, words, n) < 0)
		print_error("sh: can't start all of it\n");
	if (p.count == 0)
		return;
	if (background)
		print("[%d]\n", p.pid[p.count - 1]);
	else
		show_status(finish(&p));
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
