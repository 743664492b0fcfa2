/** `npm run bench -- --suite NAME [--rounds N] [--json FILE]`: numbers for docs and bars; never part of the tests. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { PEERS } from "./compiled/peer.ts";
import { type CompiledRow, compiledSuite } from "./compiled/suite.ts";
import { type FormatRow, formatsSuite } from "./formats/suite.ts";
import { type InterpRow, interpSuite } from "./interp/suite.ts";
import type { PluginRow } from "./plugins/calls.ts";
import { pluginsSuite } from "./plugins/suite.ts";
import { startSuite } from "./start/suite.ts";

const USAGE = `Usage: npm run bench -- --suite NAME [--rounds N] [--json FILE]

Suites:
  compiled  whole models, compiled, against a peer on as many threads: --peer onnxruntime (our cpu) or onnxruntime-web (our wasm)
  formats  files of 1 GB against a mapping whose pages are touched and a copy with sync; needs 4 GB of disk
  interp   the interpreter: contractions in GFLOP/s, whole models in milliseconds
  plugins  calls of a plugin in a process of its own, its start, and the list of many; against bounds alone
  start    compiling, loading and whole processes; memory against onnxruntime

Options:
  --rounds N    measured rounds, all in turn (default 15)
  --peer NAME   of compiled: ${PEERS.join(" or ")}
  --threads N,... of compiled: numbers of threads (default 1,2)
  --models NAME,...  of compiled: only these
  --dir DIR     of compiled: the .onnx files of a folder, or its folders with a model.onnx
  --json FILE   write the figures to a file as well
`;

const { values } = parseArgs({
  options: {
    suite: { type: "string" },
    rounds: { type: "string", default: "15" },
    json: { type: "string" },
    peer: { type: "string", default: "onnxruntime" },
    threads: { type: "string", default: "1,2" },
    models: { type: "string" },
    dir: { type: "string" },
    help: { type: "boolean" },
  },
});
const SUITES: ReadonlyMap<string | undefined, (rounds: number) => Promise<object>> = new Map([
  ["compiled", runCompiled],
  ["formats", runFormats],
  ["interp", runInterp],
  ["plugins", runPlugins],
  ["start", runStart],
]);
const rounds = Number(values.rounds);
const suite = SUITES.get(values.suite);
if (values.help) process.stdout.write(USAGE);
else if (suite === undefined || !Number.isInteger(rounds) || rounds < 1) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  const figures = { suite: values.suite, node: process.version, rounds, ...(await suite(rounds)) };
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
}

async function runCompiled(count: number): Promise<object> {
  const peer = PEERS.find((name) => name === values.peer);
  const threads = values.threads.split(",").map(Number);
  if (peer === undefined) throw new Error(`Cannot measure against "${values.peer}": expected ${PEERS.join(" or ")}`);
  if (!threads.every((number) => Number.isInteger(number) && number > 0))
    throw new Error(`Cannot use --threads ${values.threads}: expected numbers from 1 on, such as 1,2`);
  console.log(
    `${"model".padEnd(28)}${"threads".padStart(8)}${"ours ms".padStart(11)}${"peer ms".padStart(11)}${"ratio".padStart(8)}${"GFLOP/s".padStart(10)}${"of peak".padStart(9)}`,
  );
  const options = { peer, threads, models: values.models?.split(","), folder: values.dir, rounds: count };
  const { rows, skipped, failed } = await compiledSuite(options, (row) => console.log(formatCompiled(row)));
  for (const reason of skipped) console.log(`left out, ${peer} does not run it: ${reason}`);
  for (const reason of failed) console.log(`FAILED ${reason}`);
  if (failed.length > 0) process.exitCode = 1;
  if (rows.length === 0) return { rows, skipped, failed };
  const ratios = rows.map(({ ratio }) => ratio);
  const geomean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
  const min = Math.min(...ratios);
  console.log(`geometric mean ${geomean.toFixed(2)}, minimum ${min.toFixed(2)}`);
  return { rows, geomean, min, skipped, failed };
}

function formatCompiled({ model, threads, ours_ms, peer_ms, ratio, gflops, share_of_peak }: CompiledRow): string {
  const cells = [ours_ms.toFixed(3).padStart(11), peer_ms.toFixed(3).padStart(11), ratio.toFixed(2).padStart(8)];
  const share = share_of_peak === undefined ? "" : `${(100 * share_of_peak).toFixed(0)} %`;
  return `${model.padEnd(28)}${String(threads).padStart(8)}${cells.join("")}${gflops.toFixed(1).padStart(10)}${share.padStart(9)}`;
}

async function runFormats(count: number): Promise<object> {
  const rows = await formatsSuite(count);
  console.log(
    `${"".padEnd(44)}${"ours ms".padStart(10)}${"peer ms".padStart(10)}${"ratio".padStart(8)}${"bound".padStart(9)}`,
  );
  for (const row of rows) console.log(formatFigure(row));
  return { rows };
}

function formatFigure({ name, ours, peer, ratio, bound }: FormatRow): string {
  const limit = bound === undefined ? "" : peer === undefined ? `${bound} ms` : bound.toFixed(1);
  const cells = [ours.median.toFixed(1), peer?.median.toFixed(1) ?? "", ratio?.toFixed(2) ?? ""];
  return `${name.padEnd(44)}${cells[0].padStart(10)}${cells[1].padStart(10)}${cells[2].padStart(8)}${limit.padStart(9)}`;
}

async function runStart(count: number): Promise<object> {
  const rows = await startSuite(count);
  console.log(`${"".padEnd(64)}${"median".padStart(12)}${"least".padStart(12)}${"bound".padStart(12)}`);
  for (const { name, unit, median, min, bound } of rows) {
    const cells = [median, min, bound].map((value) => `${value.toFixed(value < 1 ? 4 : 0)} ${unit}`.padStart(12));
    console.log(`${name.padEnd(64)}${cells.join("")}`);
  }
  return { rows };
}

async function runPlugins(count: number): Promise<object> {
  const rows = await pluginsSuite(count);
  console.log(`${"".padEnd(52)}${"median ms".padStart(11)}${"least".padStart(11)}${"bound".padStart(11)}`);
  for (const row of rows) console.log(formatPluginRow(row));
  return { rows };
}

function formatPluginRow({ name, median, min, bound }: PluginRow): string {
  return `${name.padEnd(52)}${[median, min, bound].map((value) => value.toFixed(3).padStart(11)).join("")}`;
}

async function runInterp(count: number): Promise<object> {
  const { rows, skipped } = await interpSuite(count);
  console.log(
    `${"model".padEnd(24)}${"nodes".padStart(7)}${"median ms".padStart(12)}${"min".padStart(10)}${"max".padStart(10)}${"GFLOP/s".padStart(10)}`,
  );
  for (const row of rows) console.log(formatRow(row));
  for (const reason of skipped) console.log(`skipped ${reason}`);
  return { rows, skipped };
}

function formatRow({ model, nodes, milliseconds: { median, min, max }, gflops }: InterpRow): string {
  const times = `${median.toFixed(2).padStart(12)}${min.toFixed(2).padStart(10)}${max.toFixed(2).padStart(10)}`;
  return `${model.padEnd(24)}${String(nodes).padStart(7)}${times}${(gflops?.toFixed(2) ?? "").padStart(10)}`;
}
