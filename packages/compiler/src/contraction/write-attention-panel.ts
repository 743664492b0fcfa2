import { centerOf } from "@hodu/core";
import { exp, type Expression, type KernelArray, OPERATIONS } from "@hodu/core/kernel-ir";
import { eachVector, inTiles, type KeyBlock, number, type PanelState, type QueryPanel } from "./attention-panel.ts";
import type { AttentionSite } from "./attention-site.ts";
import { writeScores } from "./write-attention-scores.ts";
import { storeShare, writeValues } from "./write-attention-values.ts";

const { add, constant, div, mul, sub } = OPERATIONS;

/** Writes a turn: blocks of keys one after another, then the values by the inverse of the sum of powers. */
export function writeAttentionPanel(site: AttentionSite, panel: QueryPanel): void {
  const { plan, open } = site;
  const { builder } = open;
  const { keys, size } = plan.attention;
  const state = beginPanel(site, panel);
  const whole = Math.floor(keys / plan.keys);
  builder.loop("block", whole, (block) => writeKeys(state, { first: mul(block, plan.keys), count: plan.keys }));
  const rest = keys % plan.keys;
  if (rest > 0) writeKeys(state, { first: constant("index", whole * plan.keys), count: rest });
  const { parts } = state;
  if (parts === undefined) return;
  invertSums(state);
  const part = (e: Expression, v: Expression): Expression => builder.get(parts, add(mul(e, panel.vectors), v));
  builder.loop("e", size, (e) => eachVector(state, (v) => storeShare(state, e, v, part(e, v))));
}

/** What is known before the first key. */
function beginPanel(site: AttentionSite, panel: QueryPanel): PanelState {
  const { plan, open } = site;
  const { builder } = open;
  const { scalar, keys, size, bias } = plan.attention;
  const array = (name: string, length: number): KernelArray =>
    builder.array(name, { scalar, lanes: plan.lanes }, length * panel.vectors);
  const state: PanelState = {
    site,
    panel,
    largest: array("largest", 1),
    center: array("center", 1),
    again: array("again", 1),
    sum: array("sum", 1),
    inverse: array("inverse", 1),
    seen: bias && array("seen", 1),
    powers: array("powers", plan.keys),
    parts: plan.keys === keys ? undefined : array("parts", size),
  };
  const { largest, sum, seen, parts } = state;
  eachVector(state, (v) => {
    builder.set(largest, v, number(site, -Infinity));
    builder.set(sum, v, number(site, 0));
    if (seen !== undefined) builder.set(seen, v, number(site, -Infinity));
  });
  if (parts !== undefined) builder.loop("e", size * panel.vectors, (e) => builder.set(parts, e, number(site, 0)));
  return state;
}

/** Scores of some keys, their powers, and what these weigh. */
function writeKeys(state: PanelState, block: KeyBlock): void {
  const { site, largest, center } = state;
  const { plan, open } = site;
  const { builder } = open;
  eachVector(state, (v) => builder.set(center, v, builder.get(largest, v)));
  inTiles(builder, block.count, plan.rows.scores, (first, rows) => writeScores(state, block, first, rows));
  moveCenters(state);
  writePowers(state, block.count);
  if (state.parts === undefined) invertSums(state);
  inTiles(builder, plan.attention.size, plan.rows.values, (first, rows) => writeValues(state, block, first, rows));
}

/** What is taken from scores from now on, of which `center` has the largest, and what older sums are scaled by for that. */
function moveCenters(state: PanelState): void {
  const { site, largest, center, again, sum, parts } = state;
  const { builder } = site.open;
  eachVector(state, (v) => {
    const next = builder.let("next", builder.get(center, v));
    const taken = builder.let("taken", centerOf(next, builder));
    if (parts !== undefined) {
      builder.set(again, v, exp(builder, builder.let("difference", sub(builder.get(largest, v), taken))));
      builder.set(sum, v, mul(builder.get(sum, v), builder.get(again, v)));
    }
    builder.set(largest, v, next);
    builder.set(center, v, taken);
  });
}

/** Powers in the place of scores, and their sum. */
function writePowers(state: PanelState, count: number): void {
  const { site, panel, center, sum, powers } = state;
  const { builder } = site.open;
  builder.loop("key", count, (key) =>
    eachVector(state, (v) => {
      const place = add(mul(key, panel.vectors), v);
      const difference = builder.let("difference", sub(builder.get(powers, place), builder.get(center, v)));
      const power = builder.let("power", exp(builder, difference));
      builder.set(powers, place, power);
      builder.set(sum, v, add(builder.get(sum, v), power));
    }),
  );
}

function invertSums(state: PanelState): void {
  const { site, sum, inverse } = state;
  const { builder } = site.open;
  eachVector(state, (v) => builder.set(inverse, v, div(number(site, 1), builder.get(sum, v))));
}
