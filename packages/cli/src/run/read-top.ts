import { HoduError, quote } from "@hodu/core";
import type { TopOptions } from "../values/format-top.ts";
import type { OutputPlan } from "./output-plan.ts";
import { readLabels } from "./read-labels.ts";
import type { RunFlags } from "./settings.ts";

/** Elements that labels without `--top` are for. */
const USUAL_COUNT = 5;

/** What `--top` and `--labels` ask for; undefined without them. Throws BAD_USAGE (not a number; the outputs are not for people), what reading labels throws. */
export async function readTop({ top, labels }: RunFlags, plan: OutputPlan): Promise<TopOptions | undefined> {
  if (top === undefined && labels === undefined) return undefined;
  if (plan.kind !== "print" || plan.format !== "pretty") {
    throw new HoduError(
      "BAD_USAGE",
      `Cannot use ${top === undefined ? "--labels" : "--top"}: expected outputs that are printed as --format pretty`,
      { hint: "hodu run model.onnx -i x=input.json --top 5" },
    );
  }
  return {
    count: top === undefined ? USUAL_COUNT : readCount(top),
    labels: labels === undefined ? [] : await readLabels(labels),
  };
}

function readCount(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new HoduError("BAD_USAGE", `Cannot use --top ${quote(text)}: expected a whole number from 1 on`, {
    hint: "hodu run model.onnx -i x=input.json --top 5",
  });
}
