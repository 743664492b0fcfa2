/** `npm run bench -- --suite NAME [--rounds N] [--json FILE]`: numbers for docs and bars; never part of the tests. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type InterpRow, interpSuite } from "./interp/suite.ts";

const USAGE = `Usage: npm run bench -- --suite interp [--rounds N] [--json FILE]

Suites:
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
const rounds = Number(values.rounds);
if (values.help) process.stdout.write(USAGE);
else if (values.suite !== "interp" || !Number.isInteger(rounds) || rounds < 1) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else await runInterp(rounds, values.json);

async function runInterp(count: number, json: string | undefined): Promise<void> {
  const { rows, skipped } = await interpSuite(count);
  console.log(
    `${"model".padEnd(24)}${"nodes".padStart(7)}${"median ms".padStart(12)}${"min".padStart(10)}${"max".padStart(10)}${"GFLOP/s".padStart(10)}`,
  );
  for (const row of rows) console.log(formatRow(row));
  for (const reason of skipped) console.log(`skipped ${reason}`);
  if (json !== undefined)
    writeFileSync(
      json,
      `${JSON.stringify({ suite: "interp", node: process.version, rounds: count, rows, skipped }, null, 2)}\n`,
    );
}

function formatRow({ model, nodes, milliseconds: { median, min, max }, gflops }: InterpRow): string {
  const times = `${median.toFixed(2).padStart(12)}${min.toFixed(2).padStart(10)}${max.toFixed(2).padStart(10)}`;
  return `${model.padEnd(24)}${String(nodes).padStart(7)}${times}${(gflops?.toFixed(2) ?? "").padStart(10)}`;
}
