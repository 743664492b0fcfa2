/*
 * Hodu's plugin protocol for C: copy hodu_plugin.h and hodu_plugin.c beside your plugin. C11 and POSIX, nothing else:
 *
 *     cc -std=c11 -O2 -pthread -o plugin plugin.c hodu_plugin.c
 *
 * A plugin is a table of what it implements, handed to hodu_serve:
 *
 *     static const hodu_format formats[] = {{.name = "points", .load_tensors = load_points}, {0}};
 *     static const hodu_plugin plugin = {.id = "hodu-format-points", .version = "1.0.0", .formats = formats};
 *     int main(void) { return hodu_serve(&plugin); }
 *
 * Each function gets the call that it answers, and returns whether it did; `return hodu_fail(call, ...)` says why not.
 * Calls may overlap, each on a thread of its own. What is reached from a call (arguments, results, memory of hodu_alloc) lives until the
 * call is answered; that of a `load` until its session is disposed of, that of `on_load` until the process ends.
 *
 * Link with -lm where you use the mathematics of C. What the calls mean: docs/plugins-in-c.md. What crosses the line: docs/plugin-protocol.md.
 */
#ifndef HODU_PLUGIN_H
#define HODU_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HODU_CLIENT_VERSION "0.3.0"

#if defined(__GNUC__)
#define HODU_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define HODU_PRINTF(text, first)
#endif

/* Codes of docs/errors.md that plugins use most. */
#define HODU_ABORTED "ABORTED"
#define HODU_BAD_INPUT "BAD_INPUT"
#define HODU_BAD_MODEL "BAD_MODEL"
#define HODU_BAD_TENSOR_FILE "BAD_TENSOR_FILE"
#define HODU_BAD_USAGE "BAD_USAGE"
#define HODU_INVALID_GRAPH "INVALID_GRAPH"
#define HODU_KERNEL "KERNEL"
#define HODU_MEMORY_LIMIT "MEMORY_LIMIT"
#define HODU_MISSING_INPUT "MISSING_INPUT"
#define HODU_UNSUPPORTED "UNSUPPORTED"

/* Calls */

/* A call of the host. */
typedef struct hodu_call hodu_call;

/* What a call ends with. Members that are NULL are left out; an offset below 0, too. Without a code it tells of a defect of the plugin. */
typedef struct hodu_error {
  const char *code, *message, *hint, *cause;
  const char *file, *field, *node, *operator_name, *plugin;
  int64_t offset;
} hodu_error;

/* Says why a call fails: one of Hodu's codes, and "Cannot <do what>: found <what>, expected <rule>". Always false, to be returned. */
bool hodu_fail(hodu_call *call, const char *code, const char *format, ...) HODU_PRINTF(3, 4);
/* What hodu_fail, or a function of this file that failed, has said: give it a hint (the next command to type) or a place. */
hodu_error *hodu_error_of(hodu_call *call);
/* False when the caller has given up or the call's time is over; then return false. Long loops ask this often. */
bool hodu_check(hodu_call *call);
/* Passes a message on; level is error, warn, info, debug or trace. Without a call (NULL) it belongs to none. From any thread. */
void hodu_log(hodu_call *call, const char *level, const char *format, ...) HODU_PRINTF(3, 4);
/* Work done so far, of `total` (below 0: not known), in the unit that `label` names. */
void hodu_progress(hodu_call *call, double done, double total, const char *label);

/* Memory, of zeros, that lives as long as the call. NULL, and the call has failed with MEMORY_LIMIT: there is not that much. */
void *hodu_alloc(hodu_call *call, size_t count, size_t size);
/* A text as printf makes it, that lives as long as the call. */
const char *hodu_text_of(hodu_call *call, const char *format, ...) HODU_PRINTF(2, 3);

/* Lists */

/* A list of items. One of your own array needs no capacity: {array, count, 0}. */
#define HODU_LIST(list, item)                                                                                                              \
  typedef struct list {                                                                                                                    \
    item *items;                                                                                                                           \
    size_t count, capacity;                                                                                                                \
  } list

/* A pointer to a new item of zeros at the end of a list: *hodu_add(call, &node->inputs) = "x". It is good until the next one. */
#define hodu_add(call, list)                                                                                                               \
  ((list)->items = hodu_grow((call), (list)->items, (list)->count, &(list)->capacity, sizeof *(list)->items),                              \
   &(list)->items[(list)->count++])
