/* Runs the steps of a program with a clock, threads, and a look at whether it was cancelled between steps and ranges of loops. */
#define _GNU_SOURCE
#include "run.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

#include "pool.h"

/* Ranges of a loop on one thread, between which it looks whether the run was cancelled. */
enum { RANGES_ALONE = 16 };

/* What the loops of one run go through. */
typedef struct watched_run {
  const hodu_host* host;
  const hodu_state* state;
} watched_run;

typedef struct watched_loop {
  const hodu_state* state;
  hodu_body body;
  void* arguments;
  hodu_i64 turns;
} watched_loop;

static int is_cancelled(const hodu_state* state) { return __atomic_load_n(&state->cancelled, __ATOMIC_RELAXED); }

static hodu_i32 run_range(const watched_loop* loop, hodu_i64 begin, hodu_i64 end) {
  return is_cancelled(loop->state) ? HODU_CANCELLED : loop->body(loop->arguments, begin, end);
}

/* What a pool calls: a range of it, or all turns at once where it has no other thread to give them to. */
static hodu_i32 run_ranges(void* argument, hodu_i64 begin, hodu_i64 end) {
  const watched_loop* loop = argument;
  if (end - begin < loop->turns) return run_range(loop, begin, end);
  const hodu_i64 length = loop->turns / RANGES_ALONE + 1;
  hodu_i32 status = 0;
  for (; begin < end && status == 0; begin += length)
    status = run_range(loop, begin, end - begin > length ? begin + length : end);
  return status;
}

static hodu_i32 run_loop(void* argument, hodu_i64 turns, hodu_body body, void* arguments) {
  const watched_run* run = argument;
  watched_loop loop = {run->state, body, arguments, turns};
  if (run->host == NULL) return run_ranges(&loop, 0, turns);
  return run->host->parallel_for(run->host->pool, turns, run_ranges, &loop);
}

static double milliseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec * 1e-6;
}

static hodu_i32 run_step(const hodu_step* step, const hodu_host* host, void* const* memory, const hodu_i64* sizes) {
  void* buffers[HODU_MOST_BUFFERS];
  for (hodu_u32 i = 0; i < step->count; i++) buffers[i] = memory[hodu_numbers[step->first + i]];
  return step->kernel(host, buffers, sizes);
}

hodu_i32 hodu_run(const hodu_host* host, void* const* memory, hodu_i32 first, hodu_i32 last, double* times, hodu_state* state) {
  watched_run run = {host, state};
  const hodu_host watched = {sizeof watched, run_loop, &run};
  for (hodu_i32 i = first; i < last; i++) {
    state->step = i;
    if (is_cancelled(state)) return HODU_CANCELLED;
    const double before = times == NULL ? 0 : milliseconds();
    const hodu_i32 status = run_step(&hodu_steps[i], &watched, memory, &state->size);
    if (times != NULL) times[i] = milliseconds() - before;
    if (status != 0) return status;
  }
  return 0;
}

/* Keeps the library of this code until the process ends: threads that sleep return into it, whoever unloads it. */
static void stay_loaded(void) {
  Dl_info here;
  if (dladdr((void*)(size_t)&hodu_host_create, &here) != 0) dlopen(here.dli_fname, RTLD_NOW | RTLD_NODELETE);
}

hodu_host* hodu_host_create(hodu_i32 threads) {
  stay_loaded();
  hodu_host* host = malloc(sizeof *host);
  if (host == NULL) return NULL;
  *host = (hodu_host){sizeof *host, hodu_pool_parallel_for, hodu_pool_create(threads, HODU_SPLIT_DYNAMIC)};
  if (host->pool != NULL) return host;
  free(host);
  return NULL;
}

void hodu_host_destroy(hodu_host* host) {
  if (host == NULL) return;
  hodu_pool_destroy(host->pool);
  free(host);
}
