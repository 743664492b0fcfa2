import { existsSync } from "node:fs";
import onnxPlugin from "hodu-format-onnx";
import { openFile } from "@hodu/engine/node";
import type { CallContext } from "hodu-plugin-sdk";
import { isArchive, unpack } from "../conformance/archive.ts";
import { type Case, findCases } from "../conformance/cases.ts";
import { fileWeightReader } from "../conformance/optimize.ts";
import { readInputs } from "../conformance/run-case.ts";
import type { Specimen } from "./specimen.ts";

/** Models with inputs beside them: those below each path that is there. */
export function findModels(paths: readonly string[]): readonly Case[] {
  return paths.filter(existsSync).flatMap((path) => {
    const folder = isArchive(path) ? unpack(path) : path;
    return findCases(folder, [], false).cases.filter(({ dataSets }) => dataSets.length > 0);
  });
}

/** Reads a model and its first inputs. */
export async function readSpecimen({ name, model, dataSets }: Case): Promise<Specimen> {
  const format = onnxPlugin.formats!.onnx;
  const context: CallContext = { signal: AbortSignal.timeout(60_000), log: () => {}, progress: () => {} };
  const source = await openFile(model);
  const snapshot = await format.loadModel!(source, context);
  const inputs = await readInputs(dataSets[0], snapshot, format);
  return { name, snapshot, source, inputs, readWeight: await fileWeightReader({ snapshot, source }) };
}
