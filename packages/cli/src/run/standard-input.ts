import { HoduError } from "@hodu/core";
import type { Status } from "../terminal/status.ts";

/** More than this is no tensor that a person pipes; files are mapped instead. */
const MAX_BYTES = 1 << 30;

let taken = false;

/** All of standard input. Throws BAD_USAGE when it is wanted twice, BAD_TENSOR_FILE above 1 GiB. */
export async function readStandardInput(status: Status): Promise<Uint8Array> {
  if (taken) {
    throw new HoduError("BAD_USAGE", "Cannot read standard input twice: expected one input with -", {
      hint: "hodu run model.onnx -i first=- -i second=second.json",
    });
  }
  taken = true;
  if (process.stdin.isTTY) status.line("Reading", "tensor JSON from the terminal; Ctrl+D ends it");
  else status.step("Reading", "tensor JSON from standard input");
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > MAX_BYTES) {
      throw new HoduError("BAD_TENSOR_FILE", `Cannot read standard input: found more than ${MAX_BYTES} bytes`, {
        hint: "hodu run model.onnx -i name=tensor.json",
      });
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
