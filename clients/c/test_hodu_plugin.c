/* Tests of what crosses the line, without a host: cc -std=c11 -g -fsanitize=address,undefined -pthread test_hodu_plugin.c -lm */
#include "hodu_plugin.c"

#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>

static int failures;

#define CHECK(holds)                                                       \
  do {                                                                     \
    if (!(holds)) {                                                        \
      printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #holds);           \
      failures++;                                                          \
    }                                                                      \
  } while (0)

static const json *parsed(hodu_call *call, const char *text, const char **bad) {
  *bad = NULL;
  return parse(call->message, copy_text(call->message, text, strlen(text)), strlen(text), bad);
}

/* What is written of what was read. */
static const char *written(hodu_call *call, const char *text) {
  const char *bad;
  const json *root = parsed(call, text, &bad);
  if (root == NULL) return bad;
  out o = {0};
  put_json(&o, root, true, 0);
  const char *copy = copy_text(call->message, o.text, o.size);
  free_out(&o);
  return copy;
}

static void reads_and_writes_json(void) {
  static const char *const same[] = {"[]", "{}", "[1,-2.5,true,false,null,\"a\"]", "{\"a\":{\"b\":[]},\"c\":\"\"}", "1e+22", "\"\xED\x95\x9C\"",
                                     "9007199254740991"};
  hodu_call *call = hodu_test_call();
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) CHECK(strcmp(written(call, same[i]), same[i]) == 0);
  CHECK(strcmp(written(call, " { \"a\" : [ 1 , 2 ] } "), "{\"a\":[1,2]}") == 0);
  CHECK(strcmp(written(call, "\"\\u0041\\n\\ud55c\\ud83d\\ude00\\ud800\""), "\"A\\u000a\xED\x95\x9C\xF0\x9F\x98\x80\xEF\xBF\xBD\"") == 0);
  CHECK(strcmp(written(call, "\"a\\u0000b\""), "\"a\\u0000b\"") == 0);
  hodu_end_test_call(call);
}

static void refuses_what_is_no_json(void) {
  static const char *const wrong[] = {"",      "{",       "[1",    "[1,",   "[,]",     "[1 2]", "{\"a\"}",  "{\"a\":}", "{a:1}", "\"",     "\"\\", "\"\\u12",
                                      "\"\\x\"", "nul",     "inf",   "-inf",  "0x10",    "+1",    ".5",       "1 1",      "\"\n\"", "[1,]",  "nan"};
  const char *bad;
  hodu_call *call = hodu_test_call();
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    CHECK(parsed(call, wrong[i], &bad) == NULL);
    CHECK(bad != NULL);
  }
  char *deep = zeros(call->message, 1, 100001);
  memset(deep, '[', 100000);
  CHECK(parsed(call, deep, &bad) == NULL && strstr(bad, "levels") != NULL);
  hodu_end_test_call(call);
}

static void writes_texts_that_are_no_utf8(void) {
  out o = {0};
  put_sized(&o, "a\xFF\xC0\x80\xED\xA0\x80\"\x01", 9);
  put_char(&o, '\0');
  CHECK(strcmp(o.text, "\"a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\\\"\\u0001\"") == 0);
  free_out(&o);
}

static void writes_numbers_that_read_back(void) {
  static const double numbers[] = {0.1, -1.5e-310, 1.7976931348623157e308, 3, -0.0, INFINITY, -INFINITY, NAN};
  const char *bad;
  hodu_call *call = hodu_test_call();
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    out o = {0};
    put_float(&o, numbers[i]);
    reader r = {.m = call->message};
    const double back = read_float(&r, parse(call->message, copy_text(call->message, o.text, o.size), o.size, &bad));
    CHECK(r.bad == NULL && (memcmp(&back, &numbers[i], sizeof back) == 0 || (isnan(back) && isnan(numbers[i]))));
    free_out(&o);
  }
  hodu_end_test_call(call);
}

