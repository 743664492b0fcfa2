import { interpPlugin } from "@hodu/engine";
import type { CallContext, Session } from "hodu-plugin-sdk";
import { measureInterleaved, type Timing } from "../measure.ts";
import { type BenchModel, convolution, folderModel, gemm512 } from "./models.ts";

export interface InterpRow {
  readonly model: string;
  readonly nodes: number;
  readonly milliseconds: Timing;
  readonly gflops?: number;
}

const MODELS = "../shared/data/models";

/** Times the interpreter: two contractions by their arithmetic, real models where they are at hand. */
export async function interpSuite(rounds: number): Promise<{ readonly rows: InterpRow[]; readonly skipped: string[] }> {
  const models: BenchModel[] = [convolution(), gemm512()];
  const skipped: string[] = [];
  for (const [name, folder] of [
    ["digits (example)", "examples/digits"],
    ["mnist-8", `${MODELS}/mnist-8`],
    ["silero-vad, one step", `${MODELS}/silero-vad-v5-op16`],
  ]) {
    const model = await folderModel(name, folder);
    if (model === undefined) skipped.push(`${name}: there is no ${folder}`);
    else models.push(model);
  }
  const context: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };
  const sessions = await Promise.all(models.map((model) => open(model, context)));
  const timings = await measureInterleaved(
    models.map((model, i) => () => sessions[i].run(model.inputs, {}, context)),
    rounds,
  );
  const rows = models.map(({ name, snapshot, flops }, i): InterpRow => {
    const row = { model: name, nodes: snapshot.graph.nodes.length, milliseconds: timings[i] };
    return flops === undefined ? row : { ...row, gflops: flops / timings[i].median / 1e6 };
  });
  return { rows, skipped };
}

async function open(model: BenchModel, context: CallContext): Promise<Session> {
  const { interp } = interpPlugin.backends!;
  const artifact = await interp.compile(model, { device: "cpu", precision: "native" }, context);
  return interp.load(artifact, model.source, { threads: 1, maxMemory: 4 * 2 ** 30 }, context);
}
