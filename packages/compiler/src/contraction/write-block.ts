import { type Expression, type KernelArray, OPERATIONS, SCALARS } from "@hodu/core/kernel-ir";
import type { ColumnBlock } from "./choose-tile.ts";
import type { PlannedFactor } from "./plan.ts";
import type { Site } from "./site.ts";

const { add, broadcast, constant, mul } = OPERATIONS;

/** Rows that one block makes: so many from `first` on, and by as many more for each tile. */
export interface RowBlock {
  readonly tile: Expression | number;
  readonly first: number;
  readonly rows: number;
}

/** Where a block is: places along the other axes and the number of its panel. */
export type Places = ReadonlyMap<string, Expression>;

/** Sums of rows by vectors, held in registers, and what becomes of them. */
export function writeBlock(site: Site, columns: ColumnBlock, places: Places, rows: RowBlock): void {
  const { plan, open } = site;
  const { builder } = open;
  const { vectors, lanes } = columns;
  const { scalar } = plan.contraction;
  const totals = builder.array("total", { scalar, lanes }, rows.rows * vectors);
  const zero = broadcast(constant(scalar, SCALARS[scalar].kind === "bool" ? false : 0), lanes);
  eachPart(site, rows.rows, vectors, (r, j) => builder.set(totals, at(r, j, vectors), zero));
  nestSums(site, plan.sums, (sums) => writeProducts(site, columns, places, rows, totals, sums));
  eachPart(site, rows.rows, vectors, (r, j) => writeEpilogue(site, columns, places, rows, r, j, totals));
}

const at = (row: Expression, vector: Expression, vectors: number): Expression => add(mul(row, vectors), vector);

function eachPart(
  { open: { builder } }: Site,
  rows: number,
  vectors: number,
  write: (row: Expression, vector: Expression) => void,
): void {
  builder.loop("r", rows, (r) => builder.loop("j", vectors, (j) => write(r, j), { kind: "unroll" }), {
    kind: "unroll",
  });
}

/** Loops over all places of the sum. */
function nestSums(
  site: Site,
  [extent, ...rest]: readonly number[],
  write: (index: readonly Expression[]) => void,
  index: readonly Expression[] = [],
): void {
  if (extent === undefined) return write(index);
  const { builder } = site.open;
  builder.loop("k", extent, (k) => nestSums(site, rest, write, [...index, k]));
}

/** One place of the sum for all rows and vectors: vectors of the wide factor by one element of the narrow one for each row. */
function writeProducts(
  site: Site,
  columns: ColumnBlock,
  places: Places,
  { tile, first, rows }: RowBlock,
  totals: KernelArray,
  sums: readonly Expression[],
): void {
  const { plan, open, wide, narrow } = site;
  const { builder } = open;
  const { vectors, lanes } = columns;
  const vectorPlace = (j: Expression): Expression => add(mul(j, lanes), columns.first);
  const isWideNarrow = plan.narrow.panel !== 0;
  const wideAt = (j: Expression): Expression => add(placeOf(plan.wide, places, columns, sums), vectorPlace(j));
  const rowStride = plan.row === undefined ? 0 : (plan.narrow.axes.get(plan.row) ?? 0);
  const narrowAt = (r: Expression, j: Expression): Expression => {
    const row = add(mul(tile, plan.tile.rows), add(r, first));
    const place = add(placeOf(plan.narrow, places, columns, sums), mul(row, rowStride));
    return isWideNarrow ? add(place, vectorPlace(j)) : place;
  };
  const vector = builder.array("vector", { scalar: plan.contraction.scalar, lanes }, vectors);
  builder.loop(
    "j",
    vectors,
    (j) => builder.set(vector, j, site.factor(plan.wide, builder.load(wide, wideAt(j), { lanes }))),
    { kind: "unroll" },
  );
  const element = (r: Expression, j: Expression): Expression => {
    const load = builder.load(narrow, narrowAt(r, j), { lanes: isWideNarrow ? lanes : 1 });
    return builder.let("element", broadcast(site.factor(plan.narrow, load), lanes));
  };
  const step = (r: Expression, j: Expression, factor: Expression): void => {
    const place = at(r, j, vectors);
    builder.set(totals, place, site.add(builder.get(totals, place), builder.get(vector, j), factor));
  };
  const unroll = { kind: "unroll" } as const;
  builder.loop(
    "r",
    rows,
    (r) => {
      const shared = isWideNarrow ? undefined : element(r, constant("index", 0));
      builder.loop("j", vectors, (j) => step(r, j, shared ?? element(r, j)), unroll);
    },
    unroll,
  );
}

/** Where a factor is, but for its row and its place in the panel. */
function placeOf(
  { offset, axes, panel, sums: strides }: PlannedFactor,
  places: Places,
  columns: ColumnBlock,
  sums: readonly Expression[],
): Expression {
  let place = add(mul(panelOf(places, columns), panel), offset);
  for (const [axis, stride] of axes) {
    const index = places.get(`i${axis}`);
    if (index !== undefined) place = add(place, mul(index, stride));
  }
  sums.forEach((k, i) => {
    place = add(place, mul(k, strides[i]));
  });
  return place;
}

const panelOf = (places: Places, { panel }: ColumnBlock): Expression => add(places.get("panel")!, panel);

/** Stores one vector of one row, with all that is fused after the sum. */
function writeEpilogue(
  site: Site,
  columns: ColumnBlock,
  places: Places,
  { tile, first }: RowBlock,
  r: Expression,
  j: Expression,
  totals: KernelArray,
): void {
  const { plan, open, value } = site;
  const { lanes } = columns;
  const index = value.dims.map((_, axis) => places.get(`i${axis}`) ?? constant("index", 0));
  if (plan.row !== undefined) index[plan.row] = add(mul(tile, plan.tile.rows), add(r, first));
  const column = add(mul(panelOf(places, columns), plan.width), add(mul(j, lanes), columns.first));
  const { builder } = open;
  site.finish(builder.get(totals, at(r, j, columns.vectors)), (emission, element) =>
    emission.vector(column, lanes, (lane) => {
      index[plan.column] = lane;
      const result = element.point!.at(index, emission.points);
      builder.store(open.out, emission.lane(value.positionOf(index)).first, emission.wide(result));
    }),
  );
}
