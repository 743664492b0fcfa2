/* Hodu's plugin protocol for C: see hodu_plugin.h. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "hodu_plugin.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#ifdef __APPLE__
#include <xlocale.h>
#endif

#define PROTOCOL_VERSION 1

/* Limits of the protocol; what passes one ends the line. */
#define MAX_MESSAGE_BYTES ((size_t)256 << 20)
#define MAX_DATA_BYTES ((size_t)4 << 20)
#define MAX_PARTS 1000000
#define MAX_PART_BYTES ((uint64_t)4 << 30)
#define MAX_OPEN_BYTES ((uint64_t)8 << 30)
#define MAX_OPEN_MESSAGES 524288
#define MAX_LOG_BYTES 16384
#define MAX_SERVICE_DEPTH 100
/* Levels of JSON: twice what a host reads, whose Snapshots end at 1000. */
#define MAX_JSON_DEPTH 2000
/* Integers that a double holds exactly. */
#define MAX_SAFE_INTEGER 9007199254740991.0

/* Parts between these sizes travel through memory, where both sides reach it. */
#define LEAST_MEMORY_BYTES ((size_t)64 << 10)
#define MOST_MEMORY_BYTES ((size_t)16 << 20)
#define MAX_MEMORY_FILES 64
#define MAX_IDLE_MEMORY_BYTES ((size_t)256 << 20)

/* Payload of the data frames that this side sends: two fit into what a socket buffers. */
#define DATA_FRAME_BYTES ((size_t)512 << 10)
/* A message whose bytes are fewer is sent by one write. */
#define JOINED_BYTES ((size_t)64 << 10)
#define READ_BYTES ((size_t)256 << 10)
/* Calls that run at once; more wait for one of them to end. */
#define MAX_WORKERS 64
#define WORKER_STACK_BYTES ((size_t)8 << 20)
#define PROGRESS_INTERVAL 0.05
/* Small pieces of a call's memory are cut from blocks of this size. */
#define BLOCK_BYTES ((size_t)16 << 10)
/* Large memory begins at a multiple of this, a line of the cache: copies to elsewhere take twice as long. */
#define LARGE_ALIGN ((size_t)64)
#define CALL_BUCKETS 4096

enum { METHOD_NOT_FOUND = -32601, INVALID_PARAMS = -32602, INTERNAL_ERROR = -32603, HODU_ERROR = -32000 };
enum { HEADER_BYTES = 12, MESSAGE_FRAME = 1, DATA_FRAME = 2 };

typedef hodu_json json;

/* Memory that is given back at once */

typedef struct block {
  struct block *next;
  size_t size, used;
  _Alignas(max_align_t) char bytes[];
} block;

/* A file in memory that the other side writes, mapped where it can be. `is_lent`: its bytes are those of a call that is not answered. */
typedef struct their_file {
  long number;
  int descriptor;
  unsigned char *map;
  atomic_bool is_lent;
} their_file;

typedef struct part {
  unsigned char *data;
  size_t size;
  bool is_framed;
  /* Where its bytes are, if they were not copied. */
  their_file *lender;
} part;

/* A message of the host, and all memory of the call that it is. */
typedef struct message {
  block *blocks;
  pthread_mutex_t lock;
  json *root;
  part *parts;
  size_t part_count;
  hodu_call *call;
  /* What came of its parts. */
  uint32_t stream;
  uint64_t left;
  size_t part, at;
  struct message *next;
} message;

struct hodu_call {
  message *message;
  int64_t id;
  const char *method;
  hodu_error error;
  /* Code of JSON-RPC where the call is refused with another than HODU_ERROR. */
  int refusal;
  atomic_bool is_cancelled;
  hodu_error cancel_error;
  double last_told;
  /* Its memory is that of a session, or of the plugin, from now on. */
  bool is_kept;
  /* In use until the answer is sent, which may be of its memory. */
  struct session *session;
  struct kept *making;
  hodu_call *next, *next_work;
};

/* A request to the host; who waits for it, or who reads the line, frees it. */
typedef struct pending {
  int64_t id;
  hodu_call *call;
  bool is_done, is_abandoned;
  pthread_cond_t changed;
  message *answer;
  struct pending *next;
} pending;

typedef struct session {
  int64_t number;
  const hodu_backend *backend;
  void *state;
  message *message;
  size_t users;
  bool is_doomed;
  struct session *next;
} session;

/* What `hodu_kept` waits for. */
typedef struct kept {
  int64_t keep;
  const char *key;
  hodu_make *make;
  void *user;
  hodu_call *call;
  hodu_bytes made;
  size_t users;
  struct kept *next;
} kept;

typedef struct listening {
  int64_t number;
  hodu_listener *listener;
  void *user;
  struct listening *next;
} listening;

typedef struct service {
  char *name;
  const hodu_method *methods;
  void *user;
  struct service *next;
} service;

/* A file in memory that this side writes. `size`: bytes for which it has room. */
typedef struct own_file {
  int descriptor;
  unsigned char *map;
  size_t size;
  bool is_free, is_named;
} own_file;

/* The only line of this process. `lock` guards all lists; `turn` the writes; `memory` the own files. */
static struct {
  const hodu_plugin *plugin;
  int descriptor;
  unsigned char *buffer;
  size_t buffered, taken;
  message *transfers;
  size_t transfer_count;
  uint64_t open_bytes;

  pthread_mutex_t lock, turn, memory;
  pthread_cond_t work, changed;
  hodu_call *calls[CALL_BUCKETS];
  size_t call_count;
  hodu_call *first_work, *last_work;
  size_t queued, waiting, workers;
  pending *pendings;
  session *sessions;
  kept *keeps;
  listening *listeners;
  service *services;
  const json *config;
  /* What settings are of, since the process began. */
  message *lives;
  bool is_loaded;
  int64_t last_session, last_subscription;
  _Atomic int64_t last_id;
  uint32_t last_stream;

  atomic_bool has_memory;
  char *folder;
  own_file own[MAX_MEMORY_FILES];
  size_t own_count;
  their_file theirs[MAX_MEMORY_FILES];
  size_t their_count;
} line = {.descriptor = -1,
          .lock = PTHREAD_MUTEX_INITIALIZER,
          .turn = PTHREAD_MUTEX_INITIALIZER,
          .memory = PTHREAD_MUTEX_INITIALIZER,
          .work = PTHREAD_COND_INITIALIZER,
          .changed = PTHREAD_COND_INITIALIZER};

static _Noreturn void die(const char *why) {
  fprintf(stderr, "hodu: %s\n", why);
  _exit(1);
}

/* Ends the process: the other side broke the protocol. */
static _Noreturn void breach(const char *found) {
  die(found);
}

static void *take_memory(void *memory) {
  if (memory == NULL) die("found no more memory");
  return memory;
}

static block *new_block(message *m, size_t size, bool is_zero) {
  if (size > SIZE_MAX - sizeof(block)) return NULL;
  block *made = is_zero ? calloc(1, sizeof(block) + size) : malloc(sizeof(block) + size);
  if (made == NULL) return NULL;
  made->size = size;
  made->used = 0;
  made->next = NULL;
  /* The first block is the one that small pieces are cut from. */
  if (m->blocks == NULL || size == BLOCK_BYTES) {
    made->next = m->blocks;
    m->blocks = made;
  } else {
    made->next = m->blocks->next;
    m->blocks->next = made;
  }
  return made;
}

/* Memory of a message; NULL where there is none. */
static void *try_memory(message *m, size_t size, bool is_zero) {
  const size_t align = _Alignof(max_align_t);
  if (size > SIZE_MAX - align - LARGE_ALIGN) return NULL;
  const size_t taken = size == 0 ? align : (size + align - 1) / align * align;
  pthread_mutex_lock(&m->lock);
  block *from = m->blocks;
  if (taken > BLOCK_BYTES / 4) {
    from = new_block(m, LARGE_ALIGN + taken, is_zero);
    if (from != NULL) from->used = -(uintptr_t)from->bytes % LARGE_ALIGN;
  } else if (from == NULL || from->size - from->used < taken) {
    from = new_block(m, BLOCK_BYTES, true);
  }
  void *memory = NULL;
  if (from != NULL) {
    memory = from->bytes + from->used;
    from->used += taken;
  }
  pthread_mutex_unlock(&m->lock);
  return memory;
}

/* Memory of a part. */
static unsigned char *part_memory(message *m, size_t size) {
  unsigned char *memory = try_memory(m, size, false);
  if (memory == NULL) die("found a message that does not fit into memory");
  return memory;
}

static void *zeros(message *m, size_t count, size_t size) {
  if (size != 0 && count > SIZE_MAX / size) die("found no more memory");
  return take_memory(try_memory(m, count * size, true));
}

static message *new_message(void) {
  message *made = take_memory(calloc(1, sizeof *made));
  pthread_mutex_init(&made->lock, NULL);
  return made;
}

static void free_message(message *m) {
  for (block *next, *one = m->blocks; one != NULL; one = next) {
    next = one->next;
    free(one);
  }
  pthread_mutex_destroy(&m->lock);
  free(m);
}

/* Gives a call the memory of a message, which is gone then. */
static void join_memory(hodu_call *call, message *from) {
  message *to = call->message;
  pthread_mutex_lock(&to->lock);
  block **end = &to->blocks;
  while (*end != NULL) end = &(*end)->next;
  *end = from->blocks;
  from->blocks = NULL;
  pthread_mutex_unlock(&to->lock);
  free_message(from);
}

void *hodu_alloc(hodu_call *call, size_t count, size_t size) {
  void *memory = size != 0 && count > SIZE_MAX / size ? NULL : try_memory(call->message, count * size, true);
  if (memory == NULL) hodu_fail(call, HODU_MEMORY_LIMIT, "Cannot take memory: found none for %zu times %zu bytes", count, size);
  return memory;
}

void *hodu_grow(hodu_call *call, void *items, size_t count, size_t *capacity, size_t size) {
  if (count < *capacity) return items;
  const size_t larger = count < 4 ? 4 : 2 * count;
  void *grown = zeros(call->message, larger, size);
  if (count > 0) memcpy(grown, items, count * size);
  *capacity = larger;
  return grown;
}

static char *copy_text(message *m, const char *text, size_t size) {
  char *copy = zeros(m, size + 1, 1);
  memcpy(copy, text, size);
  return copy;
}

static const char *printed(message *m, const char *format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  const int size = vsnprintf(NULL, 0, format, again);
  va_end(again);
  if (size < 0) return format;
  char *text = zeros(m, (size_t)size + 1, 1);
  vsnprintf(text, (size_t)size + 1, format, arguments);
  return text;
}

const char *hodu_text_of(hodu_call *call, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const char *text = printed(call->message, format, arguments);
  va_end(arguments);
  return text;
}

/* Errors */

bool hodu_fail(hodu_call *call, const char *code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const char *text = printed(call->message, format, arguments);
  va_end(arguments);
  call->error = (hodu_error){.code = code, .message = text, .offset = -1};
  return false;
}

hodu_error *hodu_error_of(hodu_call *call) {
  return &call->error;
}

bool hodu_check(hodu_call *call) {
  if (!atomic_load(&call->is_cancelled)) return true;
  call->error = call->cancel_error;
  return false;
}

static bool refuse(hodu_call *call, int code, const char *format, ...) HODU_PRINTF(3, 4);
static bool refuse(hodu_call *call, int code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const char *text = printed(call->message, format, arguments);
  va_end(arguments);
  call->error = (hodu_error){.message = text, .offset = -1};
  call->refusal = code;
  return false;
}

/* JSON as it comes */

typedef struct parser {
  message *m;
  char *at;
  int depth;
  /* What is wrong with the text. */
  const char *bad;
} parser;

static bool is_wrong(parser *p, const char *why) {
  if (p->bad == NULL) p->bad = why;
  return false;
}

static void skip_space(parser *p) {
  while (*p->at == ' ' || *p->at == '\t' || *p->at == '\n' || *p->at == '\r') p->at++;
}

