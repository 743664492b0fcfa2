/* Unloads a program whose threads are at work or asleep: its code must stay. The argument is the library. Ends with 0, or says what was wrong. */
#include <dlfcn.h>
#include <stdio.h>
#include <time.h>

typedef void* (*create)(int threads);

int main(int count, char** arguments) {
  if (count != 2) return 2;
  void* library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return puts(dlerror()), 1;
  create host = (create)(size_t)dlsym(library, "hodu_host_create");
  if (host == NULL || host(4) == NULL) return puts("there is no host"), 1;
  dlclose(library);
  struct timespec some = {0, 20000000};
  nanosleep(&some, NULL);
  if (dlopen(arguments[1], RTLD_NOW | RTLD_NOLOAD) == NULL) return puts("the library was unloaded"), 1;
  return 0;
}
