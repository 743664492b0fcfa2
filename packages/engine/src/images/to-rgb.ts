import type { DecodedImage } from "@hodu/core";

/** The first three of every `channels` samples; grey repeated. */
export function toRgb(width: number, height: number, samples: ArrayLike<number>, channels: number): DecodedImage {
  const data = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let c = 0; c < 3; c++) data[pixel * 3 + c] = samples[pixel * channels + (channels < 3 ? 0 : c)];
  }
  return { width, height, data };
}

/** A copy of exactly the bytes: the decoders read whole buffers. */
export const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;
