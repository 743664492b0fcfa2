import { HoduError, quote, stageOf } from "@hodu/core";
import type { OptLevel } from "./pipelines.ts";
import type { Strategy, TransformChoice } from "./strategy.ts";

/**
 * The strategy that an older configuration says: lists of transforms by stage or alias of one, each a name or `{name, config}`, beside an
 * optional `opt_level`. Throws CONFIG with all that cannot be read.
 */
export function migrateStrategy(configuration: unknown): Strategy {
  const findings: string[] = [];
  const transforms: TransformChoice[] = [];
  let level: OptLevel = 2;
  for (const [key, value] of entriesOf(configuration)) {
    if (key === "opt_level") {
      if (isLevel(value)) level = value;
      else findings.push(`opt_level is ${quote(String(value))}, expected 0 to 3`);
      continue;
    }
    try {
      const stage = stageOf(key);
      if (!Array.isArray(value)) findings.push(`${key} is no list of transforms`);
      else transforms.push(...value.flatMap((item: unknown) => choiceOf(item, stage, findings)));
    } catch (error) {
      if (!(error instanceof HoduError)) throw error;
      findings.push(error.message);
    }
  }
  if (findings.length === 0) return { level, transforms };
  throw new HoduError("CONFIG", `Cannot read the strategy: ${findings.join("; ")}`);
}

function choiceOf(item: unknown, stage: string, findings: string[]): readonly TransformChoice[] {
  if (typeof item === "string") return [{ name: item, stage }];
  const fields = new Map(entriesOf(item));
  const name = fields.get("name");
  if (typeof name === "string") return [{ name, stage, config: Object.fromEntries(entriesOf(fields.get("config"))) }];
  findings.push(`${stage} lists ${quote(String(JSON.stringify(item)))}, expected a name or {name, config}`);
  return [];
}

const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === "object" && value !== null ? Object.entries(value) : [];

const isLevel = (value: unknown): value is OptLevel => value === 0 || value === 1 || value === 2 || value === 3;