static void counts_bytes_of_tensors(void) {
  static const int64_t large[] = {1LL << 40, 1LL << 40}, empty[] = {0, 1LL << 52, 1LL << 52}, odd[] = {3, 3}, negative[] = {-1};
  size_t size;
  hodu_tensor tensor;
  hodu_call *call = hodu_test_call();
  CHECK(!bytes_of(HODU_F32, false, 2, large, &size));
  CHECK(bytes_of(HODU_F32, false, 3, empty, &size) && size == 0);
  CHECK(bytes_of(HODU_I4, false, 2, odd, &size) && size == 5);
  CHECK(bytes_of(HODU_C128, false, 0, NULL, &size) && size == 16);
  CHECK(bytes_of(HODU_BF16, true, 2, odd, &size) && size == 72);
  CHECK(!bytes_of(HODU_STRING, false, 0, NULL, &size));
  CHECK(!bytes_of(HODU_F32, false, 1, negative, &size));
  CHECK(hodu_new_tensor(call, HODU_F32, 2, odd, &tensor) != NULL && hodu_count(&tensor) == 9 && tensor.size == 36);
  CHECK(hodu_new_tensor(call, HODU_F32, 2, large, &tensor) == NULL && strcmp(call->error.code, "MEMORY_LIMIT") == 0);
  CHECK(hodu_alloc(call, SIZE_MAX / 2, 3) == NULL);
  hodu_end_test_call(call);
}

static void grows_lists(void) {
  static const char *first[] = {"a", "b"};
  hodu_call *call = hodu_test_call();
  hodu_texts texts = {first, 2, 0};
  for (int i = 0; i < 1000; i++) *hodu_add(call, &texts) = "c";
  CHECK(texts.count == 1002 && strcmp(texts.items[1], "b") == 0 && strcmp(texts.items[1001], "c") == 0 && first[1][0] == 'b');
  hodu_end_test_call(call);
}

/* A snapshot with one of each kind of attribute, dims with symbols, and weights in both kinds of store. */
static hodu_snapshot sample(hodu_call *call) {
  static const char *const text = "{\"graph\":{\"name\":\"g\",\"inputs\":[{\"name\":\"x\",\"type\":{\"kind\":\"tensor\",\"dtype\":\"f32\",\"shape\":[1,{\"constant\":2,"
    "\"terms\":[[\"n\",3]]}]},\"default\":\"w\"}],\"outputs\":[{\"name\":\"y\"}],\"weights\":[{\"name\":\"w\",\"dtype\":\"u8\",\"shape\":[2],\"store\":1,"
    "\"offset\":1,\"length\":2}],\"nodes\":[{\"op\":\"If\",\"domain\":\"\",\"name\":\"n\",\"inputs\":[\"x\",\"\"],\"outputs\":[\"y\"],\"attributes\":["
    "{\"name\":\"a\",\"value\":{\"kind\":\"float\",\"value\":\"-0\"}},{\"name\":\"b\",\"value\":{\"kind\":\"int\",\"value\":\"-9223372036854775808\"}},"
    "{\"name\":\"c\",\"value\":{\"kind\":\"string\",\"value\":\"s\"}},{\"name\":\"d\",\"value\":{\"kind\":\"tensor\",\"value\":{\"kind\":\"tensor\",\"dtype\":\"u8\","
    "\"shape\":[3],\"data\":0}}},{\"name\":\"e\",\"value\":{\"kind\":\"graph\",\"value\":{\"name\":\"\",\"inputs\":[],\"outputs\":[],\"weights\":[],\"nodes\":[],"
    "\"values\":[]}}},{\"name\":\"f\",\"value\":{\"kind\":\"type\",\"value\":{\"kind\":\"map\",\"key\":\"i64\",\"element\":{\"kind\":\"optional\",\"element\":"
    "{\"kind\":\"tensor\",\"dtype\":\"f16\"}}}}},{\"name\":\"g\",\"value\":{\"kind\":\"floats\",\"value\":[1,\"NaN\"]}},{\"name\":\"h\",\"value\":{\"kind\":\"ints\","
    "\"value\":[\"1\",\"2\"]}},{\"name\":\"i\",\"value\":{\"kind\":\"strings\",\"value\":[\"t\"]}},{\"name\":\"j\",\"value\":{\"kind\":\"tensors\",\"value\":[]}}],"
    "\"origin\":[\"o\"]}],\"values\":[]},\"stores\":[{\"kind\":\"file\",\"location\":\"\"},{\"kind\":\"bytes\",\"bytes\":0}],\"metadata\":[[\"k\",\"v\"]],"
    "\"producer\":\"p\"}";
  static unsigned char bytes[] = {1, 2, 3};
  const char *bad;
  part *parts = zeros(call->message, 1, sizeof *parts);
  *parts = (part){.data = bytes, .size = 3, .is_framed = true};
  reader r = {.m = call->message, .parts = parts, .part_count = 1};
  hodu_snapshot snapshot = {0};
  read_snapshot(&r, parsed(call, text, &bad), &snapshot);
  CHECK(r.bad == NULL);
  return snapshot;
}