void *hodu_grow(hodu_call *call, void *items, size_t count, size_t *capacity, size_t size);

HODU_LIST(hodu_texts, const char *);
HODU_LIST(hodu_numbers, double);
HODU_LIST(hodu_integers, int64_t);

/* Two texts: a key and its value, or as is said where they stand. */
typedef struct hodu_pair {
  const char *first, *second;
} hodu_pair;
HODU_LIST(hodu_pairs, hodu_pair);

/* Values */

typedef enum hodu_dtype {
  HODU_BOOL,
  HODU_I2,
  HODU_I4,
  HODU_I8,
  HODU_I16,
  HODU_I32,
  HODU_I64,
  HODU_U2,
  HODU_U4,
  HODU_U8,
  HODU_U16,
  HODU_U32,
  HODU_U64,
  HODU_F4E2M1,
  HODU_F6E2M3,
  HODU_F6E3M2,
  HODU_F8E4M3FN,
  HODU_F8E4M3FNUZ,
  HODU_F8E5M2,
  HODU_F8E5M2FNUZ,
  HODU_F8E8M0,
  HODU_F16,
  HODU_BF16,
  HODU_F32,
  HODU_F64,
  HODU_C64,
  HODU_C128,
  HODU_STRING
} hodu_dtype;

/* "f32" for HODU_F32. */
const char *hodu_dtype_name(hodu_dtype dtype);

/* A dim of a type: a number, or one with symbols: constant + the sum of coefficient * symbol. */
typedef struct hodu_term {
  const char *symbol;
  int64_t coefficient;
} hodu_term;
HODU_LIST(hodu_terms, hodu_term);
typedef struct hodu_dim {
  int64_t constant;
  hodu_terms terms;
} hodu_dim;
HODU_LIST(hodu_dims, hodu_dim);

typedef enum hodu_kind { HODU_TENSOR, HODU_SEQUENCE, HODU_OPTIONAL, HODU_MAP } hodu_kind;

/* The type of a value: dtype and shape of a tensor (without a shape even the rank is not known), element of the others, key of a map. */
typedef struct hodu_type {
  hodu_kind kind;
  hodu_dtype dtype;
  bool has_shape;
  hodu_dims shape;
  const struct hodu_type *element;
  hodu_dtype key;
} hodu_type;
/* NULL: not known. */
HODU_LIST(hodu_types, const hodu_type *);

/*
 * A tensor, row-major. `data` holds `size` bytes, aligned for their elements, as files do: little-endian, elements below 8 bits packed from
 * the low bits on, bool as a byte 0 or 1, complex as real then imaginary, each string as its length in bytes (u32) and UTF-8.
 * `wide`: an f16, bf16 or f32 tensor whose elements are doubles.
 */
typedef struct hodu_tensor {
  hodu_dtype dtype;
  size_t rank;
  const int64_t *shape;
  const void *data;
  size_t size;
  bool wide;
} hodu_tensor;
HODU_LIST(hodu_tensors, hodu_tensor);

/* The number of its elements. */
size_t hodu_count(const hodu_tensor *tensor);
/* Makes a tensor of zeros of the call's memory and gives its elements, to be written to. NULL, and the call has failed: MEMORY_LIMIT,
   UNSUPPORTED (strings: their size is not known). */
void *hodu_new_tensor(hodu_call *call, hodu_dtype dtype, size_t rank, const int64_t *shape, hodu_tensor *result);

/* A value: a tensor, or items of the element's type (an optional has one or none). Keys of a map: decimal text where they are integers. */
typedef struct hodu_value hodu_value;
HODU_LIST(hodu_values, hodu_value);
struct hodu_value {
  hodu_kind kind;
  hodu_tensor tensor;
  const hodu_type *element;
  hodu_values items;
  hodu_dtype key;
  hodu_texts keys;
};
/* NULL: left out. */
HODU_LIST(hodu_inputs, const hodu_value *);

typedef struct hodu_named_value {
  const char *name;
  hodu_value value;
} hodu_named_value;
HODU_LIST(hodu_named_values, hodu_named_value);

/* The value of that name, or NULL. */
const hodu_value *hodu_value_named(const hodu_named_values *values, const char *name);

/* Models. A text that is NULL is "". */

typedef struct hodu_graph hodu_graph;

typedef enum hodu_attribute_kind {
  HODU_FLOAT,
  HODU_INT,
  HODU_TEXT,
  HODU_TENSOR_ATTRIBUTE,
  HODU_GRAPH,
  HODU_TYPE,
  HODU_FLOATS,
  HODU_INTS,
  HODU_TEXTS,
  HODU_TENSORS
} hodu_attribute_kind;

