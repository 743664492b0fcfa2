import { writeFileSafely } from "@hodu/engine/node";
import type { CompilePhase, HoduEvent, NodeTime } from "hodu-plugin-sdk";
import { escapeJson } from "../terminal/escape.ts";

/** A stretch of time in the trace: milliseconds since the recorder was made. */
interface Span {
  readonly name: string;
  readonly category: "stage" | "phase" | "operator";
  readonly start: number;
  readonly milliseconds: number;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Rows of the picture, from the top. */
const ROWS: Readonly<Record<Span["category"], number>> = { stage: 1, phase: 2, operator: 3 };
const ROW_TITLES = ["", "stages", "compile phases", "operators"];

/** Records what a command does when, for a viewer of Chrome traces such as Perfetto. */
export class TraceRecorder {
  readonly #origin = performance.now();
  readonly #spans: Span[] = [];
  readonly #starts = new Map<string, number>();

  readonly events = (event: HoduEvent): void => {
    if (event.type === "StageStart") this.#starts.set(event.stage, this.#now());
    else if (event.type === "StageEnd") {
      const start = this.#starts.get(event.stage) ?? this.#now() - event.milliseconds;
      this.#spans.push({ name: event.stage, category: "stage", start, milliseconds: event.milliseconds });
    }
  };

  /** Records work that is no stage of the engine. */
  async during<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const start = this.#now();
    const result = await work();
    this.#spans.push({ name, category: "stage", start, milliseconds: this.#now() - start });
    return result;
  }

  /** What the stage `compile` was spent on: known are the times alone, so they follow each other from its start. */
  phases(phases: readonly CompilePhase[]): void {
    let start = this.#starts.get("compile") ?? 0;
    for (const { name, milliseconds } of phases) {
      this.#spans.push({ name, category: "phase", start, milliseconds });
      start += milliseconds;
    }
  }

  /** The nodes of the run that ended last, from its start on, in the order they first ran; several calls of one stand together. */
  nodes(nodes: readonly NodeTime[]): void {
    let { start } = this.#spans.findLast(({ name }) => name === "run") ?? { start: 0 };
    for (const { name, operator, milliseconds, origin, calls, flops, compiled } of nodes) {
      const details = { node: name, origin, calls, flops, compiled };
      this.#spans.push({ name: operator, category: "operator", start, milliseconds, details });
      start += milliseconds;
    }
  }

  /** Writes the trace as JSON in the form of chrome://tracing. Throws CANNOT_CREATE, IO. */
  async write(path: string): Promise<void> {
    const titles = ROW_TITLES.slice(1).map((name, i) => ({
      name: "thread_name",
      ph: "M",
      pid: 1,
      tid: i + 1,
      args: { name },
    }));
    const events = this.#spans.map(({ name, category, start, milliseconds, details }) => ({
      name,
      cat: category,
      ph: "X",
      pid: 1,
      tid: ROWS[category],
      ts: Number((start * 1000).toFixed(3)),
      dur: Number((milliseconds * 1000).toFixed(3)),
      ...(details && { args: details }),
    }));
    const text = escapeJson(JSON.stringify({ displayTimeUnit: "ms", traceEvents: [...titles, ...events] }));
    await writeFileSafely(path, {}, (sink) => sink.write(new TextEncoder().encode(`${text}\n`)));
  }

  #now(): number {
    return performance.now() - this.#origin;
  }
}
