import { type Expression, type KernelBuilder, type LoopKind, OPERATIONS } from "@hodu/core/kernel-ir";

/** A loop around blocks. */
export interface OuterLoop {
  readonly name: string;
  readonly extent: number;
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
  kind: LoopKind,
  write: (places: ReadonlyMap<string, Expression>) => void,
): void {
  const long = loops.filter(({ extent }) => extent !== 1);
  const turns = long.reduce((product, { extent }) => product * extent, 1);
  const zeros = loops.map(({ name }) => [name, OPERATIONS.constant("index", 0)] as const);
  builder.loop(
    "turn",
    turns,
    (turn) => {
      const places = new Map<string, Expression>(zeros);
      let rest = turn;
      long.toReversed().forEach(({ name, extent }, i) => {
        if (long.length === 1) return places.set(name, turn);
        // of the last quotient the minimum says that it is below the extent
        const isLast = i === long.length - 1;
        const place = isLast ? OPERATIONS.min(rest, extent - 1) : OPERATIONS.rem(rest, extent);
        places.set(name, builder.let(name, place));
        if (!isLast) rest = builder.let("rest", OPERATIONS.div(rest, extent));
        return places;
      });
      if (chunked === undefined) return write(places);
      const { name, extent, size } = chunked;
      const place = builder.let(name, OPERATIONS.add(OPERATIONS.mul(places.get("chunk")!, size), places.get(name)!));
      places.set(name, place);
      const chunks = Math.ceil(extent / size);
      if (chunks * size === extent) return write(places);
      return builder.if(OPERATIONS.lt(place, extent), () => write(places));
    },
    { kind: turns === 1 ? "serial" : kind },
  );
}