/* An attribute of a node; its kind says which member it has. */
typedef struct hodu_attribute {
  const char *name;
  hodu_attribute_kind kind;
  union {
    double number;
    int64_t integer;
    const char *text;
    const hodu_tensor *tensor;
    const hodu_graph *graph;
    const hodu_type *type;
    hodu_numbers numbers;
    hodu_integers integers;
    hodu_texts texts;
    hodu_tensors tensors;
  };
} hodu_attribute;
HODU_LIST(hodu_attributes, hodu_attribute);

/* An operator of a graph. An input "" is left out. `origin` names the nodes of the file that it comes from. */
typedef struct hodu_node {
  const char *op, *domain, *name;
  hodu_texts inputs, outputs;
  hodu_attributes attributes;
  hodu_texts origin;
} hodu_node;
HODU_LIST(hodu_nodes, hodu_node);

/* The attribute of that name and kind, or NULL. */
const hodu_attribute *hodu_attribute_named(const hodu_node *node, const char *name, hodu_attribute_kind kind);

/* A constant whose bytes lie in a store of the snapshot. `digest` is its SHA-256, where it is known. */
typedef struct hodu_weight {
  const char *name;
  hodu_dtype dtype;
  size_t rank;
  const int64_t *shape;
  int64_t store, offset, length;
  const char *digest;
} hodu_weight;
HODU_LIST(hodu_weights, hodu_weight);

/* An input, an output or another value; `type` is NULL where it is not known, `default_weight` names a weight. */
typedef struct hodu_graph_value {
  const char *name;
  const hodu_type *type;
  const char *default_weight;
} hodu_graph_value;
HODU_LIST(hodu_graph_values, hodu_graph_value);

/* Nodes in an order in which they can run, and what goes in and out. */
struct hodu_graph {
  const char *name;
  hodu_graph_values inputs, outputs;
  hodu_weights weights;
  hodu_nodes nodes;
  hodu_graph_values values;
};

/* Where weights lie: a file ("" is the model file, others are relative to it), or, without a location, bytes. */
typedef struct hodu_store {
  const char *location;
  const void *bytes;
  size_t size;
} hodu_store;
HODU_LIST(hodu_stores, hodu_store);

/* A model as data. */
typedef struct hodu_snapshot {
  hodu_graph graph;
  hodu_stores stores;
  hodu_pairs metadata;
  const char *producer;
} hodu_snapshot;

/* A weight that comes: with a value, a constant of its name; else one that refers to bytes that are there. */
typedef struct hodu_patch_weight {
  hodu_weight weight;
  const hodu_tensor *value;
} hodu_patch_weight;
HODU_LIST(hodu_patch_weights, hodu_patch_weight);

/* A change to one graph: nodes by name that go, nodes and weights that come, and values to read instead of those that are gone. */
typedef struct hodu_patch {
  const char *pattern;
  hodu_texts remove;
  hodu_nodes add;
  hodu_patch_weights weights;
  hodu_pairs rename;
  hodu_texts drop_weights;
} hodu_patch;
HODU_LIST(hodu_patches, hodu_patch);

/* Files */

/* A file that the host has opened, never a path. */
typedef struct hodu_source {
  const char *name;
  int64_t size;
  int64_t number;
} hodu_source;

/* A file in the making, never a path. It appears only when the call has ended well. */
typedef struct hodu_sink {
  const char *name;
  int64_t number;
} hodu_sink;

typedef struct hodu_bytes {
  const void *data;
  size_t size;
} hodu_bytes;

/* Reads bytes into memory of yours. Fails beyond the end (BAD_MODEL), IO. */
bool hodu_read(const hodu_source *source, int64_t offset, void *into, size_t size, hodu_call *call);
/* Reads bytes into memory that lives as long as the call. */
bool hodu_read_bytes(const hodu_source *source, int64_t offset, size_t size, hodu_bytes *result, hodu_call *call);
/* The file that `name`, a relative path as it stands in this file, points to. Fails with POLICY, MISSING_INPUT. */
bool hodu_source_sibling(const hodu_source *source, const char *name, hodu_source *result, hodu_call *call);
/* Tells the host that this file is not needed any more. */
void hodu_close(const hodu_source *source);
/* Appends bytes, which are yours again when it returns. Fails with IO (a disk that is full, too). */
bool hodu_write(const hodu_sink *sink, const void *data, size_t size, hodu_call *call);
/* Another file of the same result in the same folder, such as external weights. Fails with POLICY. */
bool hodu_sink_sibling(const hodu_sink *sink, const char *name, hodu_sink *result, hodu_call *call);

