import { HoduError } from "@hodu/core";
import { openFile, type OpenFileOptions } from "@hodu/engine/node";
import { type ByteSource, bytesSource } from "hodu-plugin-sdk";
import type { Status } from "../terminal/status.ts";

/** What is piped is kept in memory; a file is mapped instead. */
const MAX_BYTES = 1 << 30;

let taken = false;

/** The file of an argument; "-" is standard input, which says itself what it is. Throws what opening throws; BAD_USAGE, BAD_TENSOR_FILE. */
export async function openInput(path: string, status: Status, options: OpenFileOptions = {}): Promise<ByteSource> {
  return path === "-" ? bytesSource(inputLabel(path), await readStandardInput(status)) : openFile(path, options);
}

/** What an argument is called in messages. */
export const inputLabel = (path: string): string => (path === "-" ? "standard input" : path);

/** All of standard input. Throws BAD_USAGE when it is wanted twice, BAD_TENSOR_FILE above 1 GiB. */
async function readStandardInput(status: Status): Promise<Uint8Array> {
  if (taken) {
    throw new HoduError("BAD_USAGE", "Cannot read standard input twice: expected one file with -", {
      hint: "hodu run model.onnx -i first=- -i second=second.json",
    });
  }
  taken = true;
  if (process.stdin.isTTY) status.line("Reading", "the terminal, as JSON of a tensor; Ctrl+D ends it");
  else status.step("Reading", "standard input");
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > MAX_BYTES) {
      throw new HoduError("BAD_TENSOR_FILE", `Cannot read standard input: found more than ${MAX_BYTES} bytes`, {
        hint: "hodu inspect model.onnx",
      });
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
