/*
 * Calls kernels with memory from a file and writes what they leave. The file holds calls: kernel, sizes, buffers (three numbers), the sizes,
 * then each buffer as its length in bytes and the bytes. All numbers are 64 bits. The answer to each call is the status and the buffers.
 * Buffers lie one byte past a multiple of 16 and end where their memory ends; parallel loops run backwards, three turns at once.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include "hodu.h"

typedef hodu_i32 (*kernel)(const hodu_host*, void* const*, const hodu_i64*);
extern const kernel table[];

static hodu_i32 backwards(void* pool, hodu_i64 turns, hodu_body body, void* arguments) {
  hodu_i32 status = 0;
  (void)pool;
  for (hodu_i64 end = turns; end > 0; end -= 3) {
    hodu_i32 found = body(arguments, end > 3 ? end - 3 : 0, end);
    if (found != 0) status = found;
  }
  return status;
}

static int call(FILE* in, FILE* out, const hodu_host* host) {
  hodu_i64 head[3], sizes[16], lengths[16], status;
  char* memory[16];
  void* buffers[16];
  if (fread(head, 8, 3, in) != 3) return 0;
  if (head[1] > 16 || head[2] > 16 || fread(sizes, 8, (size_t)head[1], in) != (size_t)head[1]) exit(2);
  for (int i = 0; i < head[2]; i++) {
    if (fread(&lengths[i], 8, 1, in) != 1) exit(2);
    memory[i] = malloc((size_t)lengths[i] + 1);
    buffers[i] = memory[i] + 1;
    if (memory[i] == NULL || fread(buffers[i], 1, (size_t)lengths[i], in) != (size_t)lengths[i]) exit(2);
  }
  status = table[head[0]](host, buffers, sizes);
  fwrite(&status, 8, 1, out);
  for (int i = 0; i < head[2]; i++) {
    fwrite(buffers[i], 1, (size_t)lengths[i], out);
    free(memory[i]);
  }
  return 1;
}

int main(int count, char** arguments) {
  const hodu_host host = {sizeof host, backwards, NULL};
  if (count != 3) return 2;
  FILE* in = fopen(arguments[1], "rb");
  FILE* out = fopen(arguments[2], "wb");
  if (in == NULL || out == NULL) return 2;
  while (call(in, out, &host)) continue;
  return fclose(in) != 0 || fclose(out) != 0;
}
