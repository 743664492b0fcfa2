import { type Expression, OPERATIONS, typeOf } from "@hodu/core/kernel-ir";
import type { DotPlan } from "./plan.ts";
import type { Site } from "./site.ts";
import type { BlockOfSums } from "./write-sums.ts";

const { add, bits, broadcast, cast, constant, lt, mul, neg, sub, xor } = OPERATIONS;

/** Where the factors of a block are: at a vector, or at a row, and a place of the sum. */
export interface PlacesOfBlock {
  /** The first place of the panel, and how far from there the columns of a vector are. */
  readonly wide: (place: readonly Expression[]) => Expression;
  readonly sums: Expression;
  readonly column: (vector: Expression) => Expression;
  readonly narrow: (row: Expression, place: readonly Expression[]) => Expression;
}

type DotSums = Pick<BlockOfSums, "operand" | "extents" | "hasRest" | "start" | "add" | "wide" | "narrow">;

/** How the sums of a block are made where products of bytes are summed several at a time. */
export function dotSums(site: Site, dots: DotPlan, lanes: number, places: PlacesOfBlock): DotSums {
  const { plan, wide, narrow } = site;
  const { builder } = site.open;
  const { count, wideZero } = dots;
  const groups = Math.floor(dots.places / count);
  const isFew = dots.places < count;
  const mask = lt(OPERATIONS.lanes(count, "i32"), broadcast(constant("i32", dots.places), count));
  const placeOf = (place: readonly Expression[]): readonly Expression[] => place.with(-1, mul(place.at(-1)!, count));
  const last = constant("index", Math.max(0, dots.places - count));
  return {
    operand: { scalar: count === 4 ? "i8" : "i16", lanes: lanes * count },
    extents: plan.sums.with(-1, groups),
    hasRest: groups * count < dots.places,
    start: startOf(site, dots, lanes, places),
    add: (total, a, b) => (count === 4 ? OPERATIONS.dot4(total, b, a) : OPERATIONS.dot2(total, b, a)),
    wide(j, place) {
      const first = add(places.wide(placeOf(place)), mul(places.column(j), count));
      const load = builder.load(wide, first, { lanes: lanes * count });
      return count === 4 ? load : sub(cast("i16", load), wideZero);
    },
    narrow(r, _, place, isRest) {
      const from = isRest === true ? place.with(-1, last) : placeOf(place);
      const load = builder.load(narrow, places.narrow(r, from), { lanes: count, ...(isFew && { mask }) });
      return count === 4 ? bytesOf(load, lanes) : wordsOf(load, lanes);
    },
  };
}

/** The highest bit of each of four bytes: what makes them unsigned. */
const SIGNS = -0x7f7f7f80;

/** Four bytes in all lanes, as u8. */
function bytesOf(load: Expression, lanes: number): Expression {
  const word = bits("i32", load);
  return bits("u8", broadcast(typeOf(load).scalar === "i8" ? xor(word, SIGNS) : word, lanes));
}

/** Two bytes in all lanes, as words. */
function wordsOf(load: Expression, lanes: number): Expression {
  return cast("i16", bits(typeOf(load).scalar, broadcast(bits("u16", load), lanes)));
}

/** What each total begins with: the sums of the wide factor by what is taken from the narrow one. */
function startOf(site: Site, dots: DotPlan, lanes: number, places: PlacesOfBlock): BlockOfSums["start"] {
  const { zero, wideZero, allPlaces, sums } = dots;
  if (sums === undefined || site.sums === undefined) return undefined;
  const { sums: buffer } = site;
  const { builder } = site.open;
  const taken = typeof zero === "number" ? constant("i32", zero) : builder.let("zero", zero(site.points()));
  return (_, j) => {
    const total = builder.load(buffer, add(places.sums, places.column(j)), { lanes });
    return mul(sub(total, wideZero * allPlaces), broadcast(neg(taken), lanes));
  };
}
