import { HoduError } from "@hodu/core";
import { shellWord } from "@hodu/engine/node";

/** The same error, its hint about the file of this command where it speaks of `hodu run model.onnx`, so that it can be typed as it is. */
export function nameFile(error: unknown, path: string): unknown {
  if (!(error instanceof HoduError) || error.hint?.startsWith("hodu run model.onnx") !== true) return error;
  return error.with({ hint: error.hint.replace("model.onnx", shellWord(path)) });
}
