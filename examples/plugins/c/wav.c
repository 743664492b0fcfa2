#include "wav.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Chunks that are looked at for the two that count: files have a handful. */
#define MAX_CHUNKS 1000

/* Bytes that are read or written at once. */
#define PIECE_BYTES (1 << 20)

/* RIFF and its size, WAVE, the chunk fmt, the head of the chunk data. */
#define HEADER_BYTES 44

#define RATE "sampleRate"

/* Samples by their code and bits; bytes lie in the file as in the tensor. */
static const struct {
  unsigned code, bits;
  hodu_dtype dtype;
} SAMPLES[] = {{1, 8, HODU_U8}, {1, 16, HODU_I16}, {1, 32, HODU_I32}, {3, 32, HODU_F32}, {3, 64, HODU_F64}};
#define SAMPLE_KINDS (sizeof SAMPLES / sizeof *SAMPLES)

/* What a file says of itself: `kind` is one of SAMPLES; `start` and `size` are those of its samples. */
typedef struct wav {
  size_t kind;
  bool has_form;
  int64_t channels, rate, start, size;
} wav;

static unsigned read_number(const unsigned char *at, int bytes) {
  unsigned value = 0;
  for (int i = bytes; i-- > 0;) value = value << 8 | at[i];
  return value;
}

static void write_number(unsigned char *at, int bytes, uint32_t value) {
  for (int i = 0; i < bytes; i++) at[i] = (unsigned char)(value >> 8 * i);
}

static bool refuse(hodu_call *call, const hodu_source *source, int64_t offset, const char *found) {
  hodu_fail(call, HODU_BAD_TENSOR_FILE, "Cannot read \"%s\": found %s, expected sound as WAV", source->name, found);
  hodu_error_of(call)->file = source->name;
  hodu_error_of(call)->offset = offset;
  return false;
}

/* The chunk fmt, at that place of the file. */
static bool read_form(const hodu_source *source, int64_t at, int64_t size, wav *result, hodu_call *call) {
  unsigned char form[16];
  if (size < 16) return refuse(call, source, at, "a form that is too short");
  if (!hodu_read(source, at, form, sizeof form, call)) return false;
  const unsigned code = read_number(form, 2), bits = read_number(form + 14, 2);
  for (result->kind = 0; result->kind < SAMPLE_KINDS; result->kind++) {
    if (SAMPLES[result->kind].code == code && SAMPLES[result->kind].bits == bits) break;
  }
  if (result->kind == SAMPLE_KINDS) return refuse(call, source, at, hodu_text_of(call, "samples of %u bits and the code %u", bits, code));
  result->channels = read_number(form + 2, 2);
  result->rate = read_number(form + 4, 4);
  if (result->channels == 0 || read_number(form + 12, 2) != result->channels * (bits / 8)) {
    return refuse(call, source, at, "frames of another size than their channels have");
  }
  result->has_form = true;
  return true;
}

/* Goes from chunk to chunk until the samples. */
static bool read_header(const hodu_source *source, wav *result, hodu_call *call) {
  unsigned char head[12];
  if (source->size < 12) return refuse(call, source, 0, "fewer bytes than a header has");
  if (!hodu_read(source, 0, head, sizeof head, call)) return false;
  if (memcmp(head, "RIFF", 4) != 0 || memcmp(head + 8, "WAVE", 4) != 0) return refuse(call, source, 0, "another file");
  if (read_number(head + 4, 4) + INT64_C(8) != source->size) return refuse(call, source, 4, "another size than the file has");
  int64_t at = sizeof head;
  for (int i = 0; i < MAX_CHUNKS && at + 8 <= source->size; i++) {
    if (!hodu_read(source, at, head, 8, call)) return false;
    const int64_t size = read_number(head + 4, 4), start = at + 8;
    if (size > source->size - start) return refuse(call, source, at, "a chunk that is longer than the file");
    if (memcmp(head, "fmt ", 4) == 0 && !read_form(source, start, size, result, call)) return false;
    if (memcmp(head, "data", 4) == 0) {
      result->start = start;
      result->size = size;
      return result->has_form || refuse(call, source, at, "samples before their form");
    }
    at = start + size + size % 2;
  }
  return refuse(call, source, at, "no samples");
}