static void packs_models(void) {
  hodu_call *call = hodu_test_call();
  hodu_snapshot snapshot = sample(call), back, again;
  hodu_bytes packed, twice;
  hodu_tensor weight;
  CHECK(hodu_pack_snapshot(&snapshot, &packed, call) && hodu_unpack_snapshot(packed.data, packed.size, &back, call));
  CHECK(hodu_pack_snapshot(&back, &twice, call) && hodu_unpack_snapshot(twice.data, twice.size, &again, call));
  CHECK(packed.size == twice.size && memcmp(packed.data, twice.data, packed.size) == 0);
  const hodu_node *node = &back.graph.nodes.items[0];
  CHECK(hodu_attribute_named(node, "b", HODU_INT)->integer == INT64_MIN);
  CHECK(signbit(hodu_attribute_named(node, "a", HODU_FLOAT)->number));
  CHECK(hodu_attribute_named(node, "b", HODU_FLOAT) == NULL);
  CHECK(back.graph.inputs.items[0].type->shape.items[1].terms.items[0].coefficient == 3);
  const hodu_model model = {back, NULL};
  CHECK(hodu_read_weight(&model, &back.graph.weights.items[0], &weight, call) && memcmp(weight.data, "\2\3", 2) == 0);
  hodu_weight wrong = back.graph.weights.items[0];
  wrong.offset = 2;
  CHECK(!hodu_read_weight(&model, &wrong, &weight, call) && strcmp(call->error.code, "BAD_MODEL") == 0);
  hodu_end_test_call(call);
}

/* Each cut, and each byte changed: refused or read, and never overrun. */
static void survives_damaged_models(void) {
  hodu_call *call = hodu_test_call();
  const hodu_snapshot snapshot = sample(call);
  hodu_bytes packed;
  CHECK(hodu_pack_snapshot(&snapshot, &packed, call));
  for (size_t i = 0; i < packed.size; i++) {
    hodu_call *own = hodu_test_call();
    hodu_snapshot back;
    unsigned char *copy = malloc(packed.size);
    memcpy(copy, packed.data, packed.size);
    unsigned char *cut = malloc(i + 1);
    memcpy(cut, copy, i);
    CHECK(!hodu_unpack_snapshot(cut, i, &back, own));
    for (int change = 1; change < 256; change <<= 1) {
      copy[i] ^= (unsigned char)change;
      if (!hodu_unpack_snapshot(copy, packed.size, &back, own)) CHECK(strcmp(own->error.code, "BAD_MODEL") == 0);
      copy[i] ^= (unsigned char)change;
    }
    free(cut);
    free(copy);
    hodu_end_test_call(own);
  }
  hodu_end_test_call(call);
}

/* A folder for files in memory, and a line to this test; `end_memory` takes all of it away. */
static int begin_memory(void) {
  static char folder[32];
  int ends[2];
  CHECK(pipe(ends) == 0);
  line.descriptor = ends[1];
  strcpy(folder, "/tmp/hodu-test-XXXXXX");
  CHECK(mkdtemp(folder) != NULL && use_memory(folder));
  return ends[0];
}

static void end_memory(int heard) {
  char path[64];
  for (size_t i = 0; i < line.own_count; i++) {
    snprintf(path, sizeof path, "%s/p%zu", line.folder, i);
    unlink(path);
    if (line.own[i].map != NULL) munmap(line.own[i].map, MOST_MEMORY_BYTES);
    close(line.own[i].descriptor);
  }
  for (size_t i = 0; i < line.their_count; i++) {
    if (line.theirs[i].map != NULL) munmap(line.theirs[i].map, MOST_MEMORY_BYTES);
    close(line.theirs[i].descriptor);
    snprintf(path, sizeof path, "%s/h%ld", line.folder, line.theirs[i].number);
    unlink(path);
  }
  CHECK(rmdir(line.folder) == 0);
  free(line.folder);
  close(heard);
  close(line.descriptor);
  line.descriptor = -1;
  line.folder = NULL;
  line.own_count = line.their_count = 0;
  atomic_store(&line.has_memory, false);
}

