/*
 * A program: kernels in the order of a run, each with its buffers by number. The generated program.c has the table; run.c, which needs
 * a clock and the pool, runs it.
 */
#ifndef HODU_RUN_H
#define HODU_RUN_H

#include "hodu.h"

typedef hodu_i32 (*hodu_kernel)(const hodu_host* host, void* const* buffers, const hodu_i64* sizes);

/* One kernel: its buffers are numbers[first] up to numbers[first + count]. A step that is not a kernel has none. */
typedef struct hodu_step {
  hodu_kernel kernel;
  hodu_u32 first, count;
} hodu_step;

/* The most buffers of one kernel. */
enum { HODU_MOST_BUFFERS = 4096 };

extern const hodu_step hodu_steps[];
extern const hodu_u32 hodu_numbers[];

/* What a run that was cancelled ends with: no status of a guard. */
enum { HODU_CANCELLED = -1 };

/* What a run tells and is told while it runs. */
typedef struct hodu_state {
  hodu_i32 cancelled; /* set by any thread, atomically, to end the run soon */
  hodu_i32 step;      /* the last one that was begun */
  hodu_i64 size;      /* what kernels get as their size, if they have one */
} hodu_state;

/*
 * Runs steps first up to last, all of them kernels, with `memory` by number of buffer and the threads of `host` (NULL: the caller's
 * alone). `times`, where it is not NULL, gets the milliseconds of each step by its number. 0, HODU_CANCELLED or the status of a guard.
 */
HODU_KERNEL hodu_run(const hodu_host* host, void* const* memory, hodu_i32 first, hodu_i32 last, double* times, hodu_state* state);

/* A host with a pool of `threads` threads, the caller among them; NULL without memory. Several runs may use it at once. */
__attribute__((visibility("default"))) hodu_host* hodu_host_create(hodu_i32 threads);

/* Ends the threads. No run may be under way. */
__attribute__((visibility("default"))) void hodu_host_destroy(hodu_host* host);

#endif