bool load_wav(const hodu_source *source, const hodu_load_tensors_options *options, hodu_tensor_file *result, hodu_call *call) {
  (void)options;
  wav sound = {0};
  if (!read_header(source, &sound, call)) return false;
  const int64_t frame = sound.channels * (SAMPLES[sound.kind].bits / 8);
  if (sound.size % frame != 0) return refuse(call, source, sound.start, "a part of a frame at the end");
  hodu_named_value *value = hodu_add(call, &result->values);
  value->name = "";
  const int64_t shape[] = {sound.size / frame, sound.channels};
  unsigned char *samples = hodu_new_tensor(call, SAMPLES[sound.kind].dtype, 2, shape, &value->value.tensor);
  if (samples == NULL) return false;
  for (int64_t at = 0; at < sound.size; at += PIECE_BYTES) {
    const int64_t left = sound.size - at, size = left < PIECE_BYTES ? left : PIECE_BYTES;
    if (!hodu_read(source, sound.start + at, samples + at, (size_t)size, call)) return false;
    hodu_progress(call, (double)(at + size), (double)sound.size, "bytes");
  }
  *hodu_add(call, &result->metadata) = (hodu_pair){RATE, hodu_text_of(call, "%" PRId64, sound.rate)};
  return true;
}

/* The rate that goes with a tensor; 44100 where none is said. */
static uint32_t rate_of(const hodu_tensor_file *file, hodu_call *call) {
  uint32_t rate = 44100;
  for (size_t i = 0; i < file->metadata.count; i++) {
    const hodu_pair *pair = &file->metadata.items[i];
    if (strcmp(pair->first, RATE) == 0) rate = (uint32_t)strtoul(pair->second, NULL, 10);
    else hodu_log(call, "warn", "WAV has no place for \"%s\": it is left out", pair->first);
  }
  return rate;
}

static void write_header(unsigned char *header, size_t kind, uint32_t channels, uint32_t rate, uint32_t size) {
  const uint32_t bits = SAMPLES[kind].bits, frame = channels * bits / 8;
  memcpy(header, "RIFF....WAVEfmt ....", 20);
  write_number(header + 4, 4, HEADER_BYTES - 8 + size + size % 2);
  write_number(header + 16, 4, 16);
  write_number(header + 20, 2, SAMPLES[kind].code);
  write_number(header + 22, 2, channels);
  write_number(header + 24, 4, rate);
  write_number(header + 28, 4, rate * frame);
  write_number(header + 32, 2, frame);
  write_number(header + 34, 2, bits);
  memcpy(header + 36, "data", 4);
  write_number(header + 40, 4, size);
}

/* Whether there is room in a header for what the tensor is, and of which samples it is. */
static bool fits(const hodu_tensor *tensor, size_t *kind) {
  for (*kind = 0; *kind < SAMPLE_KINDS && SAMPLES[*kind].dtype != tensor->dtype; ++*kind) {
  }
  if (*kind == SAMPLE_KINDS || tensor->wide || tensor->rank != 2) return false;
  const int64_t channels = tensor->shape[1], frame = channels * (SAMPLES[*kind].bits / 8);
  return channels > 0 && frame <= UINT16_MAX && tensor->size <= UINT32_MAX - HEADER_BYTES;
}

bool save_wav(const hodu_tensor_file *file, const hodu_sink *sink, hodu_call *call) {
  unsigned char header[HEADER_BYTES];
  size_t kind;
  const hodu_named_value *only = file->values.count == 1 ? &file->values.items[0] : NULL;
  if (only == NULL || *only->name != '\0' || only->value.kind != HODU_TENSOR || !fits(&only->value.tensor, &kind)) {
    return hodu_fail(call, HODU_UNSUPPORTED,
                     "Cannot write \"%s\": found other values, expected one unnamed tensor of u8, i16, i32, f32 or f64 [frames, channels]",
                     sink->name);
  }
  const hodu_tensor *tensor = &only->value.tensor;
  write_header(header, kind, (uint32_t)tensor->shape[1], rate_of(file, call), (uint32_t)tensor->size);
  return hodu_write(sink, header, sizeof header, call) && hodu_write(sink, tensor->data, tensor->size, call) &&
         (tensor->size % 2 == 0 || hodu_write(sink, "", 1, call));
}
