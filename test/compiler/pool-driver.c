/* Loops over a pool, as many as a race needs to show. Ends with 0, or prints what was wrong. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "pool.h"

enum { TURNS = 1000, LOOPS = 2000 };

typedef struct {
  hodu_pool* pool;
  int counts[TURNS];
  hodu_i64 fail_from;
} job;

static void fail(const char* what) {
  printf("%s\n", what);
  exit(1);
}

/* Counts each turn; from fail_from on it fails with the turn's number modulo 200, plus 1. */
static hodu_i32 count(void* arguments, hodu_i64 begin, hodu_i64 end) {
  job* const in = arguments;
  for (hodu_i64 turn = begin; turn < end; turn++) {
    if (turn >= in->fail_from) return (hodu_i32)(turn % 200) + 1;
    in->counts[turn]++;
  }
  return 0;
}

/* Each turn is a loop of its own over the same pool. */
static hodu_i32 nest(void* arguments, hodu_i64 begin, hodu_i64 end) {
  job* const jobs = arguments;
  for (hodu_i64 turn = begin; turn < end; turn++)
    if (hodu_pool_parallel_for(jobs[turn].pool, TURNS, count, &jobs[turn]) != 0) return 1;
  return 0;
}

static void check_counts(const job* in, hodu_i64 turns, int expected) {
  for (hodu_i64 turn = 0; turn < turns; turn++)
    if (in->counts[turn] != expected) fail("a turn ran another number of times than once for each loop");
}

/* Loops of all lengths, sleeping in between from time to time so that workers park. */
static void* loop(void* arguments) {
  job* const in = arguments;
  for (int i = 0; i < LOOPS; i++) {
    if (hodu_pool_parallel_for(in->pool, TURNS, count, in) != 0) fail("a loop failed");
    if (i % 500 == 0) {
      struct timespec rest = {0, 2000000};
      nanosleep(&rest, NULL);
    }
  }
  check_counts(in, TURNS, LOOPS);
  return NULL;
}

static job* new_job(hodu_pool* pool) {
  job* made = calloc(1, sizeof *made);
  if (made == NULL) exit(2);
  made->pool = pool;
  made->fail_from = TURNS;
  return made;
}

static void check_pool(hodu_i32 threads, hodu_i32 split) {
  hodu_pool* pool = hodu_pool_create(threads, split);
  if (pool == NULL || hodu_pool_threads(pool) != threads) fail("the pool has another number of threads");
  job *first = new_job(pool), *second = new_job(pool), *failing = new_job(pool);
  pthread_t other;
  if (pthread_create(&other, NULL, loop, second) != 0) exit(2);
  loop(first);
  pthread_join(other, NULL);
  for (failing->fail_from = 0; failing->fail_from < TURNS; failing->fail_from += 37)
    if (hodu_pool_parallel_for(pool, TURNS, count, failing) != (hodu_i32)(failing->fail_from % 200) + 1)
      fail("the status is not that of the first failing turn");
  job* jobs = calloc(7, sizeof *jobs);
  for (int i = 0; jobs != NULL && i < 7; i++) {
    jobs[i].pool = pool;
    jobs[i].fail_from = TURNS;
  }
  if (hodu_pool_parallel_for(pool, 7, nest, jobs) != 0) fail("a loop in a loop failed");
  for (int i = 0; i < 7; i++) check_counts(&jobs[i], TURNS, 1);
  if (hodu_pool_parallel_for(pool, 0, count, first) != 0) fail("a loop without turns failed");
  hodu_pool_destroy(pool);
  free(first);
  free(second);
  free(failing);
  free(jobs);
}

int main(void) {
  for (hodu_i32 threads = 1; threads <= 5; threads += 2) {
    check_pool(threads, HODU_SPLIT_EQUAL);
    check_pool(threads, HODU_SPLIT_DYNAMIC);
  }
  for (int i = 0; i < 50; i++) hodu_pool_destroy(hodu_pool_create(4, HODU_SPLIT_EQUAL));
  return 0;
}
