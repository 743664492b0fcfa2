import type { DecodedImage } from "../../kernels/context.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/**
 * The picture in the bytes of a JPEG, JPEG 2000, PNG, BMP, TIFF, WebP or PNM file, as [height, width, channels]; no elements when it
 * cannot be decoded. Grayscale is (299 R + 587 G + 114 B) / 1000. ONNX ImageDecoder.
 */
export const imageDecoder = defineOperator({
  name: "ImageDecoder",
  versions: [{ since: 20 }],
  inputs: [required("encoded_stream", "T1")],
  outputs: [required("image", "T2")],
  types: { T1: types("u8"), T2: types("u8") },
  attributes: { pixel_format: string({ default: "RGB" }) },
  infer(context) {
    const channels = channelsOf(context.attributes.pixel_format, context);
    const shape = context.shape(0);
    if (shape !== undefined && shape.length !== 1) context.fail(`encoded_stream has rank ${shape.length}, expected 1`);
    return [tensorType("u8", [context.fresh(), context.fresh(), channels])];
  },
  *reference([stream], { pixel_format: format }, context) {
    const channels = channelsOf(format, context);
    const { shape } = stream as Tensor;
    if (shape.length !== 1) context.fail(`encoded_stream has rank ${shape.length}, expected 1`);
    const bytes = Uint8Array.from(yield* numbersOf(stream as Tensor, context));
    const { height, width, data } = (yield context.decodeImage(bytes)) as DecodedImage;
    const out = context.output("u8", [height, width, channels]);
    const [red, blue] = format === "BGR" ? [2, 0] : [0, 2];
    for (let i = 0, pixel = 0; i < out.data.length; i += channels, pixel += 3) {
      if (channels === 1) out.data[i] = luma(data[pixel], data[pixel + 1], data[pixel + 2]);
      else {
        out.data[i + red] = data[pixel];
        out.data[i + 1] = data[pixel + 1];
        out.data[i + blue] = data[pixel + 2];
      }
      if (pixel % (3 << 19) === 0) yield undefined;
    }
    return [yield* out.rounded()];
  },
  accuracy: "exact",
  samples: () => [],
  errors: () => [
    {
      attributes: { pixel_format: "CMYK" },
      inputs: [tensorFrom("u8", [1], [0])],
      message: /pixel_format "CMYK" must be RGB, BGR or Grayscale/,
    },
  ],
});

function channelsOf(format: string, context: { fail(rule: string): never }): number {
  if (format === "Grayscale") return 1;
  if (format === "RGB" || format === "BGR") return 3;
  return context.fail(`pixel_format "${format}" must be RGB, BGR or Grayscale`);
}

/** ITU-R BT.601 luma in 16-bit fixed point. */
function luma(red: number, green: number, blue: number): number {
  return (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16;
}
