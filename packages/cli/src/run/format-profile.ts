import { escapeName } from "../terminal/escape.ts";
import { formatTable } from "../terminal/table.ts";
import { columnsOf } from "../terminal/style.ts";
import type { Profile, ProfiledNode } from "./profile.ts";

/** A profile with what was before and beside it. Milliseconds and bytes. */
export interface ProfileReport extends Profile {
  readonly load: number;
  readonly compile: number;
  readonly isCached: boolean;
  readonly weightBytes: number;
  /** GFLOP/s that a product of square matrices reaches on the same backend; undefined for one that does not compile. */
  readonly productRate: number | undefined;
}

/** Nodes that the table of slowest ones has. */
const TOP = 10;

/** A profile as a person reads it. */
export function formatProfileReport(report: ProfileReport): string {
  const { load, compile, isCached, measured, nodes } = report;
  const total = load + compile + measured;
  const slowest = nodes.toSorted((a, b) => b.milliseconds - a.milliseconds);
  return [
    "Profile:",
    `  ${"Total:".padEnd(12)} ${ms(total)}`,
    `  ${"─".repeat(25)}`,
    `  ${"Load model:".padEnd(12)} ${ms(load)} (${share(load, total)})`,
    `  ${"Compile:".padEnd(12)} ${ms(compile)} (${share(compile, total)})${isCached ? "  [cached]" : ""}`,
    `  ${"Execute:".padEnd(12)} ${ms(measured)} (${share(measured, total)})`,
    "",
    "Top operators:",
    ...indent(formatNodes(slowest.slice(0, TOP), report)),
    ...(slowest.length > TOP ? ["  ..."] : []),
    "",
    "By operator:",
    ...indent(formatOperators(nodes, measured)),
    "",
    "Memory:",
    ...memoryLines(report),
    "",
    ...(report.productRate === undefined
      ? []
      : [`PEAK: part of the ${report.productRate.toFixed(1)} GFLOP/s of a 512 x 512 matrix product on this backend.`]),
    measuringCost(report),
    "",
  ].join("\n");
}

/** The same for machines. */
export function profileAsJson(report: ProfileReport): object {
  const { load, compile, isCached, measured, plain, nodes, result, weightBytes, productRate: peak } = report;
  return {
    total_ms: round(load + compile + measured),
    load_ms: round(load),
    compile_ms: round(compile),
    compile_cached: isCached,
    execute_ms: round(measured),
    execute_unmeasured_ms: round(plain),
    ...(peak !== undefined && { peak_gflops: round(peak) }),
    operators: nodes.map(({ label, name, operator, origin, calls, milliseconds, flops, compiled }) => ({
      label,
      name,
      operator,
      origin,
      calls,
      ms: round(milliseconds),
      ...(flops !== undefined && { flops, gflops: round(rate(flops, milliseconds)) }),
      ...(compiled !== undefined && { compiled }),
    })),
    memory: {
      peak_bytes: result.peakBytes + weightBytes,
      weights_bytes: weightBytes,
      activations_bytes: result.peakBytes,
    },
  };
}

function formatNodes(nodes: readonly ProfiledNode[], { measured, productRate: peak }: ProfileReport): string[] {
  const columns = [
    { title: "OPERATOR", isWhole: true },
    { title: "TIME", align: "right" },
    { title: "SHARE", align: "right" },
    { title: "GFLOP/S", align: "right" },
    ...(peak === undefined ? [] : [{ title: "PEAK", align: "right" } as const]),
    { title: "NODES" },
  ] as const;
  const rows = nodes.map(({ label, milliseconds, flops = 0, origin, name, compiled }) => {
    const gflops = rate(flops, milliseconds);
    return [
      label,
      `${milliseconds.toFixed(2)} ms`,
      share(milliseconds, measured).trim(),
      flops === 0 ? "" : gflops.toFixed(1),
      ...(peak === undefined ? [] : [flops === 0 ? "" : `${((100 * gflops) / peak).toFixed(0)}%`]),
      `${(origin.length === 0 ? [name] : origin).map(escapeName).join(" ")}${compiled === false ? " (not compiled)" : ""}`,
    ];
  });
  return formatTable(columns, rows, columnsOf(process.stdout) - INDENT.length);
}

function formatOperators(nodes: readonly ProfiledNode[], total: number): string[] {
  const sums = new Map<string, { calls: number; milliseconds: number; flops: number }>();
  for (const { operator, calls, milliseconds, flops = 0 } of nodes) {
    const sum = sums.get(operator) ?? { calls: 0, milliseconds: 0, flops: 0 };
    sums.set(operator, {
      calls: sum.calls + calls,
      milliseconds: sum.milliseconds + milliseconds,
      flops: sum.flops + flops,
    });
  }
  const columns = [
    { title: "OPERATOR", isWhole: true },
    { title: "CALLS", align: "right" },
    { title: "TIME", align: "right" },
    { title: "SHARE", align: "right" },
    { title: "GFLOP/S", align: "right" },
  ] as const;
  const rows = [...sums]
    .sort(([, a], [, b]) => b.milliseconds - a.milliseconds)
    .map(([operator, { calls, milliseconds, flops }]) => [
      operator,
      String(calls),
      `${milliseconds.toFixed(2)} ms`,
      share(milliseconds, total).trim(),
      flops === 0 ? "" : rate(flops, milliseconds).toFixed(1),
    ]);
  return formatTable(columns, rows, columnsOf(process.stdout) - INDENT.length);
}

function memoryLines({ result, weightBytes }: ProfileReport): string[] {
  const line = (label: string, bytes: number): string =>
    `  ${`${label}:`.padEnd(13)} ${(bytes / (1 << 20)).toFixed(1).padStart(6)} MB`;
  return [
    line("Peak", result.peakBytes + weightBytes),
    line("Weights", weightBytes),
    line("Activations", result.peakBytes),
  ];
}

function measuringCost({ measured, plain }: ProfileReport): string {
  const cost = measured - plain;
  if (cost <= 0) return `Measuring took no time that shows: a run without it took ${plain.toFixed(2)} ms.`;
  return `Measuring took ${cost.toFixed(2)} ms of that: a run without it took ${plain.toFixed(2)} ms.`;
}

const INDENT = "  ";
const indent = (lines: readonly string[]): string[] => lines.map((line) => INDENT + line);
const ms = (milliseconds: number): string => `${milliseconds.toFixed(2).padStart(7)} ms`;
const share = (part: number, total: number): string =>
  `${(total === 0 ? 0 : (100 * part) / total).toFixed(1).padStart(5)}%`;
/** GFLOP/s. */
const rate = (flops: number, milliseconds: number): number => (milliseconds === 0 ? 0 : flops / milliseconds / 1e6);
const round = (value: number): number => Number(value.toFixed(4));
