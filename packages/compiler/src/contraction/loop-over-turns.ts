import { knownDim } from "@hodu/core";
import { type Expression, type KernelBuilder, type LoopOptions, OPERATIONS } from "@hodu/core/kernel-ir";

/** A loop around blocks. */
export interface OuterLoop {
  readonly name: string;
  /** Over the program's size only for the first of several. */
  readonly extent: number | Expression;
}

/** Loops from outer to inner. One may be in chunks: loop `chunk` counts them, each has `size` places of the loop's `extent`. */
export interface TurnOrder {
  readonly loops: readonly OuterLoop[];
  readonly chunked?: { readonly name: string; readonly extent: number; readonly size: number };
}

/** One loop over all turns of several; `write` gets the place along each, by name. The last of them changes fastest. */
export function loopOverTurns(
  builder: KernelBuilder,
  { loops, chunked }: TurnOrder,
  options: LoopOptions,
  write: (places: ReadonlyMap<string, Expression>) => void,
): void {
  const long = loops.filter(({ extent }) => extent !== 1);
  const turns = long.reduce<Expression>(
    (product, { extent }) => OPERATIONS.mul(product, extent),
    OPERATIONS.constant("index", 1),
  );
  const zeros = loops.map(({ name }) => [name, OPERATIONS.constant("index", 0)] as const);
  const [first] = long;
  // the last quotient is below the first extent: the minimum says so, and where that is no number, the condition
  const writeTurn = (places: ReadonlyMap<string, Expression>): void => {
    if (long.length === 1 || typeof first?.extent !== "object") return write(places);
    return builder.if(OPERATIONS.lt(places.get(first.name)!, first.extent), () => write(places));
  };
  builder.loop(
    "turn",
    turns,
    (turn) => {
      const places = new Map<string, Expression>(zeros);
      let rest = turn;
      long.toReversed().forEach(({ name, extent }, i) => {
        if (long.length === 1) return places.set(name, turn);
        const isLast = i === long.length - 1;
        const quotient = typeof extent === "number" ? OPERATIONS.min(rest, extent - 1) : rest;
        const place = isLast ? quotient : OPERATIONS.rem(rest, extent);
        places.set(name, builder.let(name, place));
        if (!isLast) rest = builder.let("rest", OPERATIONS.div(rest, extent));
        return places;
      });
      if (chunked === undefined) return writeTurn(places);
      const { name, extent, size } = chunked;
      const place = builder.let(name, OPERATIONS.add(OPERATIONS.mul(places.get("chunk")!, size), places.get(name)!));
      places.set(name, place);
      const chunks = Math.ceil(extent / size);
      if (chunks * size === extent) return writeTurn(places);
      return builder.if(OPERATIONS.lt(place, extent), () => writeTurn(places));
    },
    knownDim(turns) === 1 ? {} : options,
  );
}
