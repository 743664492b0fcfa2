import type { Snapshot } from "@hodu/core";
import { detector, mobilenetV2, resnet50 } from "./convolutional.ts";
import { gemm, mlp } from "./dense.ts";
import { resnetInt8 } from "./quantized.ts";
import { bertEncoder, gptStep } from "./transformers.ts";

/** The models that are built, by name: weights are random, structures are those of exporters. */
export const BUILT_MODELS: Readonly<Record<string, () => Snapshot>> = {
  mlp,
  gemm512: () => gemm(512),
  gemm1024: () => gemm(1024),
  resnet50,
  "mobilenet-v2": mobilenetV2,
  bert: bertEncoder,
  "gpt-step": gptStep,
  detector,
  "resnet-int8": resnetInt8,
};