static void chooses_files_in_memory(void) {
  unsigned char data[100];
  memset(data, 7, sizeof data);
  const int heard = begin_memory();
  CHECK(put_memory(data, 50) == 0 && put_memory(data, 100) == 1);
  free_memory("p0");
  CHECK(put_memory(data, 10) == 0);
  free_memory("p1");
  free_memory("p0");
  CHECK(put_memory(data, 60) == 1 && put_memory(data, 60) == 0);
  CHECK(file_number("p12", 'p') == 12 && file_number("p", 'p') == -1 && file_number("h1", 'p') == -1 && file_number("p1/x", 'p') == -1);
  end_memory(heard);
}

static unsigned char sent[200000], got[sizeof sent];

/* Whether a file of this side holds that many bytes as they were sent. */
static bool holds(int file, size_t size) {
  return file >= 0 && pread(line.own[file].descriptor, got, size, 0) == (ssize_t)size && memcmp(got, sent, size) == 0;
}

static void puts_parts_into_files(void) {
  const int heard = begin_memory();
  for (int is_mapped = 1; is_mapped >= 0; is_mapped--) {
    /* Growing, in a file that has room, in one that was cut, and where files cannot be mapped. */
    static const size_t sizes[] = {70000, 200000, 65536, 200000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
      memset(sent, (int)(10 * is_mapped + 1 + (int)i), sizes[i]);
      CHECK((line.own[0].map != NULL) == is_mapped && holds(put_memory(sent, sizes[i]), sizes[i]));
      free_memory("p0");
      if (i == 2) CHECK(ftruncate(line.own[0].descriptor, 0) == 0 && (line.own[0].size = 0) == 0);
    }
    munmap(line.own[0].map, MOST_MEMORY_BYTES);
    line.own[0].map = NULL;
  }
  end_memory(heard);
}

static void sends_in_frames_what_memory_has_no_room_for(void) {
  const int heard = begin_memory();
  const struct rlimit none = {70000, RLIM_INFINITY}, all = {RLIM_INFINITY, RLIM_INFINITY};
  signal(SIGXFSZ, SIG_IGN);
  CHECK(holds(put_memory(sent, 65536), 65536));
  free_memory("p0");
  CHECK(setrlimit(RLIMIT_FSIZE, &none) == 0);
  CHECK(put_memory(sent, 200000) == -1);
  memset(sent, 3, sizeof sent);
  CHECK(holds(put_memory(sent, 65536), 65536));
  free_memory("p0");
  CHECK(setrlimit(RLIMIT_FSIZE, &all) == 0);
  CHECK(holds(put_memory(sent, 200000), 200000) && line.own_count == 1);
  end_memory(heard);
}

/* Puts bytes into a file as a host does, whose name is gone after the first. */
static int host_file(const char *name, int descriptor, int fill, size_t size) {
  char path[64];
  snprintf(path, sizeof path, "%s/%s", line.folder, name);
  if (descriptor < 0) descriptor = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
  memset(sent, fill, size);
  CHECK(pwrite(descriptor, sent, size, 0) == (ssize_t)size);
  return descriptor;
}

/* A message of one part in a file. */
static message *message_with(const char *name, bool is_loan, size_t size) {
  message *m = new_message();
  m->parts = zeros(m, 1, sizeof *m->parts);
  m->part_count = 1;
  m->parts->size = size;
  take_part(m, name, is_loan, m->parts);
  return m;
}

/* Whether this side has told something, and that it was that the other may fill h0 again. */
static bool has_freed(int heard) {
  static const char told[] = "{\"jsonrpc\":\"2.0\",\"method\":\"memory.free\",\"params\":{\"file\":\"h0\"}}";
  char frame[200];
  struct pollfd is_there = {heard, POLLIN, 0};
  if (poll(&is_there, 1, 0) == 0) return false;
  const ssize_t size = read(heard, frame, sizeof frame);
  CHECK(size == HEADER_BYTES + sizeof told - 1 && memcmp(frame + HEADER_BYTES, told, sizeof told - 1) == 0);
  return true;
}