/* A snapshot and the file that its stores of files refer to; NULL: none. */
typedef struct hodu_model {
  hodu_snapshot snapshot;
  const hodu_source *source;
} hodu_model;

/* A weight with its bytes, from where they are. Fails with MISSING_INPUT, POLICY, BAD_MODEL. */
bool hodu_read_weight(const hodu_model *model, const hodu_weight *weight, hodu_tensor *result, hodu_call *call);
/* A snapshot as bytes, for artifacts of backends that run it as it is. */
bool hodu_pack_snapshot(const hodu_snapshot *snapshot, hodu_bytes *result, hodu_call *call);
/* What hodu_pack_snapshot packed; it may refer to the bytes. Fails with BAD_MODEL for others. */
bool hodu_unpack_snapshot(const void *data, size_t size, hodu_snapshot *result, hodu_call *call);

/* JSON, and the data of services: JSON with bytes, values, and integers of any size (as decimal text) in it. */

typedef enum hodu_json_kind {
  HODU_JSON_NULL,
  HODU_JSON_FLAG,
  HODU_JSON_NUMBER,
  HODU_JSON_TEXT,
  HODU_JSON_LIST,
  HODU_JSON_OBJECT,
  HODU_JSON_INTEGER,
  HODU_JSON_BYTES,
  HODU_JSON_VALUE
} hodu_json_kind;

/* `name` is that of a member. `size`: bytes of a text or of bytes, items of a list or an object. Items are linked by `next`. */
typedef struct hodu_json {
  hodu_json_kind kind;
  bool flag;
  const char *name;
  size_t size;
  struct hodu_json *next;
  union {
    double number;
    const char *text;
    const void *bytes;
    const hodu_value *value;
    struct {
      struct hodu_json *first, *last;
    };
  };
} hodu_json;

/* The member of that name; NULL where there is none, or no object. */
const hodu_json *hodu_get(const hodu_json *object, const char *name);
/* What stands there, or `fallback` where it is something else; `json` may be NULL. */
double hodu_number(const hodu_json *json, double fallback);
const char *hodu_text(const hodu_json *json, const char *fallback);
bool hodu_flag(const hodu_json *json, bool fallback);

/* New ones, that live as long as the call. */
hodu_json *hodu_json_null(hodu_call *call);
hodu_json *hodu_json_flag(hodu_call *call, bool flag);
hodu_json *hodu_json_number(hodu_call *call, double number);
hodu_json *hodu_json_text(hodu_call *call, const char *text);
hodu_json *hodu_json_list(hodu_call *call);
hodu_json *hodu_json_object(hodu_call *call);
/* Appends an item to a list, or a member to an object; gives the list or object. The item is not copied: it may be in one only. */
hodu_json *hodu_push(hodu_json *list, hodu_json *item);
hodu_json *hodu_set(hodu_json *object, const char *name, hodu_json *item);

/* Formats */

/* `domains` is NULL where all may come. */
typedef struct hodu_load_model_options {
  const hodu_texts *domains;
} hodu_load_model_options;
/* `dtypes`: names of values and what the caller wants them to be. */
typedef struct hodu_load_tensors_options {
  hodu_pairs dtypes;
} hodu_load_tensors_options;
/* `opset` is 0 where none is asked for. */
typedef struct hodu_save_model_options {
  int64_t opset;
  bool external_weights;
} hodu_save_model_options;

/* What a tensor file holds: values by name in their order (one unnamed value is ""), and what the file says beside them. */
typedef struct hodu_tensor_file {
  hodu_named_values values;
  hodu_pairs metadata;
} hodu_tensor_file;

/* A format, with the functions of its capabilities. Tables of components end with {0}. */
typedef struct hodu_format {
  const char *name;
  bool (*load_model)(const hodu_source *source, const hodu_load_model_options *options, hodu_snapshot *result, hodu_call *call);
  bool (*save_model)(const hodu_model *model, const hodu_sink *sink, const hodu_save_model_options *options, hodu_call *call);
  bool (*load_tensors)(const hodu_source *source, const hodu_load_tensors_options *options, hodu_tensor_file *result, hodu_call *call);
  bool (*save_tensors)(const hodu_tensor_file *file, const hodu_sink *sink, hodu_call *call);
} hodu_format;

