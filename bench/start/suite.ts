import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { candidates } from "../compiled/candidates.ts";
import { peerFolder } from "../compiled/peer.ts";

/** What compiling, loading and starting takes: median, least and bound. */
export interface StartRow {
  readonly name: string;
  readonly unit: "ms" | "MB";
  readonly median: number;
  readonly min: number;
  readonly bound: number;
}

interface Figures {
  readonly milliseconds: number;
  readonly megabytes: number;
}

/** Times whole processes with a cache of their own; each figure in as many processes as there are rounds. */
export async function startSuite(rounds: number): Promise<readonly StartRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "hodu-start-"));
  try {
    const models = await candidates(["mlp", "resnet50", "mnist-8"], undefined);
    const [mlp, resnet, mnist] = models.map(({ model }) => resolve(model));
    const cold = (backend: string) => (round: number) =>
      measure(["compile", resnet, backend, join(folder, `cold-${backend}-${round}`)]);
    const rows = [
      timed("compile resnet50 on cpu, cold", 10_000, rounds, cold("cpu")),
      timed("compile resnet50 on wasm, cold", 2000, rounds, cold("wasm")),
      timed("load resnet50 to its first output on cpu, cached, warm process", 300, rounds + 1, () =>
        measure(["first", resnet, "cpu", join(folder, "warm")]),
      ),
      timed("call of mlp on cpu without its kernels", 0.01, rounds, () =>
        measure(["call", mlp, "cpu", join(folder, "warm")]),
      ),
      timed("hodu run -O3 resnet50 on cpu, cached", 500, rounds, cached(folder, resnet, "3")),
      timed("hodu run resnet50 on cpu, cached", 500, rounds, cached(folder, resnet, "2")),
      timed("hodu run mnist-8 on cpu, cached", 250, rounds, cached(folder, mnist, "2")),
    ];
    const peer = peerFolder("onnxruntime");
    const peerMemory = sizes(rounds, () => measure(["peer", resnet, peer, ""]));
    const ours = sizes(rounds, () => command(folder, resnet, "3", true));
    return [
      ...rows,
      { name: "memory of hodu run -O3 resnet50, against onnxruntime", unit: "MB", ...ours, bound: peerMemory.median },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function timed(name: string, bound: number, rounds: number, run: (round: number) => Figures): StartRow {
  return { name, unit: "ms", ...summary(rounds, (round) => run(round).milliseconds), bound };
}

function sizes(rounds: number, run: () => Figures): { readonly median: number; readonly min: number } {
  return summary(rounds, () => run().megabytes);
}

function summary(rounds: number, run: (round: number) => number): { readonly median: number; readonly min: number } {
  const found = Array.from({ length: rounds }, (_, round) => run(round)).toSorted((a, b) => a - b);
  return { median: found[found.length >> 1], min: found[0] };
}

function measure(args: readonly string[]): Figures {
  const child = fileURLToPath(new URL("child.js", import.meta.url));
  const { stdout, status, stderr } = spawnSync(process.execPath, [child, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot measure ${args.join(" ")}: ${stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as Figures;
}

/** Tells the most memory of a process when it ends. */
const TELL_MEMORY = `data:text/javascript,import { writeSync } from "node:fs"; process.on("exit", () => writeSync(3, String(process.resourceUsage().maxRSS / 1024)));`;

/** Runs of the command that find what two runs before them have kept: the compiled model, and the code of the command. */
function cached(home: string, model: string, level: string): () => Figures {
  for (let i = 0; i < 2; i++) command(home, model, level);
  return () => command(home, model, level);
}

/** A run of the command, from start to end. */
function command(home: string, model: string, level: string, isWeighed = false): Figures {
  const args = ["packages/cli/bin/hodu.js", "run", model, "--backend", "cpu", "-O", level, "--random-inputs"];
  const start = performance.now();
  const { status, stderr, output } = spawnSync(
    process.execPath,
    [...(isWeighed ? ["--import", TELL_MEMORY] : []), ...args],
    {
      encoding: "utf8",
      env: { ...process.env, HODU_HOME: home },
      stdio: ["ignore", "ignore", "pipe", "pipe"],
    },
  );
  const milliseconds = performance.now() - start;
  if (status !== 0) throw new Error(`Cannot run ${model}: ${stderr}`);
  return { milliseconds, megabytes: Number(output[3]) };
}
