import { type Expression, OPERATIONS } from "@hodu/core/kernel-ir";
import type { ColumnBlock } from "./choose-tile.ts";
import type { PlannedFactor } from "./plan.ts";
import type { Site } from "./site.ts";
import { dotSums } from "./write-dots.ts";
import { writeSums } from "./write-sums.ts";

const { add, constant, mul } = OPERATIONS;

/** Rows that one block makes: so many from `first` on, and by those of the plan's tile more for each tile. */
export interface RowBlock {
  readonly tile: Expression | number;
  readonly first: Expression | number;
  readonly rows: number;
}

/** Where a block is: places along the other axes and the number of its panel. */
export type Places = ReadonlyMap<string, Expression>;

/** Sums of rows by vectors, held in registers, and what becomes of them. */
export function writeBlock(site: Site, columns: ColumnBlock, places: Places, rows: RowBlock): void {
  const { plan, open, wide, narrow } = site;
  const { builder } = open;
  const { vectors, lanes } = columns;
  const vectorPlace = (j: Expression): Expression => add(mul(j, lanes), columns.first);
  const isWideNarrow = plan.narrow.panel !== 0;
  const rowStride = plan.row === undefined ? 0 : (plan.narrow.axes.get(plan.row) ?? 0);
  const rowOf = (r: Expression): Expression => add(mul(rows.tile, plan.tile.rows), add(r, rows.first));
  const dots =
    plan.dots &&
    dotSums(site, plan.dots, lanes, {
      wide: (place) => placeOf(plan.wide, places, columns, place),
      narrow: (r, place) => add(placeOf(plan.narrow, places, columns, place), mul(rowOf(r), rowStride)),
      sums: plan.dots.sums === undefined ? constant("index", 0) : placeOf(plan.dots.sums, places, columns, []),
      column: vectorPlace,
    });
  writeSums(builder, {
    scalar: plan.contraction.scalar,
    lanes,
    rows: rows.rows,
    vectors,
    extents: plan.sums,
    add: (total, a, b) => site.add(total, a, b),
    wide(j, sums) {
      const place = add(placeOf(plan.wide, places, columns, sums), vectorPlace(j));
      return site.factor(plan.wide, builder.load(wide, place, { lanes }));
    },
    isWideNarrow,
    narrow(r, j, sums) {
      const place = add(placeOf(plan.narrow, places, columns, sums), mul(rowOf(r), rowStride));
      const load = isWideNarrow
        ? builder.load(narrow, add(place, vectorPlace(j)), { lanes })
        : builder.load(narrow, place);
      return site.factor(plan.narrow, load);
    },
    finish: (r, j, total) => writeEpilogue(site, columns, places, rowOf(r), j, total),
    ...dots,
  });
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
  row: Expression,
  j: Expression,
  total: Expression,
): void {
  const { plan, open, value } = site;
  const { lanes } = columns;
  const index = value.dims.map((_, axis) => places.get(`i${axis}`) ?? constant("index", 0));
  if (plan.row !== undefined) index[plan.row] = row;
  const column = add(mul(panelOf(places, columns), plan.width), add(mul(j, lanes), columns.first));
  const { builder } = open;
  site.finish(total, (emission, element) =>
    emission.vector(column, lanes, (lane) => {
      index[plan.column] = lane;
      const result = element.point!.at(index, emission.points);
      builder.store(open.out, emission.lane(value.positionOf(index)).first, emission.wide(result));
    }),
  );
}
