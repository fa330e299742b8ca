/* Fails the k-th call that writes below a folder, whoever makes it: Python, SQLite, faiss or tantivy.

   cc -shared -fPIC -O1 -o faulty.so faulty.c -ldl; LD_PRELOAD=./faulty.so program
   In the program: faulty_arm(folder, k, errno, half) and faulty_calls(). With half, a write is done by half before
   the next one fails; an errno of -9 kills the process at that call instead; k = 0 only counts. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char folder[4096];
static long at = -1, calls = 0;
static int error = 0, half = 0;

void faulty_arm(const char *where, long k, int code, int by_half) {
  strncpy(folder, where, sizeof folder - 1);
  at = k, error = code, half = by_half, calls = 0;
}
void faulty_disarm(void) { at = -1; }
long faulty_calls(void) { return calls; }

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))
static int below(const char *path) { return at >= 0 && path && strncmp(path, folder, strlen(folder)) == 0; }
static int ours(int fd) {
  char link[64], path[4096];
  if (at < 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n < 0) return 0;
  path[n] = 0;
  return below(path);
}
static int due(void) {
  if (++calls != at) return 0;
  if (error == -9) kill(getpid(), SIGKILL);
  errno = error;
  return 1;
}
#define FD(name, fd, ...) do { if (ours(fd) && due()) return -1; return REAL(name)(fd, ##__VA_ARGS__); } while (0)
#define PATH(name, path, ...) do { if (below(path) && due()) return -1; return REAL(name)(path, ##__VA_ARGS__); } while (0)

ssize_t write(int fd, const void *data, size_t n) {
  if (ours(fd) && due()) {
    if (!half) return -1;
    at = calls + 1;
    return REAL(write)(fd, data, n > 1 ? n / 2 : n);
  }
  return REAL(write)(fd, data, n);
}
ssize_t pwrite64(int fd, const void *data, size_t n, off64_t place) {
  if (ours(fd) && due()) {
    if (!half) return -1;
    at = calls + 1;
    return REAL(pwrite64)(fd, data, n > 1 ? n / 2 : n, place);
  }
  return REAL(pwrite64)(fd, data, n, place);
}
ssize_t writev(int fd, const struct iovec *parts, int n) { FD(writev, fd, parts, n); }
size_t fwrite(const void *data, size_t size, size_t n, FILE *file) {
  if (at >= 0 && ours(fileno(file)) && due()) return 0;
  return REAL(fwrite)(data, size, n, file);
}
int fsync(int fd) { FD(fsync, fd); }
int fdatasync(int fd) { FD(fdatasync, fd); }
int ftruncate64(int fd, off64_t n) { FD(ftruncate64, fd, n); }
int mkdir(const char *path, mode_t mode) { PATH(mkdir, path, mode); }
int rename(const char *path, const char *other) { PATH(rename, path, other); }
int link(const char *path, const char *other) { PATH(link, path, other); }
int unlink(const char *path) { PATH(unlink, path); }

static int opened(const char *name, const char *path, int flags, mode_t mode) {
  if (below(path) && flags & (O_CREAT | O_WRONLY | O_RDWR) && due()) return -1;
  return ((int (*)(const char *, int, ...))dlsym(RTLD_NEXT, name))(path, flags, mode);
}
#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    va_list more; \
    va_start(more, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
    va_end(more); \
    return opened(#name, path, flags, mode); \
  }
OPEN(open)
OPEN(open64)
