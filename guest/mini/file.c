// SPDX-License-Identifier: GPL-2.0-only
/*
 * file.c - open files and file descriptors.
 *
 * Invariant: refs is the number of descriptors, of all processes, that name the
 * file; one with refs 0 is free.
 */
#include "file.h"
#include "ext2.h"
#include "process.h"
#include "user.h"

#define FILES 1024u /* open at one time */

struct file {
	uint32_t refs;
	enum { CONSOLE,
	       DISK,
	       PIPE_READ,
	       PIPE_WRITE } type;
	uint32_t offset;
	struct inode *inode;
	struct pipe *pipe;
};

static struct file files[FILES];

static struct file *new_file(int type)
{
	for (struct file *f = files; f < files + FILES; f++)
		if (f->refs == 0) {
			*f = (struct file){ .refs = 1, .type = type };
			return f;
		}
	return NULL;
}

static void put_file(struct file *f)
{
	if (--f->refs > 0)
		return;
	if (f->type == DISK)
		inode_put(f->inode);
	if (f->type == PIPE_READ || f->type == PIPE_WRITE)
		pipe_close(f->pipe, f->type == PIPE_WRITE);
}

static struct file *get_file(int fd)
{
	return fd >= 0 && fd < MINI_FILES ? current->files[fd] : NULL;
}

static int new_fd(struct file *f)
{
	for (int fd = 0; fd < MINI_FILES; fd++)
		if (!current->files[fd]) {
			current->files[fd] = f;
			return fd;
		}
	put_file(f);
	return -EMFILE;
}

void files_init(struct process *p)
{
	struct file *f = new_file(CONSOLE);

	f->refs = 3;
	p->files[0] = p->files[1] = p->files[2] = f;
}

void files_copy(struct process *to, const struct process *from)
{
	for (int fd = 0; fd < MINI_FILES; fd++) {
		to->files[fd] = from->files[fd];
		if (to->files[fd])
			to->files[fd]->refs++;
	}
	to->cwd = from->cwd;
	if (to->cwd)
		inode_ref(to->cwd);
}

void files_close(struct process *p)
{
	for (int fd = 0; fd < MINI_FILES; fd++) {
		if (p->files[fd])
			put_file(p->files[fd]);
		p->files[fd] = NULL;
	}
	if (p->cwd)
		inode_put(p->cwd);
	p->cwd = NULL;
}

int file_open(const char *path)
{
	struct inode *inode;
	struct file *f;
	int error = inode_open(current->cwd, path, &inode);

	if (error)
		return error;
	f = new_file(DISK);
	if (!f) {
		inode_put(inode);
		return -EMFILE;
	}
	f->inode = inode;
	return new_fd(f);
}

int file_close(int fd)
{
	struct file *f = get_file(fd);

	if (!f)
		return -EBADF;
	current->files[fd] = NULL;
	put_file(f);
	return 0;
}

static int disk_read(struct file *f, void *user, uint32_t n)
{
	int done;

	if (f->inode->type == MINI_DIRECTORY)
		return -EISDIR;
	done = inode_read(f->inode, f->offset, user, n, true);
	if (done > 0)
		f->offset += (uint32_t)done;
	return done;
}

int file_read(int fd, void *user, uint32_t n)
{
	struct file *f = get_file(fd);

	if (!f)
		return -EBADF;
	if (n > INT32_MAX)
		return -EINVAL;
	switch (f->type) {
	case CONSOLE:
		return console_user_read(user, n);
	case DISK:
		return disk_read(f, user, n);
	case PIPE_READ:
		return pipe_read(f->pipe, user, n);
	default:
		return -EBADF;
	}
}

int file_write(int fd, const void *user, uint32_t n)
{
	struct file *f = get_file(fd);

	if (!f)
		return -EBADF;
	if (n > INT32_MAX)
		return -EINVAL;
	switch (f->type) {
	case CONSOLE:
		return console_user_write(user, n);
	case DISK:
		return -EROFS;
	case PIPE_WRITE:
		return pipe_write(f->pipe, user, n);
	default:
		return -EBADF;
	}
}

int file_seek(int fd, uint32_t offset)
{
	struct file *f = get_file(fd);

	if (!f || f->type != DISK)
		return -EBADF;
	f->offset = offset;
	return 0;
}

int file_readdir(int fd, struct mini_dirent *user)
{
	struct file *f = get_file(fd);
	struct mini_dirent entry;
	int more;

	if (!f || f->type != DISK)
		return -EBADF;
	memset(&entry, 0, sizeof(entry));
	more = inode_readdir(f->inode, &f->offset, &entry);
	if (more > 0 && copy_out(user, &entry, sizeof(entry)))
		return -EFAULT;
	return more;
}

int file_dup(int fd, int to)
{
	struct file *f = get_file(fd);

	if (!f || to < 0 || to >= MINI_FILES)
		return -EBADF;
	f->refs++;
	if (current->files[to])
		put_file(current->files[to]);
	current->files[to] = f;
	return to;
}

int file_pipe(int *user)
{
	struct file *f[2];
	int fd[2] = { -1, -1 };
	struct pipe *pipe = pipe_create();

	if (!pipe)
		return -ENOMEM;
	for (int i = 0; i < 2; i++) {
		f[i] = new_file(i == 0 ? PIPE_READ : PIPE_WRITE);
		if (!f[i])
			pipe_close(pipe, i == 1);
		else
			f[i]->pipe = pipe;
		fd[i] = f[i] ? new_fd(f[i]) : -EMFILE;
	}
	if (fd[0] >= 0 && fd[1] >= 0 && copy_out(user, fd, sizeof(fd)) == 0)
		return 0;
	for (int i = 0; i < 2; i++)
		if (fd[i] >= 0)
			file_close(fd[i]);
	return fd[0] < 0 || fd[1] < 0 ? -EMFILE : -EFAULT;
}