/* Backends */

/* `precision` is "native" or "f64"; `opt_level` is below 0 where none is asked for; `all` has what is not named here (shapes, dump). */
typedef struct hodu_compile_options {
  const char *device, *precision, *work_dir;
  int64_t opt_level;
  bool reproducible, fallback;
  const hodu_json *all;
} hodu_compile_options;

/* Identity, device and precision are filled in where they are NULL. `report` is as docs/plugin-protocol.md has it, or NULL. */
typedef struct hodu_artifact {
  const void *data;
  size_t size;
  const char *backend, *version, *device, *precision;
  const hodu_json *report;
} hodu_artifact;

/* Where the host keeps what a session compiles later. */
typedef struct hodu_keep {
  int64_t number;
} hodu_keep;
typedef bool hodu_make(void *user, hodu_bytes *result, hodu_call *call);
/* The bytes that the host keeps under a key, else those that `make` gives, which it keeps from then on. `keep` may be NULL. */
bool hodu_kept(const hodu_keep *keep, const char *key, hodu_make *make, void *user, hodu_bytes *result, hodu_call *call);

/* `max_memory` in bytes, INFINITY where there is no limit; `keep` is NULL where the host keeps nothing. */
typedef struct hodu_session_options {
  int64_t threads;
  double max_memory;
  bool keep_memory;
  const hodu_keep *keep;
} hodu_session_options;

/* `outputs` is NULL where all are asked for. */
typedef struct hodu_run_options {
  const hodu_texts *outputs;
  bool profile, has_seed;
  double seed;
} hodu_run_options;

/* The time of one node over all its calls. */
typedef struct hodu_node_time {
  const char *name, *operator_name;
  hodu_texts origin;
  int64_t calls;
  double milliseconds;
} hodu_node_time;
HODU_LIST(hodu_node_times, hodu_node_time);

/* Outputs by name in the order that was asked for, times of nodes where they were asked for, and the most bytes taken at once. */
typedef struct hodu_run_result {
  hodu_named_values outputs;
  hodu_node_times nodes;
  int64_t peak_bytes;
} hodu_run_result;

/*
 * A backend. `supports` and `available` give the reason why not, NULL: they do; `identity` gives NULL where artifacts are not kept for
 * later processes. `load` makes a session, which `run` and `dispose` get. Targets are pairs of triple and device, formats of name and
 * extension. `available` and `identity` may be left out; a backend that cannot build leaves out the last three, `dispose` where nothing is
 * to be done.
 */
typedef struct hodu_backend {
  const char *name;
  const char *(*supports)(const hodu_node *node, const hodu_types *inputs, hodu_call *call);
  const char *(*available)(const char *device, hodu_call *call);
  const char *(*identity)(const hodu_compile_options *options, hodu_call *call);
  bool (*compile)(const hodu_model *model, const hodu_compile_options *options, hodu_artifact *result, hodu_call *call);
  bool (*load)(const hodu_artifact *artifact, const hodu_source *weights, const hodu_session_options *options, void **session,
               hodu_call *call);
  bool (*run)(void *session, const hodu_named_values *inputs, const hodu_run_options *options, hodu_run_result *result, hodu_call *call);
  void (*dispose)(void *session);
  bool (*supported_targets)(hodu_pairs *result, hodu_call *call);
  bool (*supported_formats)(const hodu_pair *target, hodu_pairs *result, hodu_call *call);
  bool (*build)(const hodu_model *model, const hodu_pair *target, const hodu_pair *format, const hodu_sink *sink, hodu_call *call);
} hodu_backend;

/* What backends need that run a graph node by node. */

/* The type of a value of a graph; NULL where it is not known. */
const hodu_type *hodu_type_named(const hodu_graph *graph, const char *name);
/* All weights of a model with their bytes. Fails with MEMORY_LIMIT where they are more than `max_memory`. */
bool hodu_load_weights(const hodu_model *model, double max_memory, hodu_named_values *result, hodu_call *call);
/* The values that a run begins with: the weights, and the inputs as they are given or by default. It holds them to what the graph declares:
   names, dtypes, shapes, one size for each symbol. Fails with BAD_INPUT, MISSING_INPUT. */
bool hodu_bind_inputs(const hodu_graph *graph, const hodu_named_values *inputs, const hodu_named_values *weights, hodu_named_values *result,
                      hodu_call *call);
