/* An example plugin of Hodu: the format WAV for sound. */
#include "wav.h"

static const hodu_format formats[] = {{.name = "wav", .load_tensors = load_wav, .save_tensors = save_wav}, {0}};
static const hodu_plugin plugin = {.id = "hodu-example-c", .version = "1.0.0", .formats = formats};

int main(void) {
  return hodu_serve(&plugin);
}
