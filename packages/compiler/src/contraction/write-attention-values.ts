import { type Expression, OPERATIONS } from "@hodu/core/kernel-ir";
import { type KeyBlock, number, type PanelState } from "./attention-panel.ts";
import { writeSums } from "./write-sums.ts";

const { add, eq, mul, muladd, or, select } = OPERATIONS;

/** Sums of some elements of the values of a block of keys, weighed. */
export function writeValues(state: PanelState, block: KeyBlock, first: Expression, rows: number): void {
  const { site, panel, again, powers, parts } = state;
  const { plan, open } = site;
  const { builder } = open;
  const element = (r: Expression): Expression => add(first, r);
  const partAt = (r: Expression, v: Expression): Expression => add(mul(element(r), panel.vectors), v);
  writeSums(builder, {
    scalar: plan.attention.scalar,
    lanes: plan.lanes,
    rows,
    vectors: panel.vectors,
    extents: [block.count],
    start: parts && ((r, v) => mul(builder.get(parts, partAt(r, v)), builder.get(again, v))),
    add: (total, a, b) => muladd(a, b, total),
    wide: (v, [key]) => builder.get(powers, add(mul(key, panel.vectors), v)),
    narrow: (r, _v, [key]) =>
      site.read(plan.value, [...panel.heads, element(r), panel.first], [add(block.first, key)], 1),
    finish(r, v, total) {
      if (parts === undefined) storeShare(state, element(r), v, total);
      else builder.set(parts, partAt(r, v), total);
    },
  });
}

/** Stores an element of a vector of queries: its sum by the inverse of that of the powers, 0 where no key counts. */
export function storeShare(state: PanelState, e: Expression, v: Expression, part: Expression): void {
  const { site, panel, seen, sum, inverse } = state;
  const { open, value, plan } = site;
  const { builder } = open;
  const isEmpty = eq(builder.get(sum, v), number(site, 0));
  const isHidden = seen && eq(builder.get(seen, v), number(site, -Infinity));
  const share = mul(part, builder.get(inverse, v));
  const result = select(isHidden === undefined ? isEmpty : or(isEmpty, isHidden), number(site, 0), share);
  const position = value.positionOf([...panel.heads, e, add(panel.first, mul(v, plan.lanes))]);
  builder.store(open.out, position, result);
}
