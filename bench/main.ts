/** `npm run bench -- --suite NAME [--rounds N] [--json FILE]`: numbers for docs and bars; never part of the tests. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type FormatRow, formatsSuite } from "./formats/suite.ts";
import { type InterpRow, interpSuite } from "./interp/suite.ts";

const USAGE = `Usage: npm run bench -- --suite NAME [--rounds N] [--json FILE]

Suites:
  formats  files of 1 GB against a mapping whose pages are touched and a copy with sync; needs 4 GB of disk
  interp   the interpreter: contractions in GFLOP/s, whole models in milliseconds

Options:
  --rounds N    measured rounds, all models in turn (default 15)
  --json FILE   write the figures to a file as well
`;

const { values } = parseArgs({
  options: {
    suite: { type: "string" },
    rounds: { type: "string", default: "15" },
    json: { type: "string" },
    help: { type: "boolean" },
  },
});
const SUITES: ReadonlyMap<string | undefined, (rounds: number) => Promise<object>> = new Map([
  ["formats", runFormats],
  ["interp", runInterp],
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