static int hex_of(const char *at) {
  int value = 0;
  for (int i = 0; i < 4; i++) {
    const char c = at[i];
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

static char *put_utf8(char *to, uint32_t code) {
  if (code < 0x80) {
    *to++ = (char)code;
  } else if (code < 0x800) {
    *to++ = (char)(0xC0 | code >> 6);
    *to++ = (char)(0x80 | (code & 63));
  } else if (code < 0x10000) {
    *to++ = (char)(0xE0 | code >> 12);
    *to++ = (char)(0x80 | (code >> 6 & 63));
    *to++ = (char)(0x80 | (code & 63));
  } else {
    *to++ = (char)(0xF0 | code >> 18);
    *to++ = (char)(0x80 | (code >> 12 & 63));
    *to++ = (char)(0x80 | (code >> 6 & 63));
    *to++ = (char)(0x80 | (code & 63));
  }
  return to;
}

/* The character of \uXXXX at p->at (after the u); half of a pair alone is U+FFFD. */
static bool parse_unicode(parser *p, uint32_t *code) {
  const int first = hex_of(p->at);
  if (first < 0) return is_wrong(p, "found text that is not JSON: a wrong \\u");
  p->at += 4;
  *code = (uint32_t)first;
  if (first < 0xD800 || first > 0xDFFF) return true;
  *code = 0xFFFD;
  if (first > 0xDBFF || p->at[0] != '\\' || p->at[1] != 'u') return true;
  const int second = hex_of(p->at + 2);
  if (second < 0xDC00 || second > 0xDFFF) return true;
  p->at += 6;
  *code = 0x10000 + (((uint32_t)first - 0xD800) << 10) + ((uint32_t)second - 0xDC00);
  return true;
}

/* Decodes a text in its place: what it stands for is never longer. */
static bool parse_text(parser *p, const char **text, size_t *size) {
  static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
  char *to = ++p->at;
  *text = to;
  while (*p->at != '"') {
    if ((unsigned char)*p->at < 0x20) return is_wrong(p, "found text that is not JSON: a text without an end");
    if (*p->at != '\\') {
      *to++ = *p->at++;
      continue;
    }
    const char mark = *++p->at;
    uint32_t code;
    const char *known = mark == '\0' ? NULL : strchr(from, mark);
    if (mark == '\0' || (known == NULL && mark != 'u')) return is_wrong(p, "found text that is not JSON: a wrong escape");
    p->at++;
    if (known != NULL) {
      *to++ = into[known - from];
    } else {
      if (!parse_unicode(p, &code)) return false;
      to = put_utf8(to, code);
    }
  }
  *size = (size_t)(to - *text);
  p->at++;
  *to = '\0';
  return true;
}

static bool parse_number(parser *p, json *into) {
  const size_t length = strspn(p->at, "+-.0123456789eE");
  char *end;
  into->kind = HODU_JSON_NUMBER;
  into->number = strtod(p->at, &end);
  if (length == 0 || end != p->at + length || *p->at == '+' || *p->at == '.') {
    return is_wrong(p, "found text that is not JSON: a wrong word");
  }
  p->at = end;
  return true;
}

static bool parse_word(parser *p, const char *word) {
  const size_t length = strlen(word);
  if (strncmp(p->at, word, length) != 0) return is_wrong(p, "found text that is not JSON: a wrong word");
  p->at += length;
  return true;
}

static bool parse_value(parser *p, json *into);

static void append(json *list, json *item) {
  item->next = NULL;
  if (list->first == NULL) list->first = item;
  else list->last->next = item;
  list->last = item;
  list->size++;
}

static bool parse_items(parser *p, json *into, char end) {
  into->kind = end == '}' ? HODU_JSON_OBJECT : HODU_JSON_LIST;
  if (++p->depth > MAX_JSON_DEPTH) return is_wrong(p, "found JSON of more levels than there may be");
  p->at++;
  skip_space(p);
  while (*p->at != end) {
    size_t size;
    json *item = zeros(p->m, 1, sizeof *item);
    if (into->size > 0) {
      if (*p->at++ != ',') return is_wrong(p, "found text that is not JSON: no comma");
      skip_space(p);
    }
    if (end == '}') {
      if (*p->at != '"') return is_wrong(p, "found text that is not JSON: a member without a name");
      if (!parse_text(p, &item->name, &size)) return false;
      skip_space(p);
      if (*p->at++ != ':') return is_wrong(p, "found text that is not JSON: no colon");
    }
    if (!parse_value(p, item)) return false;
    append(into, item);
    skip_space(p);
  }
  p->at++;
  p->depth--;
  return true;
}

static bool parse_value(parser *p, json *into) {
  skip_space(p);
  switch (*p->at) {
    case '{':
      return parse_items(p, into, '}');
    case '[':
      return parse_items(p, into, ']');
    case '"':
      into->kind = HODU_JSON_TEXT;
      return parse_text(p, &into->text, &into->size);
    case 't':
    case 'f':
      into->kind = HODU_JSON_FLAG;
      into->flag = *p->at == 't';
      return parse_word(p, into->flag ? "true" : "false");
    case 'n':
      into->kind = HODU_JSON_NULL;
      return parse_word(p, "null");
    default:
      return parse_number(p, into);
  }
}

/* Reads JSON; it changes the text, which has a NUL after `size` and is of the message's memory. NULL: `bad` says why. */
static json *parse(message *m, char *text, size_t size, const char **bad) {
  parser p = {m, text, 0, NULL};
  json *root = zeros(m, 1, sizeof *root);
  if (parse_value(&p, root)) {
    skip_space(&p);
    if (p.at == text + size) return root;
    is_wrong(&p, "found text that is not JSON: more after its end");
  }
  *bad = p.bad;
  return NULL;
}

const json *hodu_get(const json *object, const char *name) {
  if (object == NULL || object->kind != HODU_JSON_OBJECT) return NULL;
  for (const json *member = object->first; member != NULL; member = member->next) {
    if (strcmp(member->name, name) == 0) return member;
  }
  return NULL;
}

double hodu_number(const json *found, double fallback) {
  return found != NULL && found->kind == HODU_JSON_NUMBER ? found->number : fallback;
}

const char *hodu_text(const json *found, const char *fallback) {
  return found != NULL && found->kind == HODU_JSON_TEXT ? found->text : fallback;
}

bool hodu_flag(const json *found, bool fallback) {
  return found != NULL && found->kind == HODU_JSON_FLAG ? found->flag : fallback;
}

static json *new_json(hodu_call *call, hodu_json_kind kind) {
  json *made = zeros(call->message, 1, sizeof *made);
  made->kind = kind;
  return made;
}

json *hodu_json_null(hodu_call *call) {
  return new_json(call, HODU_JSON_NULL);
}

json *hodu_json_flag(hodu_call *call, bool flag) {
  json *made = new_json(call, HODU_JSON_FLAG);
  made->flag = flag;
  return made;
}

json *hodu_json_number(hodu_call *call, double number) {
  json *made = new_json(call, HODU_JSON_NUMBER);
  made->number = number;
  return made;
}

json *hodu_json_text(hodu_call *call, const char *text) {
  json *made = new_json(call, HODU_JSON_TEXT);
  made->size = strlen(text);
  made->text = copy_text(call->message, text, made->size);
  return made;
}

json *hodu_json_list(hodu_call *call) {
  return new_json(call, HODU_JSON_LIST);
}

json *hodu_json_object(hodu_call *call) {
  return new_json(call, HODU_JSON_OBJECT);
}

json *hodu_push(json *list, json *item) {
  append(list, item);
  return list;
}

json *hodu_set(json *object, const char *name, json *item) {
  item->name = name;
  append(object, item);
  return object;
}

/* JSON as it goes */

/* A message in the making: its text, and its parts, which are not copied. */
typedef struct out {
  char *text;
  size_t size, capacity;
  hodu_bytes *parts;
  size_t part_count, part_capacity;
  /* What could not be written. */
  const char *bad;
} out;

static void free_out(out *o) {
  free(o->text);
  free(o->parts);
}

static void put_raw(out *o, const char *text, size_t size) {
  if (o->capacity - o->size < size) {
    o->capacity = 2 * o->capacity + size + 256;
    o->text = take_memory(realloc(o->text, o->capacity));
  }
  memcpy(o->text + o->size, text, size);
  o->size += size;
}

static void put_char(out *o, char c) {
  put_raw(o, &c, 1);
}

/* Before each item: a comma, but for the first. */
static void put_comma(out *o) {
  const char last = o->size == 0 ? ':' : o->text[o->size - 1];
  if (last != '{' && last != '[' && last != ':') put_char(o, ',');
}

/* Bytes of the UTF-8 character there; 0: there is none. */
static size_t utf8_size(const unsigned char *at, size_t left) {
  const size_t size = at[0] < 0x80 ? 1 : at[0] >= 0xC2 && at[0] < 0xE0 ? 2 : at[0] >= 0xE0 && at[0] < 0xF0 ? 3 : at[0] >= 0xF0 && at[0] < 0xF5 ? 4 : 0;
  if (size == 0 || size > left) return 0;
  for (size_t i = 1; i < size; i++) {
    if ((at[i] & 0xC0) != 0x80) return 0;
  }
  if ((at[0] == 0xE0 && at[1] < 0xA0) || (at[0] == 0xED && at[1] > 0x9F) || (at[0] == 0xF0 && at[1] < 0x90) || (at[0] == 0xF4 && at[1] > 0x8F)) {
    return 0;
  }
  return size;
}

static void put_sized(out *o, const char *text, size_t size) {
  put_char(o, '"');
  for (size_t i = 0; i < size;) {
    const unsigned char c = (unsigned char)text[i];
    const size_t taken = utf8_size((const unsigned char *)text + i, size - i);
    if (c == '"' || c == '\\') put_char(o, '\\');
    if (c < 0x20) {
      char escaped[8];
      put_raw(o, escaped, (size_t)snprintf(escaped, sizeof escaped, "\\u%04x", c));
    } else if (taken == 0) {
      put_raw(o, "\xEF\xBF\xBD", 3);
    } else {
      put_raw(o, text + i, taken);
    }
    i += taken == 0 ? 1 : taken;
  }
  put_char(o, '"');
}

static void put_text(out *o, const char *text) {
  put_comma(o);
  put_sized(o, text == NULL ? "" : text, text == NULL ? 0 : strlen(text));
}

static void put_key(out *o, const char *name) {
  put_text(o, name);
  put_char(o, ':');
}

static void put_open(out *o, char bracket) {
  put_comma(o);
  put_char(o, bracket);
}

static void put_integer(out *o, int64_t value) {
  char text[32];
  put_comma(o);
  put_raw(o, text, (size_t)snprintf(text, sizeof text, "%" PRId64, value));
}

static void put_integer_text(out *o, int64_t value) {
  char text[32];
  put_comma(o);
  put_raw(o, text, (size_t)snprintf(text, sizeof text, "\"%" PRId64 "\"", value));
}

static const char *float_word(double value) {
  if (isnan(value)) return "NaN";
  if (isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return value == 0 && signbit(value) ? "-0" : NULL;
}

/* A number, or the text that stands for it. */
static void put_float(out *o, double value) {
  char text[32];
  if (float_word(value) != NULL) {
    put_text(o, float_word(value));
    return;
  }
  put_comma(o);
  snprintf(text, sizeof text, "%.17g", value);
  /* Some locales have another point. */
  for (char *at = text; *at != '\0'; at++) {
    if (*at == ',') *at = '.';
  }
  put_raw(o, text, strlen(text));
}

static void put_flag(out *o, bool flag) {
  put_comma(o);
  put_raw(o, flag ? "true" : "false", flag ? 4 : 5);
}

static void key_text(out *o, const char *name, const char *text) {
  put_key(o, name);
  put_text(o, text);
}

/* A member that is left out where there is none. */
static void key_optional(out *o, const char *name, const char *text) {
  if (text != NULL) key_text(o, name, text);
}

static void key_integer(out *o, const char *name, int64_t value) {
  put_key(o, name);
  put_integer(o, value);
}

/* The index of a part. */
static void put_part(out *o, const void *data, size_t size) {
  if (o->part_count == o->part_capacity) {
    o->part_capacity = 2 * o->part_capacity + 4;
    o->parts = take_memory(realloc(o->parts, o->part_capacity * sizeof *o->parts));
  }
  put_integer(o, (int64_t)o->part_count);
  o->parts[o->part_count++] = (hodu_bytes){data, size};
}

/* Data as JSON */

static const char *const DTYPES[] = {"bool",   "i2",     "i4",     "i8",       "i16",        "i32",    "i64",        "u2",     "u4",   "u8",
                                     "u16",    "u32",    "u64",    "f4e2m1",   "f6e2m3",     "f6e3m2", "f8e4m3fn",   "f8e4m3fnuz",
                                     "f8e5m2", "f8e5m2fnuz", "f8e8m0", "f16",  "bf16",       "f32",    "f64",        "c64",    "c128", "string"};
static const unsigned char BITS[] = {8, 2, 4, 8, 16, 32, 64, 2, 4, 8, 16, 32, 64, 4, 6, 6, 8, 8, 8, 8, 8, 16, 16, 32, 64, 64, 128, 0};
#define DTYPE_COUNT (sizeof DTYPES / sizeof *DTYPES)
_Static_assert(DTYPE_COUNT == HODU_STRING + 1 && sizeof BITS == DTYPE_COUNT, "a dtype without a name or a size");

const char *hodu_dtype_name(hodu_dtype dtype) {
  return (unsigned)dtype < DTYPE_COUNT ? DTYPES[dtype] : "?";
}

/* False where it is more than a size can hold. */
static bool count_of(size_t rank, const int64_t *shape, uint64_t *count) {
  *count = 1;
  bool is_empty = false;
  for (size_t i = 0; i < rank; i++) is_empty = is_empty || shape[i] == 0;
  for (size_t i = 0; i < rank && !is_empty; i++) {
    if (shape[i] < 0 || (uint64_t)shape[i] > (uint64_t)MAX_SAFE_INTEGER / *count) return false;
    *count *= (uint64_t)shape[i];
  }
  if (is_empty) *count = 0;
  return true;
}

/* Bytes of a tensor's elements; false for strings, and for more than a size can hold. */
static bool bytes_of(hodu_dtype dtype, bool is_wide, size_t rank, const int64_t *shape, size_t *size) {
  uint64_t count;
  if (dtype == HODU_STRING || !count_of(rank, shape, &count)) return false;
  const uint64_t bits = is_wide ? 64 : BITS[dtype];
  if (count > (SIZE_MAX - 7) / bits) return false;
  *size = (size_t)((count * bits + 7) / 8);
  return true;
}

size_t hodu_count(const hodu_tensor *tensor) {
  uint64_t count;
  return count_of(tensor->rank, tensor->shape, &count) ? (size_t)count : 0;
}

void *hodu_new_tensor(hodu_call *call, hodu_dtype dtype, size_t rank, const int64_t *shape, hodu_tensor *result) {
  size_t size;
  if (dtype == HODU_STRING || !bytes_of(dtype, false, rank, shape, &size)) {
    hodu_fail(call, dtype == HODU_STRING ? HODU_UNSUPPORTED : HODU_MEMORY_LIMIT, "Cannot make a tensor of %s of that shape",
              hodu_dtype_name(dtype));
    return NULL;
  }
  void *data = hodu_alloc(call, size, 1);
  if (data == NULL) return NULL;
  int64_t *dims = zeros(call->message, rank, sizeof *dims);
  if (rank > 0) memcpy(dims, shape, rank * sizeof *dims);
  *result = (hodu_tensor){.dtype = dtype, .rank = rank, .shape = dims, .data = data, .size = size};
  return data;
}

const hodu_value *hodu_value_named(const hodu_named_values *values, const char *name) {
  for (size_t i = 0; i < values->count; i++) {
    if (strcmp(values->items[i].name, name) == 0) return &values->items[i].value;
  }
  return NULL;
}

const hodu_attribute *hodu_attribute_named(const hodu_node *node, const char *name, hodu_attribute_kind kind) {
  for (size_t i = 0; i < node->attributes.count; i++) {
    const hodu_attribute *one = &node->attributes.items[i];
    if (one->kind == kind && strcmp(one->name, name) == 0) return one;
  }
  return NULL;
}

static void put_texts(out *o, const hodu_texts *texts) {
  put_open(o, '[');
  for (size_t i = 0; i < texts->count; i++) put_text(o, texts->items[i]);
  put_char(o, ']');
}

static void put_pairs(out *o, const hodu_pairs *pairs) {
  put_open(o, '[');
  for (size_t i = 0; i < pairs->count; i++) {
    put_open(o, '[');
    put_text(o, pairs->items[i].first);
    put_text(o, pairs->items[i].second);
    put_char(o, ']');
  }
  put_char(o, ']');
}

/* Pairs as objects with members of these names. */
static void put_named_pairs(out *o, const hodu_pairs *pairs, const char *first, const char *second) {
  put_open(o, '[');
  for (size_t i = 0; i < pairs->count; i++) {
    put_open(o, '{');
    key_text(o, first, pairs->items[i].first);
    key_text(o, second, pairs->items[i].second);
    put_char(o, '}');
  }
  put_char(o, ']');
}

static void put_shape(out *o, size_t rank, const int64_t *shape) {
  put_open(o, '[');
  for (size_t i = 0; i < rank; i++) put_integer(o, shape[i]);
  put_char(o, ']');
}

static void put_dim(out *o, const hodu_dim *dim) {
  if (dim->terms.count == 0) {
    put_integer(o, dim->constant);
    return;
  }
  put_open(o, '{');
  key_integer(o, "constant", dim->constant);
  put_key(o, "terms");
  put_open(o, '[');
  for (size_t i = 0; i < dim->terms.count; i++) {
    put_open(o, '[');
    put_text(o, dim->terms.items[i].symbol);
    put_integer(o, dim->terms.items[i].coefficient);
    put_char(o, ']');
  }
  put_raw(o, "]}", 2);
}

static const char *const KINDS[] = {"tensor", "sequence", "optional", "map"};

static void put_type(out *o, const hodu_type *type) {
  put_open(o, '{');
  key_text(o, "kind", KINDS[type->kind]);
  if (type->kind == HODU_TENSOR) {
    key_text(o, "dtype", hodu_dtype_name(type->dtype));
    if (type->has_shape) {
      put_key(o, "shape");
      put_open(o, '[');
      for (size_t i = 0; i < type->shape.count; i++) put_dim(o, &type->shape.items[i]);
      put_char(o, ']');
    }
  } else {
    if (type->kind == HODU_MAP) key_text(o, "key", hodu_dtype_name(type->key));
    put_key(o, "element");
    if (type->element == NULL) o->bad = "a type without an element";
    else put_type(o, type->element);
  }
  put_char(o, '}');
}

static void put_tensor(out *o, const hodu_tensor *tensor) {
  put_open(o, '{');
  key_text(o, "kind", "tensor");
  key_text(o, "dtype", hodu_dtype_name(tensor->dtype));
  put_key(o, "shape");
  put_shape(o, tensor->rank, tensor->shape);
  if (tensor->wide) {
    put_key(o, "wide");
    put_flag(o, true);
  }
  put_key(o, "data");
  put_part(o, tensor->data, tensor->size);
  put_char(o, '}');
}

static void put_value(out *o, const hodu_value *value);

static void put_items(out *o, const char *name, const hodu_values *items) {
  put_key(o, name);
  put_open(o, '[');
  for (size_t i = 0; i < items->count; i++) put_value(o, &items->items[i]);
  put_char(o, ']');
}

static void put_map_keys(out *o, const hodu_value *value) {
  const bool is_text = value->key == HODU_STRING || value->key == HODU_I64 || value->key == HODU_U64;
  put_key(o, "keys");
  put_open(o, '[');
  for (size_t i = 0; i < value->keys.count; i++) {
    if (is_text) put_text(o, value->keys.items[i]);
    else put_integer(o, strtoll(value->keys.items[i], NULL, 10));
  }
  put_char(o, ']');
}

static void put_value(out *o, const hodu_value *value) {
  if (value->kind == HODU_TENSOR) {
    put_tensor(o, &value->tensor);
    return;
  }
  put_open(o, '{');
  key_text(o, "kind", KINDS[value->kind]);
  put_key(o, "element");
  if (value->element == NULL) o->bad = "a value without the type of its element";
  else put_type(o, value->element);
  if (value->kind == HODU_SEQUENCE) put_items(o, "items", &value->items);
  if (value->kind == HODU_OPTIONAL && value->items.count > 0) {
    put_key(o, "value");
    put_value(o, &value->items.items[0]);
  }
  if (value->kind == HODU_MAP) {
    key_text(o, "key", hodu_dtype_name(value->key));
    put_map_keys(o, value);
    put_items(o, "values", &value->items);
  }
  put_char(o, '}');
}

static void put_named_values(out *o, const hodu_named_values *values) {
  put_open(o, '[');
  for (size_t i = 0; i < values->count; i++) {
    put_open(o, '{');
    key_text(o, "name", values->items[i].name);
    put_key(o, "value");
    put_value(o, &values->items[i].value);
    put_char(o, '}');
  }
  put_char(o, ']');
}

static const char *const ATTRIBUTES[] = {"float", "int", "string", "tensor", "graph", "type", "floats", "ints", "strings", "tensors"};
_Static_assert(sizeof ATTRIBUTES / sizeof *ATTRIBUTES == HODU_TENSORS + 1, "a kind of attribute without a name");

static void put_graph(out *o, const hodu_graph *graph);

static void put_attribute_value(out *o, const hodu_attribute *attribute) {
  switch (attribute->kind) {
    case HODU_FLOAT:
      put_float(o, attribute->number);
      return;
    case HODU_INT:
      put_integer_text(o, attribute->integer);
      return;
    case HODU_TEXT:
      put_text(o, attribute->text);
      return;
    case HODU_TENSOR_ATTRIBUTE:
      put_tensor(o, attribute->tensor);
      return;
    case HODU_GRAPH:
      put_graph(o, attribute->graph);
      return;
    case HODU_TYPE:
      put_type(o, attribute->type);
      return;
    case HODU_TEXTS:
      put_texts(o, &attribute->texts);
      return;
    case HODU_FLOATS:
      put_open(o, '[');
      for (size_t i = 0; i < attribute->numbers.count; i++) put_float(o, attribute->numbers.items[i]);
      put_char(o, ']');
      return;
    case HODU_INTS:
      put_open(o, '[');
      for (size_t i = 0; i < attribute->integers.count; i++) put_integer_text(o, attribute->integers.items[i]);
      put_char(o, ']');
      return;
    case HODU_TENSORS:
      put_open(o, '[');
      for (size_t i = 0; i < attribute->tensors.count; i++) put_tensor(o, &attribute->tensors.items[i]);
      put_char(o, ']');
      return;
  }
  o->bad = "an attribute of an unknown kind";
}

static void put_node(out *o, const hodu_node *node) {
  put_open(o, '{');
  key_text(o, "op", node->op);
  key_text(o, "domain", node->domain);
  key_text(o, "name", node->name);
  put_key(o, "inputs");
  put_texts(o, &node->inputs);
  put_key(o, "outputs");
  put_texts(o, &node->outputs);
  put_key(o, "attributes");
  put_open(o, '[');
  for (size_t i = 0; i < node->attributes.count; i++) {
    const hodu_attribute *one = &node->attributes.items[i];
    put_open(o, '{');
    key_text(o, "name", one->name);
    put_key(o, "value");
    put_open(o, '{');
    key_text(o, "kind", (unsigned)one->kind <= HODU_TENSORS ? ATTRIBUTES[one->kind] : "?");
    put_key(o, "value");
    put_attribute_value(o, one);
    put_raw(o, "}}", 2);
  }
  put_char(o, ']');
  put_key(o, "origin");
  put_texts(o, &node->origin);
  put_char(o, '}');
}

static void put_weight(out *o, const hodu_weight *weight) {
  put_open(o, '{');
  key_text(o, "name", weight->name);
  key_text(o, "dtype", hodu_dtype_name(weight->dtype));
  put_key(o, "shape");
  put_shape(o, weight->rank, weight->shape);
  key_integer(o, "store", weight->store);
  key_integer(o, "offset", weight->offset);
  key_integer(o, "length", weight->length);
  key_optional(o, "digest", weight->digest);
  put_char(o, '}');
}

static void put_graph_values(out *o, const char *name, const hodu_graph_values *values) {
  put_key(o, name);
  put_open(o, '[');
  for (size_t i = 0; i < values->count; i++) {
    const hodu_graph_value *one = &values->items[i];
    put_open(o, '{');
    key_text(o, "name", one->name);
    if (one->type != NULL) {
      put_key(o, "type");
      put_type(o, one->type);
    }
    key_optional(o, "default", one->default_weight);
    put_char(o, '}');
  }
  put_char(o, ']');
}

static void put_nodes(out *o, const char *name, const hodu_nodes *nodes) {
  put_key(o, name);
  put_open(o, '[');
  for (size_t i = 0; i < nodes->count; i++) put_node(o, &nodes->items[i]);
  put_char(o, ']');
}

static void put_graph(out *o, const hodu_graph *graph) {
  put_open(o, '{');
  key_text(o, "name", graph->name);
  put_graph_values(o, "inputs", &graph->inputs);
  put_graph_values(o, "outputs", &graph->outputs);
  put_key(o, "weights");
  put_open(o, '[');
  for (size_t i = 0; i < graph->weights.count; i++) put_weight(o, &graph->weights.items[i]);
  put_char(o, ']');
  put_nodes(o, "nodes", &graph->nodes);
  put_graph_values(o, "values", &graph->values);
  put_char(o, '}');
}

static void put_snapshot(out *o, const hodu_snapshot *snapshot) {
  put_open(o, '{');
  put_key(o, "graph");
  put_graph(o, &snapshot->graph);
  put_key(o, "stores");
  put_open(o, '[');
  for (size_t i = 0; i < snapshot->stores.count; i++) {
    const hodu_store *one = &snapshot->stores.items[i];
    put_open(o, '{');
    key_text(o, "kind", one->location == NULL ? "bytes" : "file");
    key_optional(o, "location", one->location);
    if (one->location == NULL) {
      put_key(o, "bytes");
      put_part(o, one->bytes, one->size);
    }
    put_char(o, '}');
  }
  put_char(o, ']');
  put_key(o, "metadata");
  put_pairs(o, &snapshot->metadata);
  key_text(o, "producer", snapshot->producer);
  put_char(o, '}');
}

static void put_patch(out *o, const hodu_patch *patch) {
  put_open(o, '{');
  key_text(o, "pattern", patch->pattern);
  put_key(o, "remove");
  put_texts(o, &patch->remove);
  put_nodes(o, "add", &patch->add);
  put_key(o, "weights");
  put_open(o, '[');
  for (size_t i = 0; i < patch->weights.count; i++) {
    const hodu_patch_weight *one = &patch->weights.items[i];
    if (one->value == NULL) {
      put_weight(o, &one->weight);
      continue;
    }
    put_open(o, '{');
    key_text(o, "name", one->weight.name);
    put_key(o, "value");
    put_tensor(o, one->value);
    put_char(o, '}');
  }
  put_char(o, ']');
  put_key(o, "rename");
  put_pairs(o, &patch->rename);
  put_key(o, "dropWeights");
  put_texts(o, &patch->drop_weights);
  put_char(o, '}');
}

static void put_patches(out *o, const hodu_patches *patches) {
  put_open(o, '{');
  put_key(o, "patches");
  put_open(o, '[');
  for (size_t i = 0; i < patches->count; i++) put_patch(o, &patches->items[i]);
  put_raw(o, "]}", 2);
}

/* An object of one member, which stands for what JSON has not. */
static void put_marked(out *o, const json *data) {
  put_open(o, '{');
  if (data->kind == HODU_JSON_INTEGER) {
    key_text(o, "$integer", data->text);
  } else if (data->kind == HODU_JSON_BYTES) {
    put_key(o, "$bytes");
    put_part(o, data->bytes, data->size);
  } else if (data->kind == HODU_JSON_VALUE) {
    put_key(o, "$value");
    put_value(o, data->value);
  } else {
    key_text(o, "$float", float_word(data->number));
  }
  put_char(o, '}');
}

/* Data of services; `is_plain`: JSON as it is. */
static void put_json(out *o, const json *data, bool is_plain, int depth) {
  const bool is_list = data->kind == HODU_JSON_LIST, is_object = data->kind == HODU_JSON_OBJECT;
  if (depth > MAX_SERVICE_DEPTH) {
    o->bad = "data of more than 100 levels";
    put_comma(o);
    put_raw(o, "null", 4);
  } else if (is_list || is_object) {
    put_open(o, is_list ? '[' : '{');
    for (const json *item = data->first; item != NULL; item = item->next) {
      if (is_object) {
        if (!is_plain && item->name[0] == '$') o->bad = "a member that begins with $";
        put_key(o, item->name);
      }
      put_json(o, item, is_plain, depth + 1);
    }
    put_char(o, is_list ? ']' : '}');
  } else if (data->kind == HODU_JSON_NULL || data->kind == HODU_JSON_FLAG) {
    put_comma(o);
    put_raw(o, data->kind == HODU_JSON_NULL ? "null" : data->flag ? "true" : "false", data->kind == HODU_JSON_FLAG && !data->flag ? 5 : 4);
  } else if (data->kind == HODU_JSON_TEXT) {
    put_comma(o);
    put_sized(o, data->text, data->size);
  } else if (data->kind == HODU_JSON_NUMBER && (is_plain || float_word(data->number) == NULL)) {
    put_float(o, data->number);
  } else if (is_plain) {
    o->bad = "bytes, a value or an integer where JSON is expected";
    put_comma(o);
    put_raw(o, "null", 4);
  } else {
    put_marked(o, data);
  }
}

/* JSON as data: what is not as the protocol has it is noted in `bad`, and gives something harmless. */

typedef struct reader {
  message *m;
  const part *parts;
  size_t part_count;
  const char *bad;
} reader;

static void *is_bad(reader *r, const char *why) {
  if (r->bad == NULL) r->bad = why;
  return NULL;
}

static const json *need(reader *r, const json *object, const char *name) {
  const json *found = hodu_get(object, name);
  return found == NULL ? is_bad(r, name) : found;
}

static const char *read_text(reader *r, const json *from) {
  if (from == NULL || from->kind != HODU_JSON_TEXT) is_bad(r, "a text was expected");
  else if (strlen(from->text) != from->size) is_bad(r, "a text with a NUL character, which a plugin in C cannot hold");
  else return from->text;
  return "";
}

static const char *need_text(reader *r, const json *object, const char *name) {
  return read_text(r, need(r, object, name));
}

static const char *optional_text(reader *r, const json *object, const char *name) {
  const json *found = hodu_get(object, name);
  return found == NULL ? NULL : read_text(r, found);
}

static int64_t read_integer(reader *r, const json *from) {
  const double number = hodu_number(from, NAN);
  if (number >= -MAX_SAFE_INTEGER && number <= MAX_SAFE_INTEGER && number == (double)(int64_t)number) return (int64_t)number;
  is_bad(r, "an integer was expected");
  return 0;
}

static int64_t read_natural(reader *r, const json *from) {
  const int64_t number = read_integer(r, from);
  if (number >= 0) return number;
  is_bad(r, "an integer from 0 on was expected");
  return 0;
}

static int64_t need_natural(reader *r, const json *object, const char *name) {
  return read_natural(r, need(r, object, name));
}

static int64_t read_integer_text(reader *r, const json *from) {
  const char *text = read_text(r, from);
  char *end;
  errno = 0;
  const long long value = strtoll(text, &end, 10);
  if (*text == '\0' || *end != '\0' || errno != 0) is_bad(r, "an integer of 64 bits in decimal was expected");
  return value;
}

static double read_float(reader *r, const json *from) {
  static const double values[] = {NAN, INFINITY, -INFINITY, -0.0};
  static const char *const words[] = {"NaN", "Infinity", "-Infinity", "-0"};
  for (size_t i = 0; i < 4; i++) {
    if (strcmp(hodu_text(from, ""), words[i]) == 0) return values[i];
  }
  if (from == NULL || from->kind != HODU_JSON_NUMBER) is_bad(r, "a number was expected");
  return hodu_number(from, 0);
}

/* The first item of a list. */
static const json *items_of(reader *r, const json *list) {
  if (list == NULL || list->kind != HODU_JSON_LIST) return is_bad(r, "a list was expected");
  return list->first;
}

/* Room for the items of a list, exactly; `array` gets them. */
static size_t room_for(reader *r, const json *list, size_t size, void *array) {
  const size_t count = items_of(r, list) == NULL ? 0 : list->size;
  void *room = count == 0 ? NULL : zeros(r->m, count, size);
  memcpy(array, &room, sizeof room);
  return count;
}

/* Reads each item of a list of JSON into a list of data: `to` points to the place of the item. */
#define READ_LIST(r, from, list, to, read)                                                                                                 \
  do {                                                                                                                                     \
    const json *all_ = (from);                                                                                                             \
    (list)->count = (list)->capacity = room_for((r), all_, sizeof *(list)->items, &(list)->items);                                         \
    const json *item = (list)->count == 0 ? NULL : all_->first;                                                                            \
    for (size_t i_ = 0; i_ < (list)->count; i_++, item = item->next) {                                                                     \
      to = &(list)->items[i_];                                                                                                             \
      read;                                                                                                                                \
    }                                                                                                                                      \
  } while (0)

static void read_texts(reader *r, const json *from, hodu_texts *result) {
  const char **to;
  READ_LIST(r, from, result, to, *to = read_text(r, item));
}

static hodu_pair read_pair(reader *r, const json *from) {
  const json *first = items_of(r, from);
  const json *second = first == NULL ? NULL : first->next;
  if (second == NULL || second->next != NULL) is_bad(r, "a list of two was expected");
  return (hodu_pair){read_text(r, first), read_text(r, second)};
}

static void read_pairs(reader *r, const json *from, hodu_pairs *result) {
  hodu_pair *to;
  READ_LIST(r, from, result, to, *to = read_pair(r, item));
}

static const part *read_part(reader *r, const json *from) {
  static const part none = {0};
  const int64_t index = read_natural(r, from);
  if ((uint64_t)index < r->part_count) return &r->parts[index];
  is_bad(r, "the index of a part was expected");
  return &none;
}

static hodu_dtype read_dtype(reader *r, const json *from) {
  const char *name = read_text(r, from);
  for (size_t i = 0; i < DTYPE_COUNT; i++) {
    if (strcmp(name, DTYPES[i]) == 0) return (hodu_dtype)i;
  }
  is_bad(r, "a dtype was expected");
  return HODU_BOOL;
}

static size_t read_shape(reader *r, const json *from, const int64_t **shape) {
  hodu_integers sizes = {0};
  int64_t *to;
  READ_LIST(r, from, &sizes, to, *to = read_natural(r, item));
  *shape = sizes.items;
  return sizes.count;
}

static hodu_term read_term(reader *r, const json *from) {
  const json *symbol = items_of(r, from);
  return (hodu_term){read_text(r, symbol), read_integer(r, symbol == NULL ? NULL : symbol->next)};
}

static hodu_dim read_dim(reader *r, const json *from) {
  hodu_dim dim = {0};
  hodu_term *to;
  if (from->kind == HODU_JSON_NUMBER) {
    dim.constant = read_natural(r, from);
    return dim;
  }
  dim.constant = read_integer(r, hodu_get(from, "constant"));
  READ_LIST(r, hodu_get(from, "terms"), &dim.terms, to, *to = read_term(r, item));
  return dim;
}

static hodu_kind read_kind(reader *r, const json *from) {
  const char *kind = need_text(r, from, "kind");
  for (int i = 0; i < 4; i++) {
    if (strcmp(kind, KINDS[i]) == 0) return (hodu_kind)i;
  }
  is_bad(r, "a kind of value was expected");
  return HODU_TENSOR;
}

static const hodu_type *read_type(reader *r, const json *from) {
  hodu_type *type = zeros(r->m, 1, sizeof *type);
  hodu_dim *to;
  type->kind = read_kind(r, from);
  if (type->kind == HODU_MAP) type->key = read_dtype(r, hodu_get(from, "key"));
  if (type->kind != HODU_TENSOR) {
    type->element = read_type(r, r->bad != NULL ? NULL : need(r, from, "element"));
    return type;
  }
  if (r->bad != NULL) return type;
  type->dtype = read_dtype(r, hodu_get(from, "dtype"));
  type->has_shape = hodu_get(from, "shape") != NULL;
  if (type->has_shape) READ_LIST(r, hodu_get(from, "shape"), &type->shape, to, *to = read_dim(r, item));
  return type;
}

static const hodu_type *optional_type(reader *r, const json *from) {
  return from == NULL || from->kind == HODU_JSON_NULL ? NULL : read_type(r, from);
}

static void read_types(reader *r, const json *from, hodu_types *result) {
  const hodu_type **to;
  READ_LIST(r, from, result, to, *to = optional_type(r, item));
}

static hodu_tensor read_tensor(reader *r, const json *from) {
  hodu_tensor tensor = {0};
  size_t size;
  if (strcmp(need_text(r, from, "kind"), "tensor") != 0) is_bad(r, "a tensor was expected");
  tensor.dtype = read_dtype(r, hodu_get(from, "dtype"));
  tensor.rank = read_shape(r, hodu_get(from, "shape"), &tensor.shape);
  tensor.wide = hodu_flag(hodu_get(from, "wide"), false);
  const part *bytes = read_part(r, hodu_get(from, "data"));
  tensor.data = bytes->data;
  tensor.size = bytes->size;
  if (r->bad != NULL || tensor.dtype == HODU_STRING) return tensor;
  if (!bytes_of(tensor.dtype, tensor.wide, tensor.rank, tensor.shape, &size) || size != tensor.size) {
    is_bad(r, "a tensor of other bytes than its shape has");
  }
  return tensor;
}

static hodu_value read_value(reader *r, const json *from);

static void read_values(reader *r, const json *from, hodu_values *result) {
  hodu_value *to;
  READ_LIST(r, from, result, to, *to = read_value(r, item));
}

static const char *read_map_key(reader *r, const json *from) {
  if (from->kind == HODU_JSON_TEXT) return read_text(r, from);
  char *text = zeros(r->m, 32, 1);
  snprintf(text, 32, "%" PRId64, read_integer(r, from));
  return text;
}

static hodu_value read_value(reader *r, const json *from) {
  hodu_value value = {.kind = read_kind(r, from)};
  const char **to;
  if (value.kind == HODU_TENSOR) {
    value.tensor = read_tensor(r, from);
    return value;
  }
  value.element = read_type(r, hodu_get(from, "element"));
  if (value.kind == HODU_SEQUENCE) read_values(r, hodu_get(from, "items"), &value.items);
  if (value.kind == HODU_OPTIONAL && hodu_get(from, "value") != NULL) {
    value.items.items = zeros(r->m, 1, sizeof value);
    value.items.items[0] = read_value(r, hodu_get(from, "value"));
    value.items.count = value.items.capacity = 1;
  }
  if (value.kind == HODU_MAP) {
    value.key = read_dtype(r, hodu_get(from, "key"));
    READ_LIST(r, hodu_get(from, "keys"), &value.keys, to, *to = read_map_key(r, item));
    read_values(r, hodu_get(from, "values"), &value.items);
    if (value.keys.count != value.items.count) is_bad(r, "as many keys as values were expected");
  }
  return value;
}

static void read_named_values(reader *r, const json *from, hodu_named_values *result) {
  hodu_named_value *to;
  READ_LIST(r, from, result, to,
            *to = ((hodu_named_value){need_text(r, item, "name"), read_value(r, need(r, item, "value"))}));
}

static void *kept_copy(reader *r, const void *data, size_t size) {
  return memcpy(zeros(r->m, 1, size), data, size);
}

static void read_graph(reader *r, const json *from, hodu_graph *result);

static void read_attribute_value(reader *r, const json *from, hodu_attribute *result) {
  double *number;
  int64_t *integer;
  hodu_tensor *tensor, one;
  hodu_graph graph = {0};
  switch (result->kind) {
    case HODU_FLOAT:
      result->number = read_float(r, from);
      return;
    case HODU_INT:
      result->integer = read_integer_text(r, from);
      return;
    case HODU_TEXT:
      result->text = read_text(r, from);
      return;
    case HODU_TENSOR_ATTRIBUTE:
      one = read_tensor(r, from);
      result->tensor = kept_copy(r, &one, sizeof one);
      return;
    case HODU_GRAPH:
      read_graph(r, from, &graph);
      result->graph = kept_copy(r, &graph, sizeof graph);
      return;
    case HODU_TYPE:
      result->type = read_type(r, from);
      return;
    case HODU_FLOATS:
      READ_LIST(r, from, &result->numbers, number, *number = read_float(r, item));
      return;
    case HODU_INTS:
      READ_LIST(r, from, &result->integers, integer, *integer = read_integer_text(r, item));
      return;
    case HODU_TEXTS:
      read_texts(r, from, &result->texts);
      return;
    case HODU_TENSORS:
      READ_LIST(r, from, &result->tensors, tensor, *tensor = read_tensor(r, item));
      return;
  }
}

static hodu_attribute read_attribute(reader *r, const json *from) {
  hodu_attribute attribute = {.name = need_text(r, from, "name")};
  const json *value = need(r, from, "value");
  const char *kind = need_text(r, value, "kind");
  for (int i = 0; i <= HODU_TENSORS; i++) {
    if (strcmp(kind, ATTRIBUTES[i]) != 0) continue;
    attribute.kind = (hodu_attribute_kind)i;
    read_attribute_value(r, need(r, value, "value"), &attribute);
    return attribute;
  }
  is_bad(r, "a kind of attribute was expected");
  return attribute;
}

static hodu_node read_node(reader *r, const json *from) {
  hodu_node node = {.op = need_text(r, from, "op"), .domain = need_text(r, from, "domain"), .name = need_text(r, from, "name")};
  hodu_attribute *to;
  read_texts(r, hodu_get(from, "inputs"), &node.inputs);
  read_texts(r, hodu_get(from, "outputs"), &node.outputs);
  READ_LIST(r, hodu_get(from, "attributes"), &node.attributes, to, *to = read_attribute(r, item));
  read_texts(r, hodu_get(from, "origin"), &node.origin);
  return node;
}

static hodu_weight read_weight(reader *r, const json *from) {
  hodu_weight weight = {.name = need_text(r, from, "name"), .dtype = read_dtype(r, hodu_get(from, "dtype"))};
  weight.rank = read_shape(r, hodu_get(from, "shape"), &weight.shape);
  weight.store = need_natural(r, from, "store");
  weight.offset = need_natural(r, from, "offset");
  weight.length = need_natural(r, from, "length");
  weight.digest = optional_text(r, from, "digest");
  return weight;
}

static void read_graph_values(reader *r, const json *from, hodu_graph_values *result) {
  hodu_graph_value *to;
  READ_LIST(r, from, result, to,
            *to = ((hodu_graph_value){need_text(r, item, "name"), optional_type(r, hodu_get(item, "type")),
                                      optional_text(r, item, "default")}));
}

static void read_graph(reader *r, const json *from, hodu_graph *result) {
  hodu_weight *weight;
  hodu_node *node;
  result->name = need_text(r, from, "name");
  read_graph_values(r, hodu_get(from, "inputs"), &result->inputs);
  read_graph_values(r, hodu_get(from, "outputs"), &result->outputs);
  READ_LIST(r, hodu_get(from, "weights"), &result->weights, weight, *weight = read_weight(r, item));
  READ_LIST(r, hodu_get(from, "nodes"), &result->nodes, node, *node = read_node(r, item));
  read_graph_values(r, hodu_get(from, "values"), &result->values);
}

static hodu_store read_store(reader *r, const json *from) {
  if (strcmp(need_text(r, from, "kind"), "file") == 0) return (hodu_store){.location = need_text(r, from, "location")};
  const part *bytes = read_part(r, hodu_get(from, "bytes"));
  return (hodu_store){NULL, bytes->data, bytes->size};
}

static void read_snapshot(reader *r, const json *from, hodu_snapshot *result) {
  hodu_store *to;
  read_graph(r, need(r, from, "graph"), &result->graph);
  READ_LIST(r, hodu_get(from, "stores"), &result->stores, to, *to = read_store(r, item));
  read_pairs(r, hodu_get(from, "metadata"), &result->metadata);
  result->producer = need_text(r, from, "producer");
}

static const json *read_service(reader *r, const json *from);

/* What a marked object stands for. */
static void read_marked(reader *r, const json *member, json *result) {
  if (strcmp(member->name, "$float") == 0) {
    result->kind = HODU_JSON_NUMBER;
    result->number = read_float(r, member);
  } else if (strcmp(member->name, "$integer") == 0) {
    result->kind = HODU_JSON_INTEGER;
    result->text = read_text(r, member);
    result->size = strlen(result->text);
  } else if (strcmp(member->name, "$bytes") == 0) {
    const part *bytes = read_part(r, member);
    result->kind = HODU_JSON_BYTES;
    result->bytes = bytes->data;
    result->size = bytes->size;
  } else if (strcmp(member->name, "$value") == 0) {
    const hodu_value value = read_value(r, member);
    result->kind = HODU_JSON_VALUE;
    result->value = kept_copy(r, &value, sizeof value);
  } else {
    is_bad(r, "an object with a member that begins with $");
  }
}

static const json *read_service(reader *r, const json *from) {
  json *made = zeros(r->m, 1, sizeof *made);
  if (from == NULL) return made;
  if (from->kind != HODU_JSON_LIST && from->kind != HODU_JSON_OBJECT) {
    *made = *from;
    made->next = NULL;
    return made;
  }
  made->name = from->name;
  if (from->kind == HODU_JSON_OBJECT && from->first != NULL && from->first->name[0] == '$') {
    read_marked(r, from->first, made);
    return made;
  }
  made->kind = from->kind;
  for (const json *item = from->first; item != NULL; item = item->next) {
    json *read = (json *)(uintptr_t)read_service(r, item);
    read->name = item->name;
    append(made, read);
  }
  return made;
}

/* Memory that both sides reach */

static char *memory_path(const char *name, char *path, size_t size) {
  const int length = snprintf(path, size, "%s/%s", line.folder, name);
  return length > 0 && (size_t)length < size ? path : NULL;
}

/* Maps as much as a file may ever hold: beyond its present end is no memory. NULL where it cannot be mapped. */
static unsigned char *map_file(int descriptor) {
  void *map = mmap(NULL, MOST_MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  return map == MAP_FAILED ? NULL : map;
}

static own_file *open_own(void) {
  char name[16], path[1024];
  if (line.own_count == MAX_MEMORY_FILES) return NULL;
  snprintf(name, sizeof name, "p%zu", line.own_count);
  if (memory_path(name, path, sizeof path) == NULL) return NULL;
  const int descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return NULL;
  own_file *file = &line.own[line.own_count++];
  *file = (own_file){descriptor, map_file(descriptor), 0, true, true};
  return file;
}

/* Of those that hold nothing the smallest that need not grow, else the largest, else a new one. */
static own_file *free_own(size_t size) {
  own_file *best = NULL;
  for (size_t i = 0; i < line.own_count; i++) {
    own_file *one = &line.own[i];
    if (!one->is_free) continue;
    const bool fits = one->size >= size;
    if (best == NULL || (fits ? best->size < size || one->size < best->size : best->size < size && one->size > best->size)) best = one;
  }
  return best != NULL ? best : open_own();
}

/* Makes room, too: what is written to a hole through a mapping ends the process when memory is full. */
static bool write_file(int descriptor, const char *data, size_t size) {
  for (size_t at = 0; at < size;) {
    const ssize_t count = pwrite(descriptor, data + at, size - at, (off_t)at);
    if (count > 0) at += (size_t)count;
    else if (count == 0 || errno != EINTR) return false;
  }
  return true;
}

/* Puts a part into a file; its number, or -1 where there is no room for it: then it travels in frames. */
static int put_memory(const void *data, size_t size) {
  pthread_mutex_lock(&line.memory);
  own_file *file = free_own(size);
  if (file != NULL) file->is_free = false;
  pthread_mutex_unlock(&line.memory);
  if (file == NULL) return -1;
  const bool has_room = file->map != NULL && size <= file->size;
  if (has_room) memcpy(file->map, data, size);
  const bool is_put = has_room || write_file(file->descriptor, data, size);
  pthread_mutex_lock(&line.memory);
  if (is_put && size > file->size) file->size = size;
  file->is_free = !is_put;
  pthread_mutex_unlock(&line.memory);
  return is_put ? (int)(file - line.own) : -1;
}

/* The number of a file "p7" or "h7"; -1: it is no such name. */
static long file_number(const char *name, char letter) {
  const size_t digits = name[0] == letter ? strspn(name + 1, "0123456789") : 0;
  return digits == 0 || digits > 9 || name[digits + 1] != '\0' ? -1 : strtol(name + 1, NULL, 10);
}

/* The other side has taken what was put into a file of this side. */
static void free_memory(const char *name) {
  char path[1024];
  size_t idle = 0;
  const long number = file_number(name, 'p');
  pthread_mutex_lock(&line.memory);
  own_file *file = number < 0 || (size_t)number >= line.own_count ? NULL : &line.own[number];
  if (file == NULL || file->is_free) breach("found that a file is free, expected one that holds a part");
  if (file->is_named && memory_path(name, path, sizeof path) != NULL) unlink(path);
  file->is_named = false;
  file->is_free = true;
  for (size_t i = 0; i < line.own_count; i++) idle += line.own[i].is_free ? line.own[i].size : 0;
  if (idle > MAX_IDLE_MEMORY_BYTES && ftruncate(file->descriptor, 0) == 0) file->size = 0;
  pthread_mutex_unlock(&line.memory);
}

static their_file *their_file_of(const char *name) {
  char path[1024];
  const long number = file_number(name, 'h');
  for (size_t i = 0; i < line.their_count; i++) {
    if (line.theirs[i].number == number) return &line.theirs[i];
  }
  if (number < 0 || line.their_count == MAX_MEMORY_FILES || memory_path(name, path, sizeof path) == NULL) {
    breach("found a part in a file of another name");
  }
  /* Who writes to what was lent to it changes its own inputs only. */
  const int writable = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
  const int descriptor = writable >= 0 ? writable : open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) breach("cannot open a file in memory");
  their_file *file = &line.theirs[line.their_count++];
  file->number = number;
  file->descriptor = descriptor;
  file->map = writable >= 0 ? map_file(descriptor) : NULL;
  return file;
}

/* Sends large parts through files of a folder from now on, where that can be. */
static bool use_memory(const char *folder) {
  pthread_mutex_lock(&line.memory);
  if (folder != NULL && line.folder == NULL) {
    line.folder = take_memory(strdup(folder));
    if (open_own() != NULL) atomic_store(&line.has_memory, true);
  }
  pthread_mutex_unlock(&line.memory);
  return atomic_load(&line.has_memory);
}

/* Sending */

/* A line that is gone is seen by who reads it. */
static void write_all(const void *data, size_t size) {
  const char *at = data;
  while (size > 0) {
    const ssize_t count = write(line.descriptor, at, size);
    if (count < 0 && errno != EINTR) return;
    if (count > 0) {
      at += count;
      size -= (size_t)count;
    }
  }
}

static void header_of(unsigned char *header, int kind, uint32_t stream, size_t size) {
  memset(header, 0, HEADER_BYTES);
  header[0] = (unsigned char)kind;
  for (int i = 0; i < 4; i++) {
    header[4 + i] = (unsigned char)(stream >> 8 * i);
    header[8 + i] = (unsigned char)(size >> 8 * i);
  }
}

static void write_frame(int kind, uint32_t stream, const void *data, size_t size) {
  unsigned char header[HEADER_BYTES];
  header_of(header, kind, stream, size);
  write_all(header, sizeof header);
  write_all(data, size);
}

/* Writes the sizes or files of the parts; those that travel in frames stay in the list. */
static uint64_t put_part_list(out *o) {
  uint64_t total = 0;
  size_t framed = 0;
  put_key(o, "parts");
  put_open(o, '[');
  for (size_t i = 0; i < o->part_count; i++) {
    const hodu_bytes one = o->parts[i];
    const bool is_fit = one.size >= LEAST_MEMORY_BYTES && one.size <= MOST_MEMORY_BYTES && atomic_load(&line.has_memory);
    const int file = is_fit ? put_memory(one.data, one.size) : -1;
    if (file < 0) {
      put_integer(o, (int64_t)one.size);
      o->parts[framed++] = one;
      total += one.size;
      continue;
    }
    char name[16];
    snprintf(name, sizeof name, "p%d", file);
    put_open(o, '{');
    key_text(o, "file", name);
    key_integer(o, "size", (int64_t)one.size);
    put_char(o, '}');
  }
  put_char(o, ']');
  o->part_count = framed;
  return total;
}

/* One write for a short message with its parts. */
static void send_joined(out *o, uint32_t stream, size_t total) {
  unsigned char *whole = take_memory(malloc(2 * HEADER_BYTES + o->size + total));
  size_t at = HEADER_BYTES + o->size;
  header_of(whole, MESSAGE_FRAME, stream, o->size);
  memcpy(whole + HEADER_BYTES, o->text, o->size);
  if (total > 0) {
    header_of(whole + at, DATA_FRAME, stream, total);
    at += HEADER_BYTES;
  }
  for (size_t i = 0; i < o->part_count; i++) {
    if (o->parts[i].size > 0) memcpy(whole + at, o->parts[i].data, o->parts[i].size);
    at += o->parts[i].size;
  }
  write_all(whole, at);
  free(whole);
}

/* Sends a message that lacks its last brace, and its parts: a frame at a time, so that a short message need not wait for a long one. */
static void send_message(out *o) {
  const uint64_t total = o->part_count == 0 ? 0 : put_part_list(o);
  put_char(o, '}');
  pthread_mutex_lock(&line.turn);
  const uint32_t stream = ++line.last_stream;
  if (total + o->size <= JOINED_BYTES) {
    send_joined(o, stream, (size_t)total);
    pthread_mutex_unlock(&line.turn);
    return;
  }
  write_frame(MESSAGE_FRAME, stream, o->text, o->size);
  pthread_mutex_unlock(&line.turn);
  for (size_t i = 0; i < o->part_count; i++) {
    const char *data = o->parts[i].data;
    for (size_t at = 0; at < o->parts[i].size; at += DATA_FRAME_BYTES) {
      const size_t left = o->parts[i].size - at;
      pthread_mutex_lock(&line.turn);
      write_frame(DATA_FRAME, stream, data + at, left < DATA_FRAME_BYTES ? left : DATA_FRAME_BYTES);
      pthread_mutex_unlock(&line.turn);
    }
  }
}

static void begin(out *o, const char *method) {
  static const char head[] = "{\"jsonrpc\":\"2.0\"";
  put_raw(o, head, sizeof head - 1);
  key_text(o, "method", method);
  put_key(o, "params");
  put_open(o, '{');
}

static void send_notification(out *o) {
  put_char(o, '}');
  send_message(o);
  free_out(o);
}

/* Tells the other side that it may fill a file again. */
static void send_free(long number) {
  char name[16];
  out o = {0};
  snprintf(name, sizeof name, "h%ld", number);
  begin(&o, "memory.free");
  key_text(&o, "file", name);
  send_notification(&o);
}

/* Takes what the other side has put into a file: as a loan, until `end_loans`, where that can be, else as a copy. */
static void take_part(message *m, const char *name, bool is_loan, part *into) {
  their_file *file = their_file_of(name);
  struct stat found;
  if (atomic_load(&file->is_lent)) breach("found a part in a file that holds another one");
  if (fstat(file->descriptor, &found) != 0 || (uint64_t)found.st_size < into->size) {
    breach("found fewer bytes in a file in memory than were announced");
  }
  if (is_loan && file->map != NULL) {
    into->data = file->map;
    into->lender = file;
    atomic_store(&file->is_lent, true);
    return;
  }
  into->data = part_memory(m, into->size);
  for (size_t at = 0; at < into->size;) {
    const ssize_t count = pread(file->descriptor, into->data + at, into->size - at, (off_t)at);
    if (count > 0) at += (size_t)count;
    else if (count == 0 || errno != EINTR) breach("found fewer bytes in a file in memory than were announced");
  }
  send_free(file->number);
}

/* Nobody looks at the parts of a message any more. */
static void end_loans(message *m) {
  for (size_t i = 0; i < m->part_count; i++) {
    their_file *file = m->parts[i].lender;
    if (file == NULL) continue;
    m->parts[i].lender = NULL;
    atomic_store(&file->is_lent, false);
    send_free(file->number);
  }
}

void hodu_log(hodu_call *call, const char *level, const char *format, ...) {
  char short_text[1024];
  va_list arguments;
  va_start(arguments, format);
  const int length = vsnprintf(short_text, sizeof short_text, format, arguments);
  va_end(arguments);
  const size_t size = length < 0 ? 0 : length < MAX_LOG_BYTES ? (size_t)length : MAX_LOG_BYTES;
  char *text = size < sizeof short_text ? short_text : take_memory(malloc(size + 1));
  if (text != short_text) {
    va_start(arguments, format);
    vsnprintf(text, size + 1, format, arguments);
    va_end(arguments);
  }
  out o = {0};
  begin(&o, "log");
  if (call != NULL) key_integer(&o, "call", call->id);
  key_text(&o, "level", level);
  put_key(&o, "message");
  put_sized(&o, text, size);
  send_notification(&o);
  if (text != short_text) free(text);
}

void hodu_progress(hodu_call *call, double done, double total, const char *label) {
  struct timespec clock;
  clock_gettime(CLOCK_MONOTONIC, &clock);
  const double now = (double)clock.tv_sec + (double)clock.tv_nsec / 1e9;
  if (done != total && call->last_told != 0 && now - call->last_told < PROGRESS_INTERVAL) return;
  call->last_told = now;
  out o = {0};
  begin(&o, "progress");
  key_integer(&o, "call", call->id);
  put_key(&o, "done");
  put_float(&o, done);
  if (!(total < 0)) {
    put_key(&o, "total");
    put_float(&o, total);
  }
  key_text(&o, "label", label);
  send_notification(&o);
}

/* Requests to the host */

static void unlink_pending(pending *gone) {
  pending **at = &line.pendings;
  while (*at != gone) at = &(*at)->next;
  *at = gone->next;
}

/* Waits for the answer; NULL when the call was cancelled before. */
static message *wait_for(hodu_call *call, pending *p) {
  pthread_mutex_lock(&line.lock);
  while (!p->is_done && !atomic_load(&call->is_cancelled)) pthread_cond_wait(&p->changed, &line.lock);
  message *answer = p->answer;
  p->is_abandoned = !p->is_done;
  if (p->is_abandoned) p->call = NULL;
  const bool is_over = p->is_done;
  pthread_mutex_unlock(&line.lock);
  if (is_over) {
    pthread_cond_destroy(&p->changed);
    free(p);
  }
  return answer;
}

/* What the other side failed with becomes what the call fails with. */
static bool fail_as(hodu_call *call, const json *error) {
  const json *data = hodu_get(error, "data"), *where = hodu_get(data, "where");
  if (hodu_number(hodu_get(error, "code"), 0) != HODU_ERROR || data == NULL) {
    return hodu_fail(call, NULL, "%s", hodu_text(hodu_get(error, "message"), "the host failed"));
  }
  hodu_fail(call, hodu_text(hodu_get(data, "code"), "PLUGIN_PROTOCOL"), "%s", hodu_text(hodu_get(data, "message"), ""));
  call->error.hint = hodu_text(hodu_get(data, "hint"), NULL);
  call->error.cause = hodu_text(hodu_get(data, "cause"), NULL);
  call->error.file = hodu_text(hodu_get(where, "file"), NULL);
  call->error.field = hodu_text(hodu_get(where, "field"), NULL);
  call->error.node = hodu_text(hodu_get(where, "node"), NULL);
  call->error.operator_name = hodu_text(hodu_get(where, "operator"), NULL);
  call->error.plugin = hodu_text(hodu_get(where, "plugin"), NULL);
  call->error.offset = (int64_t)hodu_number(hodu_get(where, "offset"), -1);
  return false;
}

/*
 * Sends a request that was begun, and gives its result, with a reader of its parts; NULL, and the call has failed. The result's message is
 * the caller's to free, or to join to the call's memory.
 */
static const json *ask(hodu_call *call, out *o, message **answer, reader *r) {
  if (o->bad != NULL || !hodu_check(call)) {
    if (o->bad != NULL) hodu_fail(call, HODU_BAD_USAGE, "Cannot send that: found %s", o->bad);
    free_out(o);
    return NULL;
  }
  if (line.descriptor < 0) {
    free_out(o);
    hodu_fail(call, NULL, "there is no host");
    return NULL;
  }
  pending *p = take_memory(calloc(1, sizeof *p));
  p->id = ++line.last_id;
  p->call = call;
  pthread_cond_init(&p->changed, NULL);
  pthread_mutex_lock(&line.lock);
  p->next = line.pendings;
  line.pendings = p;
  pthread_mutex_unlock(&line.lock);
  put_char(o, '}');
  key_integer(o, "id", p->id);
  send_message(o);
  free_out(o);
  message *came = wait_for(call, p);
  if (came == NULL) {
    hodu_check(call);
    return NULL;
  }
  const json *result = hodu_get(came->root, "result");
  if (result == NULL) {
    fail_as(call, hodu_get(came->root, "error"));
    join_memory(call, came);
    return NULL;
  }
  *answer = came;
  *r = (reader){came, came->parts, came->part_count, NULL};
  return result;
}

/* Of a request whose result says nothing. */
static bool ask_nothing(hodu_call *call, out *o) {
  message *answer;
  reader r;
  if (ask(call, o, &answer, &r) == NULL) return false;
  free_message(answer);
  return true;
}

static bool wrong_answer(hodu_call *call, message *answer) {
  free_message(answer);
  return hodu_fail(call, NULL, "found an answer of the host that is not as the protocol has it");
}

/* Files */

/* The answer to a read, with its bytes. */
static message *read_at(const hodu_source *source, int64_t offset, size_t size, hodu_call *call, const part **bytes) {
  message *answer;
  reader r;
  if (offset < 0 || offset > source->size || size > (uint64_t)(source->size - offset)) {
    hodu_fail(call, HODU_BAD_MODEL, "Cannot read %s: found bytes %" PRId64 " and %zu more of %" PRId64, source->name, offset, size,
              source->size);
    call->error.file = source->name;
    return NULL;
  }
  out o = {0};
  begin(&o, "source.read");
  key_integer(&o, "source", source->number);
  key_integer(&o, "offset", offset);
  key_integer(&o, "length", (int64_t)size);
  const json *result = ask(call, &o, &answer, &r);
  if (result == NULL) return NULL;
  *bytes = read_part(&r, hodu_get(result, "bytes"));
  if (r.bad == NULL && (*bytes)->size == size) return answer;
  wrong_answer(call, answer);
  return NULL;
}

bool hodu_read(const hodu_source *source, int64_t offset, void *into, size_t size, hodu_call *call) {
  const part *bytes;
  if (size == 0) return hodu_check(call);
  message *answer = read_at(source, offset, size, call, &bytes);
  if (answer == NULL) return false;
  memcpy(into, bytes->data, size);
  free_message(answer);
  return true;
}

bool hodu_read_bytes(const hodu_source *source, int64_t offset, size_t size, hodu_bytes *result, hodu_call *call) {
  const part *bytes;
  *result = (hodu_bytes){"", 0};
  if (size == 0) return hodu_check(call);
  message *answer = read_at(source, offset, size, call, &bytes);
  if (answer == NULL) return false;
  *result = (hodu_bytes){bytes->data, size};
  join_memory(call, answer);
  return true;
}

static bool read_source(reader *r, const json *from, hodu_source *result) {
  *result = (hodu_source){need_text(r, from, "name"), need_natural(r, from, "size"), need_natural(r, from, "source")};
  return r->bad == NULL;
}

static bool read_sink(reader *r, const json *from, hodu_sink *result) {
  *result = (hodu_sink){need_text(r, from, "name"), need_natural(r, from, "sink")};
  return r->bad == NULL;
}

/* Asks for another file beside that of a number; its answer is of the call's memory. */
static const json *ask_sibling(hodu_call *call, const char *method, const char *member, int64_t number, const char *name, reader *r) {
  message *answer;
  out o = {0};
  begin(&o, method);
  key_integer(&o, member, number);
  key_text(&o, "name", name);
  const json *result = ask(call, &o, &answer, r);
  if (result != NULL) join_memory(call, answer);
  r->m = call->message;
  return hodu_get(result, member);
}

bool hodu_source_sibling(const hodu_source *source, const char *name, hodu_source *result, hodu_call *call) {
  reader r = {0};
  const json *found = ask_sibling(call, "source.sibling", "source", source->number, name, &r);
  if (found == NULL) return false;
  return read_source(&r, found, result) || hodu_fail(call, NULL, "found no source in the host's answer");
}

bool hodu_sink_sibling(const hodu_sink *sink, const char *name, hodu_sink *result, hodu_call *call) {
  reader r = {0};
  const json *found = ask_sibling(call, "sink.sibling", "sink", sink->number, name, &r);
  if (found == NULL) return false;
  return read_sink(&r, found, result) || hodu_fail(call, NULL, "found no sink in the host's answer");
}

void hodu_close(const hodu_source *source) {
  out o = {0};
  begin(&o, "source.close");
  key_integer(&o, "source", source->number);
  send_notification(&o);
}

bool hodu_write(const hodu_sink *sink, const void *data, size_t size, hodu_call *call) {
  for (size_t at = 0; at < size; at += MAX_DATA_BYTES) {
    const size_t left = size - at;
    out o = {0};
    begin(&o, "sink.write");
    key_integer(&o, "sink", sink->number);
    put_key(&o, "bytes");
    put_part(&o, (const char *)data + at, left < MAX_DATA_BYTES ? left : MAX_DATA_BYTES);
    if (!ask_nothing(call, &o)) return false;
  }
  return hodu_check(call);
}

bool hodu_read_weight(const hodu_model *model, const hodu_weight *weight, hodu_tensor *result, hodu_call *call) {
  const hodu_stores *stores = &model->snapshot.stores;
  hodu_source file;
  hodu_bytes bytes;
  *result = (hodu_tensor){.dtype = weight->dtype, .rank = weight->rank, .shape = weight->shape};
  if ((uint64_t)weight->store >= stores->count || weight->offset < 0 || weight->length < 0) {
    return hodu_fail(call, HODU_BAD_MODEL, "Cannot read weight \"%s\": found no such place in the model", weight->name);
  }
  const hodu_store *store = &stores->items[weight->store];
  if (store->location == NULL) {
    if ((uint64_t)weight->offset > store->size || (uint64_t)weight->length > store->size - (uint64_t)weight->offset) {
      return hodu_fail(call, HODU_BAD_MODEL, "Cannot read weight \"%s\": found fewer bytes than it has", weight->name);
    }
    /* Bytes in a store may lie anywhere; elements may not. */
    void *copy = hodu_alloc(call, (size_t)weight->length, 1);
    if (copy == NULL) return false;
    bytes = (hodu_bytes){memcpy(copy, (const char *)store->bytes + weight->offset, (size_t)weight->length), (size_t)weight->length};
  } else {
    if (model->source == NULL) {
      return hodu_fail(call, HODU_MISSING_INPUT, "Cannot read weight \"%s\": the model's file is not here", weight->name);
    }
    file = *model->source;
    if (store->location[0] != '\0' && !hodu_source_sibling(model->source, store->location, &file, call)) return false;
    if (!hodu_read_bytes(&file, weight->offset, (size_t)weight->length, &bytes, call)) return false;
  }
  size_t expected;
  if (weight->dtype != HODU_STRING && (!bytes_of(weight->dtype, false, weight->rank, weight->shape, &expected) || expected != bytes.size)) {
    return hodu_fail(call, HODU_BAD_MODEL, "Cannot read weight \"%s\": found other bytes than its shape has", weight->name);
  }
  result->data = bytes.data;
  result->size = bytes.size;
  return true;
}

/* What backends need that run a graph node by node */

static const hodu_graph_value *graph_value_named(const hodu_graph_values *values, const char *name) {
  for (size_t i = 0; i < values->count; i++) {
    if (strcmp(values->items[i].name, name) == 0) return &values->items[i];
  }
  return NULL;
}

const hodu_type *hodu_type_named(const hodu_graph *graph, const char *name) {
  const hodu_graph_values *const places[] = {&graph->inputs, &graph->values, &graph->outputs};
  for (size_t i = 0; i < 3; i++) {
    const hodu_graph_value *found = graph_value_named(places[i], name);
    if (found != NULL && found->type != NULL) return found->type;
  }
  return NULL;
}

bool hodu_load_weights(const hodu_model *model, double max_memory, hodu_named_values *result, hodu_call *call) {
  const hodu_weights *weights = &model->snapshot.graph.weights;
  double taken = 0;
  for (size_t i = 0; i < weights->count; i++) {
    const hodu_weight *one = &weights->items[i];
    taken += (double)one->length;
    if (taken > max_memory) {
      return hodu_fail(call, HODU_MEMORY_LIMIT, "Cannot load the model: its weights need more than %.0f bytes", max_memory);
    }
    hodu_named_value *value = hodu_add(call, result);
    value->name = one->name;
    if (!hodu_read_weight(model, one, &value->value.tensor, call)) return false;
  }
  return true;
}

typedef struct symbol {
  const char *name;
  int64_t size;
} symbol;
HODU_LIST(symbols, symbol);

static symbol *symbol_named(symbols *known, const char *name) {
  for (size_t i = 0; i < known->count; i++) {
    if (strcmp(known->items[i].name, name) == 0) return &known->items[i];
  }
  return NULL;
}

/* Whether a size is that of a dim. One with a single symbol that is not known settles it; with several it fits until they are known. */
static bool dim_fits(int64_t size, const hodu_dim *dim, symbols *known, hodu_call *call) {
  const hodu_term *open = NULL;
  double sum = (double)dim->constant;
  for (size_t i = 0; i < dim->terms.count; i++) {
    const hodu_term *term = &dim->terms.items[i];
    const symbol *settled = symbol_named(known, term->symbol);
    if (settled != NULL) sum += (double)settled->size * (double)term->coefficient;
    else if (open != NULL) return true;
    else open = term;
  }
  if (open == NULL || open->coefficient == 0) return (double)size == sum;
  const double rest = ((double)size - sum) / (double)open->coefficient;
  if (!(rest >= 0 && rest <= MAX_SAFE_INTEGER) || rest != (double)(int64_t)rest) return false;
  *hodu_add(call, known) = (symbol){open->symbol, (int64_t)rest};
  return true;
}

static bool value_fits(const hodu_value *value, const hodu_type *type, symbols *known, hodu_call *call) {
  if (type == NULL) return true;
  if (value->kind != type->kind || value->kind != HODU_TENSOR) return value->kind == type->kind;
  const hodu_tensor *tensor = &value->tensor;
  if (tensor->dtype != type->dtype || (type->has_shape && tensor->rank != type->shape.count)) return false;
  for (size_t i = 0; type->has_shape && i < tensor->rank; i++) {
    if (!dim_fits(tensor->shape[i], &type->shape.items[i], known, call)) return false;
  }
  return true;
}

/* f32[2, 3] */
static const char *tensor_text(hodu_call *call, const hodu_value *value) {
  if (value->kind != HODU_TENSOR) return KINDS[value->kind];
  const char *text = hodu_dtype_name(value->tensor.dtype);
  for (size_t i = 0; i < value->tensor.rank; i++) text = hodu_text_of(call, "%s%s%" PRId64, text, i == 0 ? "[" : ", ", value->tensor.shape[i]);
  return hodu_text_of(call, "%s%s", text, value->tensor.rank == 0 ? "[]" : "]");
}

/* f32[n, 2n + 1] */
static const char *type_text(hodu_call *call, const hodu_type *type) {
  if (type->kind != HODU_TENSOR) return KINDS[type->kind];
  const char *text = hodu_dtype_name(type->dtype);
  if (!type->has_shape) return text;
  for (size_t i = 0; i < type->shape.count; i++) {
    const hodu_dim *dim = &type->shape.items[i];
    text = hodu_text_of(call, "%s%s", text, i == 0 ? "[" : ", ");
    for (size_t j = 0; j < dim->terms.count; j++) {
      const hodu_term *term = &dim->terms.items[j];
      const char *times = term->coefficient == 1 ? "" : hodu_text_of(call, "%" PRId64, term->coefficient);
      text = hodu_text_of(call, "%s%s%s%s", text, j == 0 ? "" : " + ", times, term->symbol);
    }
    if (dim->terms.count == 0) text = hodu_text_of(call, "%s%" PRId64, text, dim->constant);
    else if (dim->constant != 0) text = hodu_text_of(call, "%s + %" PRId64, text, dim->constant);
  }
  return hodu_text_of(call, "%s%s", text, type->shape.count == 0 ? "[]" : "]");
}

static bool bind_input(const hodu_graph_value *declared, const hodu_named_values *inputs, const hodu_named_values *weights, hodu_value *result,
                       hodu_call *call) {
  const hodu_value *given = hodu_value_named(inputs, declared->name);
  if (given == NULL && declared->default_weight != NULL) given = hodu_value_named(weights, declared->default_weight);
  if (given != NULL) {
    *result = *given;
    return true;
  }
  if (declared->type == NULL || declared->type->kind != HODU_OPTIONAL) {
    return hodu_fail(call, HODU_MISSING_INPUT, "Cannot run the model: input \"%s\" is not given", declared->name);
  }
  *result = (hodu_value){.kind = HODU_OPTIONAL, .element = declared->type->element};
  return true;
}

bool hodu_bind_inputs(const hodu_graph *graph, const hodu_named_values *inputs, const hodu_named_values *weights, hodu_named_values *result,
                      hodu_call *call) {
  symbols known = {0};
  /* A dim of several symbols can be told only when all inputs have been seen. */
  for (size_t i = 0; i < 2 * inputs->count; i++) {
    const hodu_named_value *one = &inputs->items[i % inputs->count];
    const hodu_graph_value *declared = graph_value_named(&graph->inputs, one->name);
    if (declared == NULL) {
      return hodu_fail(call, HODU_BAD_INPUT, "Cannot use input \"%s\": the model has no input of that name", one->name);
    }
    if (!value_fits(&one->value, declared->type, &known, call)) {
      return hodu_fail(call, HODU_BAD_INPUT, "Cannot use input \"%s\": found %s, expected %s", one->name, tensor_text(call, &one->value),
                       type_text(call, declared->type));
    }
  }
  for (size_t i = 0; i < weights->count; i++) *hodu_add(call, result) = weights->items[i];
  for (size_t i = 0; i < graph->inputs.count; i++) {
    hodu_named_value *one = hodu_add(call, result);
    one->name = graph->inputs.items[i].name;
    if (!bind_input(&graph->inputs.items[i], inputs, weights, &one->value, call)) return false;
  }
  return true;
}

bool hodu_wanted_outputs(const hodu_graph *graph, const hodu_run_options *options, hodu_texts *result, hodu_call *call) {
  for (size_t i = 0; options->outputs == NULL && i < graph->outputs.count; i++) *hodu_add(call, result) = graph->outputs.items[i].name;
  for (size_t i = 0; options->outputs != NULL && i < options->outputs->count; i++) {
    const char *name = options->outputs->items[i];
    if (graph_value_named(&graph->outputs, name) == NULL) {
      return hodu_fail(call, HODU_BAD_INPUT, "Cannot give output \"%s\": the model has no output of that name", name);
    }
    *hodu_add(call, result) = name;
  }
  return true;
}

/* Models as bytes: the size of the JSON (u32), the JSON, and its parts. */

bool hodu_pack_snapshot(const hodu_snapshot *snapshot, hodu_bytes *result, hodu_call *call) {
  out o = {0};
  put_raw(&o, "\0\0\0\0{", 5);
  put_key(&o, "snapshot");
  put_snapshot(&o, snapshot);
  put_key(&o, "parts");
  put_open(&o, '[');
  for (size_t i = 0; i < o.part_count; i++) put_integer(&o, (int64_t)o.parts[i].size);
  put_raw(&o, "]}", 2);
  size_t size = o.size;
  for (size_t i = 0; i < o.part_count; i++) size += o.parts[i].size;
  char *packed = o.bad != NULL || o.size > MAX_MESSAGE_BYTES ? NULL : hodu_alloc(call, size, 1);
  if (o.bad != NULL || o.size > MAX_MESSAGE_BYTES) hodu_fail(call, HODU_UNSUPPORTED, "Cannot pack a model: it is too large, or damaged");
  if (packed != NULL) {
    for (int i = 0; i < 4; i++) o.text[i] = (char)((o.size - 4) >> 8 * i);
    memcpy(packed, o.text, o.size);
    size_t at = o.size;
    for (size_t i = 0; i < o.part_count; i++) {
      if (o.parts[i].size > 0) memcpy(packed + at, o.parts[i].data, o.parts[i].size);
      at += o.parts[i].size;
    }
    *result = (hodu_bytes){packed, size};
  }
  free_out(&o);
  return packed != NULL;
}

/* The parts of packed bytes from `at` on, each where its elements may lie. */
static bool unpack_parts(reader *r, const json *sizes, const unsigned char *data, size_t at, size_t size, part *parts) {
  size_t count = 0;
  for (const json *one = items_of(r, sizes); one != NULL; one = one->next) {
    const uint64_t length = (uint64_t)read_natural(r, one);
    if (r->bad != NULL || length > size - at) return false;
    parts[count++] = (part){.data = kept_copy(r, data + at, (size_t)length), .size = (size_t)length};
    at += (size_t)length;
  }
  return r->bad == NULL;
}

bool hodu_unpack_snapshot(const void *data, size_t size, hodu_snapshot *result, hodu_call *call) {
  const unsigned char *bytes = data;
  const char *bad = NULL;
  reader r = {.m = call->message};
  memset(result, 0, sizeof *result);
  const size_t length = size < 4 ? 0 : (size_t)bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16 | (size_t)bytes[3] << 24;
  if (size >= 4 && length > 0 && length <= size - 4 && length <= MAX_MESSAGE_BYTES) {
    json *root = parse(r.m, copy_text(r.m, (const char *)bytes + 4, length), length, &bad);
    const json *sizes = hodu_get(root, "parts");
    part *parts;
    r.part_count = room_for(&r, sizes, sizeof *parts, &parts);
    r.parts = parts;
    if (root != NULL && r.bad == NULL && unpack_parts(&r, sizes, bytes, 4 + length, size, parts)) {
      read_snapshot(&r, hodu_get(root, "snapshot"), result);
      if (r.bad == NULL) return true;
    }
  }
  return hodu_fail(call, HODU_BAD_MODEL, "Cannot read an artifact: found damaged bytes, expected a packed model");
}

/* What the host keeps */

bool hodu_kept(const hodu_keep *keep, const char *key, hodu_make *make, void *user, hodu_bytes *result, hodu_call *call) {
  message *answer;
  reader r;
  if (keep == NULL) return make(user, result, call);
  kept entry = {.keep = keep->number, .key = key, .make = make, .user = user, .call = call};
  pthread_mutex_lock(&line.lock);
  entry.next = line.keeps;
  line.keeps = &entry;
  pthread_mutex_unlock(&line.lock);
  out o = {0};
  begin(&o, "keep.get");
  key_integer(&o, "keep", keep->number);
  key_text(&o, "key", key);
  const json *answered = ask(call, &o, &answer, &r);
  pthread_mutex_lock(&line.lock);
  while (entry.users > 0) pthread_cond_wait(&line.changed, &line.lock);
  kept **at = &line.keeps;
  while (*at != &entry) at = &(*at)->next;
  *at = entry.next;
  pthread_mutex_unlock(&line.lock);
  if (answered == NULL) return false;
  *result = entry.made;
  if (hodu_get(answered, "bytes") != NULL) {
    const part *bytes = read_part(&r, hodu_get(answered, "bytes"));
    *result = (hodu_bytes){bytes->data, bytes->size};
  }
  join_memory(call, answer);
  return r.bad == NULL || hodu_fail(call, NULL, "found no bytes in the host's answer");
}

/* Events and services */

bool hodu_subscribe(hodu_call *call, const char *name, hodu_listener *listener, void *user, int64_t *number) {
  listening *one = take_memory(calloc(1, sizeof *one));
  pthread_mutex_lock(&line.lock);
  *one = (listening){++line.last_subscription, listener, user, line.listeners};
  line.listeners = one;
  const int64_t own = one->number;
  pthread_mutex_unlock(&line.lock);
  if (number != NULL) *number = own;
  out o = {0};
  begin(&o, "event.subscribe");
  key_integer(&o, "subscription", own);
  key_text(&o, "name", name);
  return ask_nothing(call, &o);
}

bool hodu_unsubscribe(hodu_call *call, int64_t number) {
  pthread_mutex_lock(&line.lock);
  listening **at = &line.listeners;
  while (*at != NULL && (*at)->number != number) at = &(*at)->next;
  listening *gone = *at;
  if (gone != NULL) *at = gone->next;
  pthread_mutex_unlock(&line.lock);
  if (gone == NULL) return hodu_check(call);
  free(gone);
  out o = {0};
  begin(&o, "event.unsubscribe");
  key_integer(&o, "subscription", number);
  return ask_nothing(call, &o);
}

bool hodu_publish(hodu_call *call, const json *event) {
  out o = {0};
  begin(&o, "event.publish");
  put_key(&o, "event");
  put_json(&o, event, true, 0);
  return ask_nothing(call, &o);
}

bool hodu_register_service(hodu_call *call, const char *name, const hodu_method *methods, void *user) {
  service *one = take_memory(calloc(1, sizeof *one));
  *one = (service){take_memory(strdup(name)), methods, user, NULL};
  pthread_mutex_lock(&line.lock);
  one->next = line.services;
  line.services = one;
  pthread_mutex_unlock(&line.lock);
  out o = {0};
  begin(&o, "service.register");
  key_text(&o, "service", name);
  put_key(&o, "methods");
  put_open(&o, '[');
  for (const hodu_method *method = methods; method->name != NULL; method++) put_text(&o, method->name);
  put_char(&o, ']');
  return ask_nothing(call, &o);
}

bool hodu_call_service(hodu_call *call, const char *name, const char *method, const json *arguments, const json **result) {
  message *answer;
  reader r;
  out o = {0};
  begin(&o, "service.call");
  key_text(&o, "service", name);
  key_text(&o, "method", method);
  put_key(&o, "arguments");
  put_json(&o, arguments, false, 0);
  const json *answered = ask(call, &o, &answer, &r);
  if (answered == NULL) return false;
  *result = read_service(&r, hodu_get(answered, "value"));
  join_memory(call, answer);
  return r.bad == NULL || hodu_fail(call, NULL, "found data of a service that is not as the protocol has it");
}

const char *hodu_config(const char *key, const char *fallback) {
  pthread_mutex_lock(&line.lock);
  const json *config = line.config;
  pthread_mutex_unlock(&line.lock);
  for (const json *pair = config == NULL ? NULL : config->first; pair != NULL; pair = pair->next) {
    if (strcmp(pair->first->text, key) == 0) return pair->first->next->text;
  }
  return fallback;
}

/* Answering the host: each function reads the params, calls the plugin, and writes the result. */

typedef struct request {
  hodu_call *call;
  const json *params;
  reader r;
} request;

/* Whether all params were as they should be; else the call is refused. */
static bool is_read(request *q) {
  if (q->r.bad == NULL) return true;
  return refuse(q->call, INVALID_PARAMS, "params are not as the protocol has them: %s", q->r.bad);
}

static bool is_missing(request *q, const char *kind, const char *name, const char *what) {
  return hodu_fail(q->call, "PLUGIN_PROTOCOL",
                   "Cannot call %s \"%s\": found no such %s in the plugin, expected one that its manifest names", kind, name, what);
}

/* One that the host does without. */
static bool is_left_out(request *q, const char *what) {
  return refuse(q->call, METHOD_NOT_FOUND, "no %s", what);
}

/* The component that a member of params names, of a table of structs that begin with their names; NULL, and the call is refused. */
static const void *component_of(request *q, const char *kind, const char *member, const void *table, size_t size) {
  const char *name = need_text(&q->r, q->params, member), *own;
  if (!is_read(q)) return NULL;
  for (const char *at = table; at != NULL; at += size) {
    memcpy(&own, at, sizeof own);
    if (own == NULL) break;
    if (strcmp(own, name) == 0) return at;
  }
  is_missing(q, kind, name, kind);
  return NULL;
}

#define COMPONENT(q, kind, member, table) component_of((q), (kind), (member), line.plugin->table, sizeof *line.plugin->table)

static const hodu_format *format_of(request *q) {
  return COMPONENT(q, "format", "format", formats);
}

static const hodu_backend *backend_of(request *q) {
  return COMPONENT(q, "backend", "backend", backends);
}

static const hodu_operator *operator_of(request *q) {
  return COMPONENT(q, "operator", "operator", operators);
}

static const hodu_kernel *kernel_of(request *q) {
  return COMPONENT(q, "kernel", "kernel", kernels);
}

static const json *param(request *q, const char *name) {
  return hodu_get(q->params, name);
}

/* A model with its file, where it has one. `source` is where the file is put. */
static bool read_model(request *q, hodu_model *model, hodu_source *source) {
  memset(model, 0, sizeof *model);
  if (param(q, "source") != NULL && read_source(&q->r, param(q, "source"), source)) model->source = source;
  read_snapshot(&q->r, param(q, "snapshot"), &model->snapshot);
  return is_read(q);
}

static bool put_reason(out *o, const char *reason) {
  put_open(o, '{');
  key_optional(o, "reason", reason);
  put_char(o, '}');
  return true;
}

static bool put_empty(out *o) {
  put_raw(o, "{}", 2);
  return true;
}

/* Kinds of components with their tables, as `initialize` tells of them. */
static void put_components(out *o, const char *kind, const void *table, size_t size) {
  const char *name;
  for (const char *at = table; at != NULL; at += size) {
    memcpy(&name, at, sizeof name);
    if (name == NULL) return;
    put_open(o, '{');
    key_text(o, "kind", kind);
    key_text(o, "name", name);
    put_char(o, '}');
  }
}

static bool serve_initialize(request *q, out *o) {
  const hodu_plugin *plugin = line.plugin;
  const bool has_memory = use_memory(hodu_text(param(q, "memory"), NULL));
  put_open(o, '{');
  put_key(o, "components");
  put_open(o, '[');
  put_components(o, "format", plugin->formats, sizeof *plugin->formats);
  put_components(o, "backend", plugin->backends, sizeof *plugin->backends);
  put_components(o, "transform", plugin->transforms, sizeof *plugin->transforms);
  put_components(o, "hw-transform", plugin->hw_transforms, sizeof *plugin->hw_transforms);
  put_components(o, "operator", plugin->operators, sizeof *plugin->operators);
  put_components(o, "kernel", plugin->kernels, sizeof *plugin->kernels);
  put_components(o, "kernel-backend", plugin->kernel_backends, sizeof *plugin->kernel_backends);
  put_char(o, ']');
  key_optional(o, "id", plugin->id);
  key_optional(o, "version", plugin->version);
  put_key(o, "life");
  put_open(o, '[');
  if (plugin->on_load != NULL) put_text(o, "onLoad");
  if (plugin->on_unload != NULL) put_text(o, "onUnload");
  if (plugin->on_event != NULL) put_text(o, "onEvent");
  put_char(o, ']');
  if (has_memory) {
    put_key(o, "memory");
    put_flag(o, true);
  }
  put_char(o, '}');
  return true;
}

static bool serve_load_model(request *q, out *o) {
  const hodu_format *format = format_of(q);
  const json *domains = hodu_get(param(q, "options"), "domains");
  hodu_source source;
  hodu_texts names = {0};
  hodu_snapshot snapshot = {0};
  if (format == NULL) return false;
  if (format->load_model == NULL) return is_missing(q, "format", format->name, "load_model");
  read_source(&q->r, param(q, "source"), &source);
  if (domains != NULL) read_texts(&q->r, domains, &names);
  const hodu_load_model_options options = {domains == NULL ? NULL : &names};
  if (!is_read(q) || !format->load_model(&source, &options, &snapshot, q->call)) return false;
  put_open(o, '{');
  put_key(o, "snapshot");
  put_snapshot(o, &snapshot);
  put_char(o, '}');
  return true;
}

static bool serve_load_tensors(request *q, out *o) {
  const hodu_format *format = format_of(q);
  const json *dtypes = hodu_get(param(q, "options"), "dtypes");
  hodu_source source;
  hodu_load_tensors_options options = {0};
  hodu_tensor_file file = {0};
  if (format == NULL) return false;
  if (format->load_tensors == NULL) return is_missing(q, "format", format->name, "load_tensors");
  read_source(&q->r, param(q, "source"), &source);
  if (dtypes != NULL) read_pairs(&q->r, dtypes, &options.dtypes);
  if (!is_read(q) || !format->load_tensors(&source, &options, &file, q->call)) return false;
  put_open(o, '{');
  put_key(o, "values");
  put_named_values(o, &file.values);
  put_key(o, "metadata");
  put_pairs(o, &file.metadata);
  put_char(o, '}');
  return true;
}

static bool serve_save_model(request *q, out *o) {
  const hodu_format *format = format_of(q);
  const json *given = param(q, "options"), *opset = hodu_get(given, "opset");
  hodu_model model;
  hodu_source source;
  hodu_sink sink;
  if (format == NULL) return false;
  if (format->save_model == NULL) return is_missing(q, "format", format->name, "save_model");
  read_sink(&q->r, param(q, "sink"), &sink);
  const hodu_save_model_options options = {opset == NULL ? 0 : read_integer(&q->r, opset), hodu_flag(hodu_get(given, "externalWeights"), false)};
  return read_model(q, &model, &source) && format->save_model(&model, &sink, &options, q->call) && put_empty(o);
}

static bool serve_save_tensors(request *q, out *o) {
  const hodu_format *format = format_of(q);
  hodu_tensor_file file = {0};
  hodu_sink sink;
  if (format == NULL) return false;
  if (format->save_tensors == NULL) return is_missing(q, "format", format->name, "save_tensors");
  read_sink(&q->r, param(q, "sink"), &sink);
  read_named_values(&q->r, param(q, "values"), &file.values);
  read_pairs(&q->r, param(q, "metadata"), &file.metadata);
  return is_read(q) && format->save_tensors(&file, &sink, q->call) && put_empty(o);
}

static bool serve_supports(request *q, out *o) {
  const hodu_backend *backend = backend_of(q);
  hodu_types inputs = {0};
  if (backend == NULL) return false;
  if (backend->supports == NULL) return is_missing(q, "backend", backend->name, "supports");
  const hodu_node node = read_node(&q->r, param(q, "node"));
  read_types(&q->r, param(q, "inputs"), &inputs);
  return is_read(q) && put_reason(o, backend->supports(&node, &inputs, q->call));
}

static bool serve_available(request *q, out *o) {
  const hodu_backend *backend = backend_of(q);
  if (backend == NULL) return false;
  if (backend->available == NULL) return is_left_out(q, "available");
  const char *device = need_text(&q->r, q->params, "device");
  return is_read(q) && put_reason(o, backend->available(device, q->call));
}

static hodu_compile_options read_compile_options(request *q) {
  const json *from = param(q, "options"), *level = hodu_get(from, "optLevel");
  return (hodu_compile_options){
      .device = need_text(&q->r, from, "device"),
      .precision = need_text(&q->r, from, "precision"),
      .work_dir = optional_text(&q->r, from, "workDir"),
      .opt_level = level == NULL ? -1 : read_integer(&q->r, level),
      .reproducible = hodu_flag(hodu_get(from, "reproducible"), false),
      .fallback = hodu_flag(hodu_get(from, "fallback"), false),
      .all = from,
  };
}

static bool serve_identity(request *q, out *o) {
  const hodu_backend *backend = backend_of(q);
  if (backend == NULL) return false;
  if (backend->identity == NULL) return is_left_out(q, "identity");
  const hodu_compile_options options = read_compile_options(q);
  if (!is_read(q)) return false;
  put_open(o, '{');
  key_optional(o, "identity", backend->identity(&options, q->call));
  put_char(o, '}');
  return true;
}

static bool serve_compile(request *q, out *o) {
  const hodu_backend *backend = backend_of(q);
  hodu_model model;
  hodu_source source;
  hodu_artifact artifact = {0};
  if (backend == NULL) return false;
  if (backend->compile == NULL) return is_missing(q, "backend", backend->name, "compile");
  const hodu_compile_options options = read_compile_options(q);
  if (!read_model(q, &model, &source) || !backend->compile(&model, &options, &artifact, q->call)) return false;
  put_open(o, '{');
  put_key(o, "artifact");
  put_open(o, '{');
  key_text(o, "backend", artifact.backend == NULL ? line.plugin->id : artifact.backend);
  key_text(o, "version", artifact.version == NULL ? line.plugin->version : artifact.version);
  key_text(o, "device", artifact.device == NULL ? options.device : artifact.device);
  key_text(o, "precision", artifact.precision == NULL ? options.precision : artifact.precision);
  put_key(o, "bytes");
  put_part(o, artifact.data, artifact.size);
  if (artifact.report != NULL) {
    put_key(o, "report");
    put_json(o, artifact.report, true, 0);
  }
  put_raw(o, "}}", 2);
  return true;
}

/* Registers a session; the memory of its call is its own from now on. */
static int64_t add_session(request *q, const hodu_backend *backend, void *state) {
  session *made = take_memory(calloc(1, sizeof *made));
  pthread_mutex_lock(&line.lock);
  *made = (session){.number = ++line.last_session, .backend = backend, .state = state, .message = q->call->message, .next = line.sessions};
  line.sessions = made;
  q->call->is_kept = true;
  const int64_t number = made->number;
  pthread_mutex_unlock(&line.lock);
  return number;
}

static bool serve_load(request *q, out *o) {
  const hodu_backend *backend = backend_of(q);
  const json *wire = param(q, "artifact"), *given = param(q, "options");
  void *state = NULL;
  if (backend == NULL) return false;
  if (backend->load == NULL) return is_missing(q, "backend", backend->name, "load");
  const part *bytes = read_part(&q->r, hodu_get(wire, "bytes"));
  const hodu_artifact artifact = {bytes->data, bytes->size, need_text(&q->r, wire, "backend"), need_text(&q->r, wire, "version"),
                                  need_text(&q->r, wire, "device"), need_text(&q->r, wire, "precision"), hodu_get(wire, "report")};
  /* What a session goes on using. */
  hodu_source *weights = param(q, "weights") == NULL ? NULL : zeros(q->r.m, 1, sizeof *weights);
  hodu_keep *keep = param(q, "keep") == NULL ? NULL : zeros(q->r.m, 1, sizeof *keep);
  hodu_session_options *options = zeros(q->r.m, 1, sizeof *options);
  if (weights != NULL) read_source(&q->r, param(q, "weights"), weights);
  if (keep != NULL) keep->number = read_natural(&q->r, param(q, "keep"));
  *options = (hodu_session_options){need_natural(&q->r, given, "threads"), read_float(&q->r, hodu_get(given, "maxMemory")),
                                    hodu_flag(hodu_get(given, "keepMemory"), false), keep};
  if (!is_read(q) || !backend->load(kept_copy(&q->r, &artifact, sizeof artifact), weights, options, &state, q->call)) return false;
  put_open(o, '{');
  key_integer(o, "session", add_session(q, backend, state));
  put_char(o, '}');
  return true;
}

static bool serve_targets(request *q, out *o) {
  const hodu_backend *backend = backend_of(q);
  hodu_pairs targets = {0};
  if (backend == NULL) return false;
  if (backend->supported_targets == NULL) return is_missing(q, "backend", backend->name, "supported_targets");
  if (!backend->supported_targets(&targets, q->call)) return false;
  put_open(o, '{');
  put_key(o, "targets");
  put_named_pairs(o, &targets, "triple", "device");
  put_char(o, '}');
  return true;
}

static hodu_pair read_named_pair(request *q, const char *name, const char *first, const char *second) {
  const json *from = param(q, name);
  return (hodu_pair){need_text(&q->r, from, first), need_text(&q->r, from, second)};
}

static bool serve_formats(request *q, out *o) {
  const hodu_backend *backend = backend_of(q);
  hodu_pairs formats = {0};
  if (backend == NULL) return false;
  if (backend->supported_formats == NULL) return is_missing(q, "backend", backend->name, "supported_formats");
  const hodu_pair target = read_named_pair(q, "target", "triple", "device");
  if (!is_read(q) || !backend->supported_formats(&target, &formats, q->call)) return false;
  put_open(o, '{');
  put_key(o, "formats");
  put_named_pairs(o, &formats, "name", "extension");
  put_char(o, '}');
  return true;
}

static bool serve_build(request *q, out *o) {
  const hodu_backend *backend = backend_of(q);
  hodu_model model;
  hodu_source source;
  hodu_sink sink;
  if (backend == NULL) return false;
  if (backend->build == NULL) return is_missing(q, "backend", backend->name, "build");
  const hodu_pair target = read_named_pair(q, "target", "triple", "device");
  const hodu_pair format = read_named_pair(q, "format", "name", "extension");
  read_sink(&q->r, param(q, "sink"), &sink);
  return read_model(q, &model, &source) && backend->build(&model, &target, &format, &sink, q->call) && put_empty(o);
}

static kept *kept_of(int64_t keep, const char *key) {
  kept *one = line.keeps;
  while (one != NULL && (one->keep != keep || strcmp(one->key, key) != 0)) one = one->next;
  return one;
}

static bool serve_make(request *q, out *o) {
  const int64_t keep = need_natural(&q->r, q->params, "keep");
  const char *key = need_text(&q->r, q->params, "key");
  hodu_bytes made = {0};
  if (!is_read(q)) return false;
  pthread_mutex_lock(&line.lock);
  kept *entry = kept_of(keep, key);
  if (entry != NULL) entry->users++;
  pthread_mutex_unlock(&line.lock);
  if (entry == NULL) return hodu_fail(q->call, HODU_BAD_USAGE, "Cannot make what the host is to keep: nobody asked for it");
  q->call->making = entry;
  const bool is_made = entry->make(entry->user, &made, q->call);
  if (is_made) {
    /* Who asked gets them, too, and may outlive this call. */
    void *copy = zeros(entry->call->message, made.size, 1);
    if (made.size > 0) memcpy(copy, made.data, made.size);
    entry->made = (hodu_bytes){copy, made.size};
    put_open(o, '{');
    put_key(o, "bytes");
    put_part(o, made.data, made.size);
    put_char(o, '}');
  }
  return is_made;
}

/* Lets go of what a call made for another, which waits for it. */
static void give_kept(kept *entry) {
  pthread_mutex_lock(&line.lock);
  entry->users--;
  pthread_cond_broadcast(&line.changed);
  pthread_mutex_unlock(&line.lock);
}

/* Ends a session that nobody uses, and is in no list. */
static void end_session(session *gone) {
  if (gone->backend->dispose != NULL) gone->backend->dispose(gone->state);
  free_message(gone->message);
  free(gone);
}

/* Takes a session out of its list; it ends with its last run. */
static void drop_session(session **at) {
  session *gone = *at;
  *at = gone->next;
  gone->is_doomed = true;
  const bool is_free = gone->users == 0;
  pthread_mutex_unlock(&line.lock);
  if (is_free) end_session(gone);
  pthread_mutex_lock(&line.lock);
}

static session *take_session(int64_t number) {
  pthread_mutex_lock(&line.lock);
  session *one = line.sessions;
  while (one != NULL && one->number != number) one = one->next;
  if (one != NULL) one->users++;
  pthread_mutex_unlock(&line.lock);
  return one;
}

static void give_session(session *one) {
  pthread_mutex_lock(&line.lock);
  const bool is_over = --one->users == 0 && one->is_doomed;
  pthread_mutex_unlock(&line.lock);
  if (is_over) end_session(one);
}

static void put_node_times(out *o, const hodu_node_times *times) {
  put_key(o, "nodes");
  put_open(o, '[');
  for (size_t i = 0; i < times->count; i++) {
    const hodu_node_time *one = &times->items[i];
    put_open(o, '{');
    key_text(o, "name", one->name);
    key_text(o, "operator", one->operator_name);
    put_key(o, "origin");
    put_texts(o, &one->origin);
    key_integer(o, "calls", one->calls);
    put_key(o, "milliseconds");
    put_float(o, one->milliseconds);
    put_char(o, '}');
  }
  put_char(o, ']');
}

static bool serve_run(request *q, out *o) {
  const json *given = param(q, "options"), *seed = hodu_get(given, "seed"), *wanted = hodu_get(given, "outputs");
  hodu_named_values inputs = {0};
  hodu_texts outputs = {0};
  hodu_run_result result = {0};
  const int64_t number = need_natural(&q->r, q->params, "session");
  read_named_values(&q->r, param(q, "inputs"), &inputs);
  if (wanted != NULL) read_texts(&q->r, wanted, &outputs);
  const hodu_run_options options = {wanted == NULL ? NULL : &outputs, hodu_flag(hodu_get(given, "profile"), false), seed != NULL,
                                    seed == NULL ? 0 : read_float(&q->r, seed)};
  if (!is_read(q)) return false;
  session *own = take_session(number);
  if (own == NULL) return hodu_fail(q->call, HODU_BAD_USAGE, "Cannot run session %" PRId64 ": it is not open", number);
  q->call->session = own;
  const bool has_run = own->backend->run == NULL ? is_missing(q, "backend", own->backend->name, "run")
                                                 : own->backend->run(own->state, &inputs, &options, &result, q->call);
  if (has_run) {
    put_open(o, '{');
    put_key(o, "outputs");
    put_named_values(o, &result.outputs);
    key_integer(o, "peakBytes", result.peak_bytes);
    if (options.profile) put_node_times(o, &result.nodes);
    put_char(o, '}');
  }
  return has_run;
}

static bool serve_dispose(request *q, out *o) {
  const int64_t number = need_natural(&q->r, q->params, "session");
  if (!is_read(q)) return false;
  pthread_mutex_lock(&line.lock);
  session **at = &line.sessions;
  while (*at != NULL && (*at)->number != number) at = &(*at)->next;
  if (*at != NULL) drop_session(at);
  pthread_mutex_unlock(&line.lock);
  return put_empty(o);
}

static bool apply(request *q, out *o, const hodu_transform *transform) {
  hodu_snapshot snapshot = {0};
  hodu_patches patches = {0};
  if (transform == NULL) return false;
  read_snapshot(&q->r, param(q, "snapshot"), &snapshot);
  if (!is_read(q) || !transform->apply(&snapshot, param(q, "config"), &patches, q->call)) return false;
  put_patches(o, &patches);
  return true;
}

static bool serve_transform(request *q, out *o) {
  return apply(q, o, COMPONENT(q, "transform", "transform", transforms));
}

static bool serve_hw_transform(request *q, out *o) {
  return apply(q, o, COMPONENT(q, "hw-transform", "transform", hw_transforms));
}

static bool serve_infer(request *q, out *o) {
  const hodu_operator *own = operator_of(q);
  hodu_types inputs = {0}, outputs = {0};
  if (own == NULL) return false;
  if (own->infer == NULL) return is_missing(q, "operator", own->name, "infer");
  const hodu_node node = read_node(&q->r, param(q, "node"));
  read_types(&q->r, param(q, "inputs"), &inputs);
  if (!is_read(q) || !own->infer(&node, &inputs, &outputs, q->call)) return false;
  put_open(o, '{');
  put_key(o, "outputs");
  put_open(o, '[');
  for (size_t i = 0; i < outputs.count; i++) {
    if (outputs.items[i] != NULL) {
      put_type(o, outputs.items[i]);
    } else {
      put_comma(o);
      put_raw(o, "null", 4);
    }
  }
  put_raw(o, "]}", 2);
  return true;
}

static bool serve_lower(request *q, out *o) {
  const hodu_operator *own = operator_of(q);
  hodu_snapshot snapshot = {0};
  hodu_patches patches = {0};
  if (own == NULL) return false;
  if (own->lower == NULL) return is_left_out(q, "lower");
  read_snapshot(&q->r, param(q, "snapshot"), &snapshot);
  if (!is_read(q) || !own->lower(&snapshot, &patches, q->call)) return false;
  put_patches(o, &patches);
  return true;
}

static const hodu_value *read_input(reader *r, const json *from) {
  if (from->kind == HODU_JSON_NULL) return NULL;
  const hodu_value value = read_value(r, from);
  return kept_copy(r, &value, sizeof value);
}

static bool serve_run_operator(request *q, out *o) {
  const hodu_operator *own = operator_of(q);
  hodu_inputs inputs = {0};
  hodu_values outputs = {0};
  const hodu_value **to;
  if (own == NULL) return false;
  if (own->run == NULL) return is_left_out(q, "run");
  const hodu_node node = read_node(&q->r, param(q, "node"));
  READ_LIST(&q->r, param(q, "inputs"), &inputs, to, *to = read_input(&q->r, item));
  if (!is_read(q) || !own->run(&node, &inputs, &outputs, q->call)) return false;
  put_open(o, '{');
  put_items(o, "outputs", &outputs);
  put_char(o, '}');
  return true;
}

static bool serve_samples(request *q, out *o) {
  const hodu_operator *own = operator_of(q);
  hodu_samples samples = {0};
  if (own == NULL) return false;
  if (own->samples == NULL) return is_left_out(q, "samples");
  if (!own->samples(&samples, q->call)) return false;
  put_open(o, '{');
  put_key(o, "samples");
  put_open(o, '[');
  for (size_t i = 0; i < samples.count; i++) {
    put_open(o, '{');
    put_key(o, "node");
    put_node(o, &samples.items[i].node);
    put_key(o, "inputs");
    put_named_values(o, &samples.items[i].inputs);
    put_char(o, '}');
  }
  put_raw(o, "]}", 2);
  return true;
}

static bool serve_matches(request *q, out *o) {
  const hodu_kernel *kernel = kernel_of(q);
  hodu_snapshot snapshot = {0};
  if (kernel == NULL) return false;
  const hodu_node node = read_node(&q->r, param(q, "node"));
  read_snapshot(&q->r, param(q, "snapshot"), &snapshot);
  return is_read(q) && put_reason(o, kernel->matches(&node, &snapshot, q->call));
}

static bool serve_parameters(request *q, out *o) {
  const hodu_kernel *kernel = kernel_of(q);
  hodu_snapshot snapshot = {0};
  hodu_parameters parameters = {0};
  if (kernel == NULL) return false;
  const hodu_node node = read_node(&q->r, param(q, "node"));
  read_snapshot(&q->r, param(q, "snapshot"), &snapshot);
  if (!is_read(q) || !kernel->parameters(&node, &snapshot, &parameters, q->call)) return false;
  put_open(o, '{');
  put_key(o, "parameters");
  put_open(o, '[');
  for (size_t i = 0; i < parameters.count; i++) {
    put_open(o, '[');
    put_text(o, parameters.items[i].name);
    put_float(o, parameters.items[i].value);
    put_char(o, ']');
  }
  put_raw(o, "]}", 2);
  return true;
}

static hodu_parameter read_parameter(reader *r, const json *from) {
  const json *name = items_of(r, from);
  return (hodu_parameter){read_text(r, name), read_float(r, name == NULL ? NULL : name->next)};
}

static bool serve_generate(request *q, out *o) {
  const hodu_kernel_backend *own = COMPONENT(q, "kernel-backend", "kernelBackend", kernel_backends);
  hodu_parameters parameters = {0};
  hodu_parameter *to;
  hodu_pairs files = {0};
  if (own == NULL) return false;
  const hodu_node node = read_node(&q->r, param(q, "node"));
  READ_LIST(&q->r, param(q, "parameters"), &parameters, to, *to = read_parameter(&q->r, item));
  if (!is_read(q) || !own->generate(&node, &parameters, &files, q->call)) return false;
  put_open(o, '{');
  put_key(o, "files");
  put_pairs(o, &files);
  put_char(o, '}');
  return true;
}

static void set_loaded(bool is_loaded, const json *config) {
  pthread_mutex_lock(&line.lock);
  line.is_loaded = is_loaded;
  line.config = config;
  pthread_mutex_unlock(&line.lock);
}

static bool is_loaded(request *q, const char *what) {
  pthread_mutex_lock(&line.lock);
  const bool is_there = line.is_loaded;
  pthread_mutex_unlock(&line.lock);
  return is_there || hodu_fail(q->call, HODU_BAD_USAGE, "Cannot %s: the plugin is not loaded", what);
}

static bool serve_plugin_load(request *q, out *o) {
  hodu_pairs config = {0};
  need_text(&q->r, q->params, "plugin");
  read_pairs(&q->r, param(q, "config"), &config);
  if (!is_read(q)) return false;
  set_loaded(true, param(q, "config"));
  /* Settings are read until the process ends, also where the load fails in the end. */
  q->call->is_kept = true;
  pthread_mutex_lock(&line.lock);
  q->r.m->next = line.lives;
  line.lives = q->r.m;
  pthread_mutex_unlock(&line.lock);
  if (line.plugin->on_load == NULL || line.plugin->on_load(q->call)) return put_empty(o);
  set_loaded(false, NULL);
  return false;
}

static bool serve_plugin_unload(request *q, out *o) {
  if (!is_loaded(q, "unload the plugin")) return false;
  const bool is_done = line.plugin->on_unload == NULL || line.plugin->on_unload(q->call);
  set_loaded(false, NULL);
  return is_done && put_empty(o);
}

static bool serve_event(request *q, out *o) {
  const json *event = need(&q->r, q->params, "event"), *subscription = param(q, "subscription");
  const int64_t number = subscription == NULL ? 0 : read_natural(&q->r, subscription);
  listening own = {0};
  if (!is_read(q) || !is_loaded(q, "deliver an event")) return false;
  if (subscription == NULL) {
    return (line.plugin->on_event == NULL || line.plugin->on_event(event, q->call)) && put_empty(o);
  }
  pthread_mutex_lock(&line.lock);
  for (const listening *one = line.listeners; one != NULL; one = one->next) {
    if (one->number == number) own = *one;
  }
  pthread_mutex_unlock(&line.lock);
  return (own.listener == NULL || own.listener(event, own.user, q->call)) && put_empty(o);
}

/* The method of a service, with what it was registered with. */
static const hodu_method *method_of(const char *name, const char *method, void **user) {
  const hodu_method *found = NULL;
  pthread_mutex_lock(&line.lock);
  const service *own = line.services;
  while (own != NULL && strcmp(own->name, name) != 0) own = own->next;
  for (const hodu_method *one = own == NULL ? NULL : own->methods; one != NULL && one->name != NULL && found == NULL; one++) {
    if (strcmp(one->name, method) == 0) found = one;
  }
  if (own != NULL) *user = own->user;
  pthread_mutex_unlock(&line.lock);
  return found;
}

static bool serve_service(request *q, out *o) {
  const char *name = need_text(&q->r, q->params, "service"), *method = need_text(&q->r, q->params, "method");
  const json *arguments = read_service(&q->r, param(q, "arguments")), *result = NULL;
  void *user = NULL;
  if (arguments->kind != HODU_JSON_LIST) is_bad(&q->r, "a list of arguments was expected");
  if (!is_read(q) || !is_loaded(q, "call a service")) return false;
  const hodu_method *own = method_of(name, method, &user);
  if (own == NULL) return hodu_fail(q->call, HODU_BAD_USAGE, "Cannot call \"%s\" of service \"%s\": there is none", method, name);
  if (!own->answer(arguments, &result, user, q->call)) return false;
  put_open(o, '{');
  if (result != NULL) {
    put_key(o, "value");
    put_json(o, result, false, 0);
  }
  put_char(o, '}');
  return true;
}

static bool serve_shutdown(request *q, out *o) {
  (void)q;
  pthread_mutex_lock(&line.lock);
  while (line.sessions != NULL) drop_session(&line.sessions);
  pthread_mutex_unlock(&line.lock);
  fflush(NULL);
  return put_empty(o);
}

/* What answers each request of the host. */
static const struct {
  const char *name;
  bool (*serve)(request *q, out *o);
} METHODS[] = {
    {"initialize", serve_initialize},
    {"format.loadModel", serve_load_model},
    {"format.loadTensors", serve_load_tensors},
    {"format.saveModel", serve_save_model},
    {"format.saveTensors", serve_save_tensors},
    {"backend.supports", serve_supports},
    {"backend.available", serve_available},
    {"backend.identity", serve_identity},
    {"backend.compile", serve_compile},
    {"backend.load", serve_load},
    {"backend.supportedTargets", serve_targets},
    {"backend.supportedFormats", serve_formats},
    {"backend.build", serve_build},
    {"keep.make", serve_make},
    {"session.run", serve_run},
    {"session.dispose", serve_dispose},
    {"transform.apply", serve_transform},
    {"hwTransform.apply", serve_hw_transform},
    {"operator.infer", serve_infer},
    {"operator.lower", serve_lower},
    {"operator.run", serve_run_operator},
    {"operator.samples", serve_samples},
    {"kernel.matches", serve_matches},
    {"kernel.parameters", serve_parameters},
    {"kernelBackend.generate", serve_generate},
    {"plugin.load", serve_plugin_load},
    {"plugin.unload", serve_plugin_unload},
    {"event", serve_event},
    {"service.call", serve_service},
    {"shutdown", serve_shutdown},
};

/* Running calls */

static hodu_call **call_at(int64_t id) {
  hodu_call **at = &line.calls[id % CALL_BUCKETS];
  while (*at != NULL && (*at)->id != id) at = &(*at)->next;
  return at;
}

static void put_error(out *o, const hodu_error *e, int refusal) {
  const int code = refusal != 0 ? refusal : e->code == NULL ? INTERNAL_ERROR : HODU_ERROR;
  const char *text = e->message == NULL ? "the call failed and did not say why" : e->message;
  put_open(o, '{');
  key_integer(o, "code", code);
  key_text(o, "message", text);
  if (code == HODU_ERROR) {
    put_key(o, "data");
    put_open(o, '{');
    key_text(o, "code", e->code);
    key_text(o, "message", text);
    key_optional(o, "hint", e->hint);
    key_optional(o, "cause", e->cause);
    put_key(o, "where");
    put_open(o, '{');
    key_optional(o, "file", e->file);
    key_optional(o, "field", e->field);
    key_optional(o, "node", e->node);
    key_optional(o, "operator", e->operator_name);
    key_optional(o, "plugin", e->plugin);
    if (e->offset >= 0) key_integer(o, "offset", e->offset);
    put_raw(o, "}}", 2);
  }
  put_char(o, '}');
}

static void begin_answer(out *o, int64_t id, const char *member) {
  static const char head[] = "{\"jsonrpc\":\"2.0\"";
  o->size = o->part_count = 0;
  put_raw(o, head, sizeof head - 1);
  key_integer(o, "id", id);
  put_key(o, member);
}

/* Writes the result of a call; false: it failed. */
static bool serve_call(hodu_call *call, out *o) {
  message *m = call->message;
  const json *params = hodu_get(m->root, "params");
  request q = {call, params, {m, m->parts, m->part_count, NULL}};
  if (!hodu_check(call)) return false;
  if (params != NULL && params->kind != HODU_JSON_OBJECT) return refuse(call, INVALID_PARAMS, "params are no object");
  for (size_t i = 0; i < sizeof METHODS / sizeof *METHODS; i++) {
    if (strcmp(METHODS[i].name, call->method) == 0) return METHODS[i].serve(&q, o);
  }
  return refuse(call, METHOD_NOT_FOUND, "no method \"%s\"", call->method);
}

static void run_call(hodu_call *call) {
  message *m = call->message;
  out o = {0};
  begin_answer(&o, call->id, "result");
  bool is_done = serve_call(call, &o);
  if (is_done && (o.bad != NULL || o.size > MAX_MESSAGE_BYTES - (1 << 20))) {
    is_done = hodu_fail(call, NULL, "found %s in what the call gave", o.bad == NULL ? "too much" : o.bad);
  }
  if (!is_done) {
    begin_answer(&o, call->id, "error");
    put_error(&o, &call->error, call->refusal);
  }
  const bool is_kept = call->is_kept;
  session *own = call->session;
  kept *making = call->making;
  /* From its answer on a session may be disposed of, and its call's memory with it. */
  pthread_mutex_lock(&line.lock);
  hodu_call **at = call_at(call->id);
  *at = call->next;
  line.call_count--;
  pthread_mutex_unlock(&line.lock);
  send_message(&o);
  free_out(&o);
  if (!is_kept) end_loans(m);
  if (own != NULL) give_session(own);
  if (making != NULL) give_kept(making);
  if (!is_kept) free_message(m);
}

static void *work(void *locale) {
  uselocale((locale_t)locale);
  for (;;) {
    pthread_mutex_lock(&line.lock);
    line.waiting++;
    while (line.first_work == NULL) pthread_cond_wait(&line.work, &line.lock);
    line.waiting--;
    hodu_call *call = line.first_work;
    line.first_work = call->next_work;
    line.queued--;
    pthread_mutex_unlock(&line.lock);
    run_call(call);
  }
  return NULL;
}

static void add_worker(locale_t locale) {
  pthread_t thread;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, WORKER_STACK_BYTES);
  if (pthread_create(&thread, &attributes, work, (void *)locale) == 0) line.workers++;
  else if (line.workers == 0) die("cannot start a thread");
  pthread_attr_destroy(&attributes);
}

static void queue_call(hodu_call *call, locale_t locale) {
  pthread_mutex_lock(&line.lock);
  if (line.first_work == NULL) line.first_work = call;
  else line.last_work->next_work = call;
  line.last_work = call;
  line.queued++;
  if (line.queued > line.waiting && line.workers < MAX_WORKERS) add_worker(locale);
  pthread_cond_signal(&line.work);
  pthread_mutex_unlock(&line.lock);
}

/* Reading */

/* Reads so many bytes; false: the line ended before the first. */
static bool read_exactly(void *into, size_t size) {
  unsigned char *to = into;
  size_t left = size;
  while (left > 0) {
    const size_t held = line.buffered - line.taken;
    if (held > 0) {
      const size_t taken = held < left ? held : left;
      memcpy(to, line.buffer + line.taken, taken);
      line.taken += taken;
      to += taken;
      left -= taken;
      continue;
    }
    const bool is_direct = left >= READ_BYTES;
    const ssize_t count = read(line.descriptor, is_direct ? to : line.buffer, is_direct ? left : READ_BYTES);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      if (left == size) return false;
      breach("found the end of the line within a message");
    }
    if (is_direct) {
      to += count;
      left -= (size_t)count;
    } else {
      line.taken = 0;
      line.buffered = (size_t)count;
    }
  }
  return true;
}

static void read_whole(void *into, size_t size) {
  if (!read_exactly(into, size)) breach("found the end of the line within a message");
}

/* Registers a request before its parts are there, so that a cancel finds it. */
static void open_call(message *m) {
  const json *method = hodu_get(m->root, "method"), *id = hodu_get(m->root, "id");
  if (method == NULL || method->kind != HODU_JSON_TEXT || id == NULL) return;
  const double number = hodu_number(id, 0);
  if (!(number >= 1 && number <= MAX_SAFE_INTEGER) || number != (double)(int64_t)number) breach("found a request with a wrong id");
  hodu_call *call = zeros(m, 1, sizeof *call);
  call->message = m;
  call->id = (int64_t)number;
  call->method = method->text;
  call->error.offset = -1;
  atomic_init(&call->is_cancelled, false);
  m->call = call;
  pthread_mutex_lock(&line.lock);
  hodu_call **at = call_at(call->id);
  if (*at != NULL) breach("found a request with the id of an open one");
  *at = call;
  line.call_count++;
  pthread_mutex_unlock(&line.lock);
}

/* A size of a part; breaks off where it is none. */
static size_t part_size(const json *from, double most) {
  const double size = hodu_number(from, -1);
  if (!(size >= 0 && size <= most) || size != (double)(uint64_t)size) breach("found a part of a wrong size");
  return (size_t)size;
}

static void check_file(const json *parts, const json *one) {
  const char *file = hodu_text(hodu_get(one, "file"), NULL);
  if (file == NULL || !atomic_load(&line.has_memory)) breach("found a part in memory, expected parts in frames");
  /* Files are few: a message names each once. */
  size_t seen = 0;
  for (const json *earlier = parts->first; earlier != one; earlier = earlier->next) {
    const char *other = hodu_text(hodu_get(earlier, "file"), "");
    if (strcmp(other, file) == 0 || (*other != '\0' && ++seen >= MAX_MEMORY_FILES)) breach("found a file in memory twice");
  }
}

/* Makes room for the parts of a message, and takes those in memory. */
static void open_parts(message *m) {
  const json *parts = hodu_get(m->root, "parts");
  if (parts == NULL) return;
  if (parts->kind != HODU_JSON_LIST || parts->size > MAX_PARTS) breach("found no list of parts");
  m->parts = zeros(m, parts->size, sizeof *m->parts);
  for (const json *one = parts->first; one != NULL; one = one->next) {
    const bool is_framed = one->kind != HODU_JSON_OBJECT;
    part *into = &m->parts[m->part_count++];
    into->is_framed = is_framed;
    into->size = is_framed ? part_size(one, (double)MAX_PART_BYTES) : part_size(hodu_get(one, "size"), (double)MOST_MEMORY_BYTES);
    if (is_framed) m->left += into->size;
    else check_file(parts, one);
  }
  if (m->left > MAX_OPEN_BYTES - line.open_bytes) breach("found more open bytes than there may be");
  const json *one = parts->first;
  /* What comes otherwise may be kept. */
  const bool is_loan = strcmp(hodu_text(hodu_get(m->root, "method"), ""), "session.run") == 0 && hodu_get(m->root, "id") != NULL;
  for (size_t i = 0; i < m->part_count; i++, one = one->next) {
    part *into = &m->parts[i];
    if (into->is_framed) into->data = part_memory(m, into->size);
    else take_part(m, hodu_text(hodu_get(one, "file"), ""), is_loan, into);
  }
}

static message **transfer_at(uint32_t stream) {
  message **at = &line.transfers;
  while (*at != NULL && (*at)->stream != stream) at = &(*at)->next;
  return at;
}

/* A message that is complete; NULL: its parts are to come. */
static message *read_message(uint32_t stream, size_t size) {
  const char *bad = NULL;
  message *m = new_message();
  char *text = take_memory(try_memory(m, size + 1, false));
  read_whole(text, size);
  text[size] = '\0';
  m->root = parse(m, text, size, &bad);
  if (m->root == NULL) breach(bad);
  if (m->root->kind != HODU_JSON_OBJECT) breach("found JSON that is no object");
  open_parts(m);
  if (m->left > 0) {
    if (*transfer_at(stream) != NULL) breach("found a stream twice");
    if (++line.transfer_count > MAX_OPEN_MESSAGES) breach("found more open messages than there may be");
    line.open_bytes += m->left;
    m->stream = stream;
    m->next = line.transfers;
    line.transfers = m;
  }
  open_call(m);
  return m->left > 0 ? NULL : m;
}

static message *read_data(uint32_t stream, size_t size) {
  message **at = transfer_at(stream), *m = *at;
  if (m == NULL || size > m->left) breach("found bytes for a stream that does not wait for them");
  m->left -= size;
  line.open_bytes -= size;
  while (size > 0) {
    part *into = &m->parts[m->part];
    const size_t room = into->is_framed ? into->size - m->at : 0, taken = room < size ? room : size;
    if (taken > 0) read_whole(into->data + m->at, taken);
    m->at += taken;
    size -= taken;
    if (!into->is_framed || m->at == into->size) {
      m->part++;
      m->at = 0;
    }
  }
  if (m->left > 0) return NULL;
  *at = m->next;
  line.transfer_count--;
  return m;
}

static uint32_t read_u32(const unsigned char *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* The next complete message; NULL at the end of the line. */
static message *receive(void) {
  unsigned char header[HEADER_BYTES];
  while (read_exactly(header, sizeof header)) {
    const uint32_t stream = read_u32(header + 4);
    const size_t size = read_u32(header + 8);
    const bool is_message = header[0] == MESSAGE_FRAME;
    if ((!is_message && header[0] != DATA_FRAME) || header[1] != 0 || header[2] != 0 || header[3] != 0) breach("found a wrong frame");
    if (size < 1 || size > (is_message ? MAX_MESSAGE_BYTES : MAX_DATA_BYTES)) breach("found a frame of a wrong length");
    message *m = is_message ? read_message(stream, size) : read_data(stream, size);
    if (m != NULL) return m;
  }
  if (line.transfers != NULL) breach("found the end of the line within a message");
  return NULL;
}

/* Hands an answer to who waits for it. */
static void settle(message *m) {
  const double id = hodu_number(hodu_get(m->root, "id"), 0);
  const bool has_result = hodu_get(m->root, "result") != NULL, has_error = hodu_get(m->root, "error") != NULL;
  pthread_mutex_lock(&line.lock);
  pending *p = line.pendings;
  while (p != NULL && (double)p->id != id) p = p->next;
  if (p == NULL || has_result == has_error) breach("found an answer that nobody waits for");
  unlink_pending(p);
  p->answer = m;
  p->is_done = true;
  const bool is_abandoned = p->is_abandoned;
  pthread_cond_signal(&p->changed);
  pthread_mutex_unlock(&line.lock);
  if (!is_abandoned) return;
  pthread_cond_destroy(&p->changed);
  free(p);
  free_message(m);
}

static const char *copied(message *m, const json *text) {
  return text == NULL || text->kind != HODU_JSON_TEXT ? NULL : copy_text(m, text->text, text->size);
}

static void cancel(const json *params) {
  const json *id = hodu_get(params, "id"), *error = hodu_get(params, "error"), *where = hodu_get(error, "where");
  if (hodu_text(hodu_get(error, "code"), NULL) == NULL || id == NULL || id->kind != HODU_JSON_NUMBER) {
    breach("found a cancel without a call or an error");
  }
  const double number = id->number >= 1 && id->number <= MAX_SAFE_INTEGER ? id->number : 0;
  pthread_mutex_lock(&line.lock);
  hodu_call *call = *call_at((int64_t)number);
  if (call != NULL && !atomic_load(&call->is_cancelled)) {
    message *m = call->message;
    call->cancel_error = (hodu_error){
        .code = copied(m, hodu_get(error, "code")),
        .message = copied(m, hodu_get(error, "message")),
        .hint = copied(m, hodu_get(error, "hint")),
        .cause = copied(m, hodu_get(error, "cause")),
        .file = copied(m, hodu_get(where, "file")),
        .node = copied(m, hodu_get(where, "node")),
        .plugin = copied(m, hodu_get(where, "plugin")),
        .offset = -1,
    };
    atomic_store(&call->is_cancelled, true);
    for (pending *p = line.pendings; p != NULL; p = p->next) {
      if (p->call == call) pthread_cond_signal(&p->changed);
    }
  }
  pthread_mutex_unlock(&line.lock);
}

static void dispatch(message *m, locale_t locale) {
  const json *method = hodu_get(m->root, "method"), *params = hodu_get(m->root, "params");
  if (strcmp(hodu_text(hodu_get(m->root, "jsonrpc"), ""), "2.0") != 0 || (method != NULL && method->kind != HODU_JSON_TEXT)) {
    breach("found a message that is not JSON-RPC 2.0");
  }
  if (method == NULL) {
    settle(m);
  } else if (m->call != NULL) {
    queue_call(m->call, locale);
  } else {
    if (strcmp(method->text, "cancel") == 0) cancel(params);
    if (strcmp(method->text, "memory.free") == 0 && atomic_load(&line.has_memory)) free_memory(hodu_text(hodu_get(params, "file"), ""));
    free_message(m);
  }
}

/* On Linux, ends this process with its host even while it is busy; elsewhere the end of the line does it. */
static void die_with_host(void) {
#ifdef __linux__
  const pid_t parent = getppid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);
#endif
}

hodu_call *hodu_test_call(void) {
  message *m = new_message();
  hodu_call *call = zeros(m, 1, sizeof *call);
  call->message = m;
  call->error.offset = -1;
  return call;
}

void hodu_end_test_call(hodu_call *call) {
  free_message(call->message);
}

int hodu_serve(const hodu_plugin *plugin) {
  const char *number = getenv("HODU_PLUGIN_LINE");
  if (number == NULL || *number == '\0' || strspn(number, "0123456789") != strlen(number)) {
    fprintf(stderr, "%s is a plugin of Hodu: hodu starts it (docs/plugins-in-c.md)\n", plugin->id);
    return 1;
  }
  die_with_host();
  signal(SIGPIPE, SIG_IGN);
  /* A file that may not grow is told of by the write. */
  signal(SIGXFSZ, SIG_IGN);
  setvbuf(stdout, NULL, _IOLBF, 0);
  line.plugin = plugin;
  line.descriptor = atoi(number);
  line.buffer = take_memory(malloc(READ_BYTES));
  fcntl(line.descriptor, F_SETFD, FD_CLOEXEC);
  fcntl(line.descriptor, F_SETFL, fcntl(line.descriptor, F_GETFL) & ~O_NONBLOCK);
  /* Numbers of JSON have a point, whatever locale the plugin sets. */
  locale_t locale = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
  uselocale(locale);
  char hello[128];
  write_all(hello, (size_t)snprintf(hello, sizeof hello, "hodu-plugin %d hodu-plugin-c/%s\n", PROTOCOL_VERSION, HODU_CLIENT_VERSION));
  for (message *m = receive(); m != NULL; m = receive()) dispatch(m, locale);
  pthread_mutex_lock(&line.lock);
  const bool is_busy = line.call_count > 0;
  pthread_mutex_unlock(&line.lock);
  /* A call that is busy need not let go of what `exit` waits for. */
  if (is_busy) _exit(0);
  return 0;
}