static void lends_files_until_the_answer(void) {
  static const size_t sizes[] = {70000, 200000, 65536, 200000};
  const int heard = begin_memory();
  int file = -1;
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    file = host_file("h0", file, 1 + (int)i, sizes[i]);
    message *m = message_with("h0", true, sizes[i]);
    part *lent = m->parts;
    CHECK(lent->data == line.theirs[0].map && memcmp(lent->data, sent, sizes[i]) == 0);
    CHECK(pwrite(file, "new", 3, 5) == 3 && memcmp(lent->data + 5, "new", 3) == 0);
    lent->data[0] = 99;
    CHECK(!has_freed(heard));
    end_loans(m);
    CHECK(has_freed(heard));
    end_loans(m);
    CHECK(!has_freed(heard));
    free_message(m);
    CHECK(i != 2 || ftruncate(file, 0) == 0);
  }
  CHECK(line.their_count == 1);
  close(file);
  end_memory(heard);
}

/* What may be kept, and what cannot be mapped, is copied and given back at once. */
static void copies_what_it_does_not_lend(void) {
  const int heard = begin_memory();
  int file = -1;
  for (int is_loan = 0; is_loan < 2; is_loan++) {
    file = host_file("h0", file, 5 + is_loan, 70000);
    message *m = message_with("h0", is_loan, 70000);
    CHECK(has_freed(heard));
    CHECK(pwrite(file, "new", 3, 5) == 3 && memcmp(m->parts->data, sent, 70000) == 0 && (uintptr_t)m->parts->data % LARGE_ALIGN == 0);
    end_loans(m);
    CHECK(!has_freed(heard));
    free_message(m);
    if (line.theirs[0].map != NULL) munmap(line.theirs[0].map, MOST_MEMORY_BYTES);
    line.theirs[0].map = NULL;
  }
  close(file);
  end_memory(heard);
}

static void maps_no_file_that_it_may_not_write_to(void) {
  const int descriptor = open("/dev/null", O_RDONLY);
  CHECK(map_file(descriptor) == NULL);
  close(descriptor);
}

/* What a process of its own ends with that takes a part twice; 0: it goes on. */
static int end_of_taking(bool is_first_loan, size_t size) {
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    fclose(stderr);
    message_with("h0", is_first_loan, 70000);
    message_with("h0", true, size);
    _exit(0);
  }
  int status = -1;
  CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status));
  return WEXITSTATUS(status);
}

static void refuses_files_that_are_short_or_lent(void) {
  const int heard = begin_memory(), file = host_file("h0", -1, 1, 70000);
  free_message(message_with("h0", false, 70000));
  CHECK(end_of_taking(false, 70000) == 0);
  CHECK(end_of_taking(false, 70001) == 1);
  CHECK(end_of_taking(true, 70000) == 1);
  close(file);
  end_memory(heard);
}

/* Gives memory of a session that is disposed of meanwhile. */
static bool run_and_drop(void *state, const hodu_named_values *inputs, const hodu_run_options *options, hodu_run_result *result,
                         hodu_call *call) {
  static const int64_t shape[] = {4};
  (void)inputs, (void)options;
  pthread_mutex_lock(&line.lock);
  drop_session(&line.sessions);
  pthread_mutex_unlock(&line.lock);
  const hodu_tensor tensor = {.dtype = HODU_U8, .rank = 1, .shape = shape, .data = state, .size = 4};
  *hodu_add(call, &result->outputs) = (hodu_named_value){"y", {.tensor = tensor}};
  return true;
}

/* Runs a call as it came. */
static void run_request(hodu_call *call, const char *method, const char *text) {
  const char *bad;
  call->message->root = (json *)(uintptr_t)parsed(call, text, &bad);
  call->method = method;
  call->id = 1;
  *call_at(1) = call;
  line.call_count++;
  run_call(call);
}

static int disposals;

static void dispose_of(void *state) {
  memset(state, 0, 4);
  disposals++;
}

static void keeps_a_session_until_its_answer_is_sent(void) {
  static const hodu_backend backend = {.name = "b", .run = run_and_drop, .dispose = dispose_of};
  static const char *const text = "{\"params\":{\"session\":1,\"inputs\":[],\"options\":{}}}";
  char answer[1000];
  int ends[2];
  message *kept_by = new_message();
  hodu_call *call = hodu_test_call();
  CHECK(pipe(ends) == 0);
  line.descriptor = ends[1];
  line.sessions = calloc(1, sizeof *line.sessions);
  *line.sessions = (session){.number = 1, .backend = &backend, .state = copy_text(kept_by, "true", 4), .message = kept_by};
  run_request(call, "session.run", text);
  const ssize_t size = read(ends[0], answer, sizeof answer);
  CHECK(size > 4 && memcmp(answer + size - 4, "true", 4) == 0);
  CHECK(disposals == 1 && line.sessions == NULL);
  close(ends[0]);
  close(ends[1]);
  line.descriptor = -1;
}