/* Names of the outputs that a run is to give, in their order. Fails with BAD_INPUT for one that the graph does not have. */
bool hodu_wanted_outputs(const hodu_graph *graph, const hodu_run_options *options, hodu_texts *result, hodu_call *call);

/* Transforms, operators and kernels */

/* A transform, also one of hardware kernels. `config` holds its settings. */
typedef struct hodu_transform {
  const char *name;
  bool (*apply)(const hodu_snapshot *snapshot, const hodu_json *config, hodu_patches *result, hodu_call *call);
} hodu_transform;

typedef struct hodu_sample {
  hodu_node node;
  hodu_named_values inputs;
} hodu_sample;
HODU_LIST(hodu_samples, hodu_sample);

/* Operators of a domain. All but `infer` may be left out. */
typedef struct hodu_operator {
  const char *name;
  bool (*infer)(const hodu_node *node, const hodu_types *inputs, hodu_types *outputs, hodu_call *call);
  bool (*lower)(const hodu_snapshot *snapshot, hodu_patches *result, hodu_call *call);
  bool (*run)(const hodu_node *node, const hodu_inputs *inputs, hodu_values *outputs, hodu_call *call);
  bool (*samples)(hodu_samples *result, hodu_call *call);
} hodu_operator;

typedef struct hodu_parameter {
  const char *name;
  double value;
} hodu_parameter;
HODU_LIST(hodu_parameters, hodu_parameter);

/* A hardware kernel. `matches` gives the reason why it does not compute the node, NULL: it does. */
typedef struct hodu_kernel {
  const char *name;
  const char *(*matches)(const hodu_node *node, const hodu_snapshot *snapshot, hodu_call *call);
  bool (*parameters)(const hodu_node *node, const hodu_snapshot *snapshot, hodu_parameters *result, hodu_call *call);
} hodu_kernel;

/* A way to make a kernel: `files` are pairs of name and text. */
typedef struct hodu_kernel_backend {
  const char *name;
  bool (*generate)(const hodu_node *node, const hodu_parameters *parameters, hodu_pairs *files, hodu_call *call);
} hodu_kernel_backend;

/* Life: events and services, from on_load until on_unload. */

/* A setting of the plugin as text, or `fallback`. */
const char *hodu_config(const char *key, const char *fallback);

typedef bool hodu_listener(const hodu_json *event, void *user, hodu_call *call);
/* Has `listener` called with each event of that name: a variant, the eventType of Custom events, or "*". `number` ends it; or NULL. */
bool hodu_subscribe(hodu_call *call, const char *name, hodu_listener *listener, void *user, int64_t *number);
bool hodu_unsubscribe(hodu_call *call, int64_t number);
/* Returns when all listeners have had the event, such as {"type": "Custom", "eventType": "mine", "data": {}}. */
bool hodu_publish(hodu_call *call, const hodu_json *event);

/* A method of a service; `arguments` is a list. A result that is left NULL is nothing. */
typedef struct hodu_method {
  const char *name;
  bool (*answer)(const hodu_json *arguments, const hodu_json **result, void *user, hodu_call *call);
} hodu_method;
/* Offers methods, of a table that ends with {0}, to other plugins. */
bool hodu_register_service(hodu_call *call, const char *name, const hodu_method *methods, void *user);
/* Calls a method of a service of another plugin with a list of arguments. Where there is none, it fails with BAD_USAGE. */
bool hodu_call_service(hodu_call *call, const char *service, const char *method, const hodu_json *arguments, const hodu_json **result);

/* The plugin */

/* Id and version are those of package.json. What is NULL is not there. */
typedef struct hodu_plugin {
  const char *id, *version;
  const hodu_format *formats;
  const hodu_backend *backends;
  const hodu_transform *transforms, *hw_transforms;
  const hodu_operator *operators;
  const hodu_kernel *kernels;
  const hodu_kernel_backend *kernel_backends;
  bool (*on_load)(hodu_call *call);
  bool (*on_unload)(hodu_call *call);
  bool (*on_event)(const hodu_json *event, hodu_call *call);
} hodu_plugin;

/* A call of no host, for a plugin's own tests: what it sends is lost, and what it asks for fails. */
hodu_call *hodu_test_call(void);
void hodu_end_test_call(hodu_call *call);

/* Speaks with the host until the line ends; what main returns. */
int hodu_serve(const hodu_plugin *plugin);

#endif
