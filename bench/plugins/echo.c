/* A backend that does nothing: what is left of a call is its way there and back. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "hodu_plugin.h"

/* The input named "kept" that came last, copied: its memory would be that of its call. Calls may overlap. */
typedef struct session {
  pthread_mutex_t lock;
  hodu_named_value kept;
  int64_t shape[1];
} session;

static const char *supports(const hodu_node *node, const hodu_types *inputs, hodu_call *call) {
  (void)node, (void)inputs, (void)call;
  return NULL;
}

static bool compile(const hodu_model *model, const hodu_compile_options *options, hodu_artifact *result, hodu_call *call) {
  (void)model, (void)options, (void)result;
  return hodu_check(call);
}

static bool load(const hodu_artifact *artifact, const hodu_source *weights, const hodu_session_options *options, void **result, hodu_call *call) {
  (void)artifact, (void)weights, (void)options;
  session *made = hodu_alloc(call, 1, sizeof *made);
  if (made == NULL) return false;
  pthread_mutex_init(&made->lock, NULL);
  *result = made;
  return true;
}

static bool keep(session *own, const hodu_tensor *tensor) {
  unsigned char *data = malloc(tensor->size);
  if (data == NULL) return false;
  memcpy(data, tensor->data, tensor->size);
  pthread_mutex_lock(&own->lock);
  free((void *)own->kept.value.tensor.data);
  own->shape[0] = (int64_t)tensor->size;
  own->kept = (hodu_named_value){"kept", {.tensor = *tensor}};
  own->kept.value.tensor.shape = own->shape;
  own->kept.value.tensor.data = data;
  pthread_mutex_unlock(&own->lock);
  return true;
}

static bool run(void *state, const hodu_named_values *inputs, const hodu_run_options *options, hodu_run_result *result, hodu_call *call) {
  session *own = state;
  const hodu_value *x = hodu_value_named(inputs, "x"), *kept = hodu_value_named(inputs, "kept");
  if (kept != NULL && !keep(own, &kept->tensor)) return hodu_fail(call, "MEMORY_LIMIT", "Cannot keep a value: no memory");
  if (options->outputs == NULL || options->outputs->count > 0) {
    *hodu_add(call, &result->outputs) = x == NULL ? own->kept : (hodu_named_value){"x", *x};
  }
  return true;
}

static const hodu_backend backends[] = {{.name = "echo", .supports = supports, .compile = compile, .load = load, .run = run}, {0}};
static const hodu_plugin plugin = {.id = "hodu-bench-echo", .version = "1.0.0", .backends = backends};

int main(void) {
  return hodu_serve(&plugin);
}