static bool make_large(void *user, hodu_bytes *result, hodu_call *call) {
  (void)call;
  *result = (hodu_bytes){user, sizeof sent};
  return true;
}

static void *make_kept(void *call) {
  run_request(call, "keep.make", "{\"params\":{\"keep\":1,\"key\":\"k\"}}");
  return NULL;
}

/* An answer of more than the line holds: who asked waits while it is on its way. */
static void keeps_who_asked_until_what_was_made_is_sent(void) {
  hodu_call *asking = hodu_test_call();
  kept entry = {.keep = 1, .key = "k", .make = make_large, .user = sent, .call = asking};
  pthread_t thread;
  int ends[2];
  CHECK(pipe(ends) == 0);
  line.descriptor = ends[1];
  line.keeps = &entry;
  CHECK(pthread_create(&thread, NULL, make_kept, hodu_test_call()) == 0);
  CHECK(read(ends[0], got, 1) == 1);
  pthread_mutex_lock(&line.lock);
  CHECK(entry.users == 1);
  pthread_mutex_unlock(&line.lock);
  for (size_t left = sizeof sent; left > 0;) {
    const ssize_t count = read(ends[0], got, left);
    left -= count > 0 ? (size_t)count : left;
  }
  CHECK(read(ends[0], got, sizeof got) > 0);
  pthread_join(thread, NULL);
  CHECK(entry.users == 0);
  line.keeps = NULL;
  line.descriptor = -1;
  close(ends[0]);
  close(ends[1]);
  hodu_end_test_call(asking);
}

/* `state`: where the other side hears what this one tells. */
static bool give_inputs(void *state, const hodu_named_values *inputs, const hodu_run_options *options, hodu_run_result *result,
                        hodu_call *call) {
  struct pollfd told = {*(const int *)state, POLLIN, 0};
  (void)options, (void)call;
  CHECK(poll(&told, 1, 0) == 0 && inputs->items[0].value.tensor.data == line.theirs[0].map);
  result->outputs = *inputs;
  return true;
}

static void frees_files_after_the_answer(void) {
  static const hodu_backend backend = {.name = "b", .run = give_inputs};
  static const char *const text = "{\"params\":{\"session\":1,\"options\":{},\"inputs\":[{\"name\":\"x\",\"value\":{\"kind\":\"tensor\","
    "\"dtype\":\"u8\",\"shape\":[70000],\"data\":0}}]}}";
  int heard = begin_memory();
  const int file = host_file("h0", -1, 6, 70000);
  hodu_call *call = hodu_test_call();
  session own = {.number = 1, .backend = &backend, .state = &heard};
  unsigned char answer[1000];
  line.sessions = &own;
  call->message->parts = zeros(call->message, 1, sizeof(part));
  call->message->part_count = 1;
  call->message->parts->size = 70000;
  take_part(call->message, "h0", true, call->message->parts);
  run_request(call, "session.run", text);
  CHECK(read(heard, answer, HEADER_BYTES) == HEADER_BYTES && read_u32(answer + 8) < sizeof answer);
  const ssize_t length = read(heard, answer, read_u32(answer + 8));
  static const char end[] = "\"parts\":[{\"file\":\"p0\",\"size\":70000}]}";
  CHECK(length > (ssize_t)sizeof end && memcmp(answer + length - (sizeof end - 1), end, sizeof end - 1) == 0);
  CHECK(holds(0, 70000) && has_freed(heard) && own.users == 0);
  line.sessions = NULL;
  close(file);
  end_memory(heard);
}

int main(void) {
  reads_and_writes_json();
  refuses_what_is_no_json();
  writes_texts_that_are_no_utf8();
  writes_numbers_that_read_back();
  counts_bytes_of_tensors();
  grows_lists();
  packs_models();
  survives_damaged_models();
  chooses_files_in_memory();
  puts_parts_into_files();
  sends_in_frames_what_memory_has_no_room_for();
  lends_files_until_the_answer();
  copies_what_it_does_not_lend();
  maps_no_file_that_it_may_not_write_to();
  refuses_files_that_are_short_or_lent();
  keeps_a_session_until_its_answer_is_sent();
  frees_files_after_the_answer();
  keeps_who_asked_until_what_was_made_is_sent();
  if (failures == 0) puts("all as it should be");
  return failures == 0 ? 0 : 1;
}
