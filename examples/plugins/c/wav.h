/*
 * WAV: one unnamed tensor of [frames, channels], and its rate in frames per second beside it (sampleRate).
 * "Multimedia Programming Interface and Data Specifications 1.0", IBM and Microsoft, 1991: RIFF and the WAVE form.
 */
#ifndef WAV_H
#define WAV_H

#include "hodu_plugin.h"

bool load_wav(const hodu_source *source, const hodu_load_tensors_options *options, hodu_tensor_file *result, hodu_call *call);
bool save_wav(const hodu_tensor_file *file, const hodu_sink *sink, hodu_call *call);

#endif
