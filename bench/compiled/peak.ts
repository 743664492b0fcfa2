import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Multiply-adds on vectors of the processor's width, in registers only: nothing computes faster. */
const SOURCE = `
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX__)
#define LANES 8
#else
#define LANES 4
#endif
#define CHAINS 10
typedef float vector __attribute__((vector_size(4 * LANES)));
enum { TURNS = 20000000 };
static volatile float sink;
static void* work(void* ignored) {
  vector acc[CHAINS], a, b;
  for (int lane = 0; lane < LANES; lane++) a[lane] = 0.999f, b[lane] = 0.001f;
#pragma GCC unroll 16
  for (int i = 0; i < CHAINS; i++) acc[i] = b * (float)i;
  for (int turn = 0; turn < TURNS; turn++) {
#pragma GCC unroll 16
    for (int i = 0; i < CHAINS; i++) acc[i] = acc[i] * a + b;
    __asm__ volatile("" : "+v"(a), "+v"(b));
  }
#pragma GCC unroll 16
  for (int i = 0; i < CHAINS; i++) sink += acc[i][0];
  return ignored;
}
int main(int count, char** values) {
  int threads = count > 1 ? atoi(values[1]) : 1;
  double best = 0;
  for (int round = 0; round < 5; round++) {
    struct timespec from, to;
    pthread_t others[64];
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int i = 1; i < threads; i++) pthread_create(&others[i], NULL, work, NULL);
    work(NULL);
    for (int i = 1; i < threads; i++) pthread_join(others[i], NULL);
    clock_gettime(CLOCK_MONOTONIC, &to);
    double seconds = (double)(to.tv_sec - from.tv_sec) + 1e-9 * (double)(to.tv_nsec - from.tv_nsec);
    double rate = 2.0 * LANES * CHAINS * (double)TURNS * threads / seconds * 1e-9;
    if (rate > best) best = rate;
  }
  printf("%f\\n", best);
}
`;

/** GFLOP/s that a loop of multiply-adds in registers reaches on so many threads; undefined without a C compiler. */
export function peakGflops(threads: number): number | undefined {
  const folder = mkdtempSync(join(tmpdir(), "hodu-peak-"));
  try {
    writeFileSync(join(folder, "peak.c"), SOURCE);
    const options = ["-O2", "-march=native", "-mprefer-vector-width=512", "-ffp-contract=fast", "-pthread"];
    execFileSync("cc", [...options, "-o", join(folder, "peak"), join(folder, "peak.c")], { stdio: "pipe" });
    return Number(execFileSync(join(folder, "peak"), [String(threads)], { encoding: "utf8" }));
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
