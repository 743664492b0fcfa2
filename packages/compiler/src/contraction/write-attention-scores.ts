import { largerOf, scoreOf, seenWith } from "@hodu/core";
import { type Expression, OPERATIONS } from "@hodu/core/kernel-ir";
import type { KeyBlock, PanelState } from "./attention-panel.ts";
import { writeSums } from "./write-sums.ts";

const { add, constant, mul, muladd } = OPERATIONS;

/** Scores of some rows of keys, and the largest ones with them. */
export function writeScores(state: PanelState, block: KeyBlock, first: Expression, rows: number): void {
  const { site, panel, center, powers, seen } = state;
  const { plan, open } = site;
  const { builder } = open;
  const { attention, query, key, lanes } = plan;
  const { scalar } = attention;
  const queryOf = (v: Expression): Expression => add(panel.first, mul(v, lanes));
  const indexOf = (r: Expression, v: Expression): readonly Expression[] => [
    ...panel.heads,
    add(add(block.first, first), r),
    queryOf(v),
  ];
  writeSums(builder, {
    scalar,
    lanes,
    rows,
    vectors: panel.vectors,
    extents: query.extents,
    add: (total, a, b) => muladd(a, b, total),
    wide: (v, place) => site.read(query, indexOf(constant("index", 0), v), place, lanes),
    narrow: (r, v, place) => site.read(key, indexOf(r, v), place, 1),
    finish(r, v, product) {
      const emission = site.emission();
      emission.vector(queryOf(v), lanes, (lane) => {
        const { points } = emission;
        const index = indexOf(r, v);
        const at = [...panel.heads, lane, index.at(-2)!];
        const added = plan.bias === undefined ? attention.bias?.(at, points) : site.read(plan.bias, index, [], lanes);
        const bias = added && points.let("bias", emission.wide(added));
        const score = scoreOf(attention, product, bias, at, points);
        builder.set(powers, add(mul(add(first, r), panel.vectors), v), score);
        builder.set(center, v, largerOf(score, builder.get(center, v), builder));
        if (seen !== undefined && bias !== undefined)
          builder.set(seen, v, seenWith(bias, builder.get(seen, v), builder));
      });
    },
  });
}
