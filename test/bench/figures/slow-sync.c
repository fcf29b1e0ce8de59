/* Loaded before the C library: a disk that takes 20 ms longer for whatever must be durable. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>

static int slowly(const char *name, int file) {
  int (*sync_file)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  usleep(20000);
  return sync_file(file);
}

int fsync(int file) { return slowly("fsync", file); }
int fdatasync(int file) { return slowly("fdatasync", file); }
