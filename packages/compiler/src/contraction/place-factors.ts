import type { Packing } from "../program/types.ts";
import type { FusedValues } from "./fused-values.ts";
import type { FactorSource, PlannedFactor } from "./plan.ts";
import type { FactorProbe } from "./probe-factor.ts";

/** A factor, and what it reads. */
export interface FactorAccess extends FactorProbe {
  readonly side: "left" | "right";
}

/** What factors are placed for. */
export interface Placing {
  /** Axes of the written value with more than one place, in the order of its memory; the last is that of columns. */
  readonly axes: readonly number[];
  readonly column: number;
  readonly dims: readonly number[];
  /** Of the sum. */
  readonly extents: readonly number[];
  readonly values: FusedValues;
}

/** Rows or columns that a factor must be read again for, so that its elements are moved before. */
const REUSE_OF_COPY = 4;

/** A factor with its strides along every symbol: `i3` for axis 3, `p0` for the first loop of the sum. */
export interface Strided {
  readonly source: FactorSource;
  readonly offset: number;
  readonly strides: ReadonlyMap<string, number>;
  /** From one panel to the next, where columns do not follow each other. */
  readonly panel?: number;
}

/**
 * Where the elements of both factors lie, and the loops of the sum; undefined where those of the
 * wide one would have to be moved for too little.
 */
export function placeFactors(
  wide: FactorAccess,
  narrow: FactorAccess & { readonly place: Strided },
  width: number,
  placing: Placing,
): { readonly wide: PlannedFactor; readonly narrow: PlannedFactor; readonly sums: readonly number[] } | undefined {
  const { extents } = placing;
  const narrowPlace = narrow.place;
  const stride = (n: number): number => Math.abs(narrowPlace.strides.get(`p${n}`) ?? 0);
  const order = extents
    .map((_, n) => n)
    .filter((n) => extents[n] !== 1)
    .toSorted((a, b) => stride(b) - stride(a) || a - b);
  const widePlace = placeWide(wide, width, order, placing);
  if (widePlace === undefined) return undefined;
  const groups = mergeSums(order, extents, [narrowPlace.strides, widePlace.strides]);
  const planned = ({ side }: FactorAccess, { source, offset, strides, panel }: Strided): PlannedFactor => ({
    side,
    source,
    offset,
    axes: new Map(
      placing.axes.flatMap((axis) => {
        const own = axis === placing.column ? 0 : (strides.get(`i${axis}`) ?? 0);
        return own === 0 ? [] : [[axis, own]];
      }),
    ),
    sums: groups.map(({ last }) => strides.get(`p${last}`) ?? 0),
    panel: panel ?? (strides.get(`i${placing.column}`) ?? 0) * width,
  });
  return {
    wide: planned(wide, widePlace),
    narrow: planned(narrow, narrowPlace),
    sums: groups.map(({ extent }) => extent),
  };
}

/** The elements of which each is for one row: as they lie, where that is known; along columns not at all, or side by side. */
export function placeNarrow({ symbols, load }: FactorAccess, placing: Placing): Strided | undefined {
  const column = `i${placing.column}`;
  const strides = load?.form.coefficients;
  if (symbols.has(column)) {
    if (load === undefined || strides?.get(column) !== 1) return undefined;
  } else {
    const isReused = placing.dims[placing.column] >= REUSE_OF_COPY;
    const all = placing.extents.map((_, n) => n);
    if (isReused && (load === undefined || isEncoded(load, placing))) return copied(symbols, all, placing, false);
    if (load === undefined) return undefined;
  }
  return { source: { kind: "kept", id: load!.id }, offset: load!.form.constant, strides: strides! };
}

/** The elements that are read in vectors: constants in panels, others as they lie or moved so that columns lie side by side. */
function placeWide(
  { symbols, load }: FactorAccess,
  width: number,
  order: readonly number[],
  placing: Placing,
): Strided | undefined {
  const column = `i${placing.column}`;
  const rows = placing.axes.filter((axis) => !symbols.has(`i${axis}`));
  const isReused = rows.reduce((product, axis) => product * placing.dims[axis], 1) >= REUSE_OF_COPY;
  if (load !== undefined) {
    const decodes = isReused && isEncoded(load, placing);
    const packed = packedPanels(load, width, order, decodes, placing);
    if (packed !== undefined) return packed;
    const strides = load.form.coefficients;
    if (!decodes && strides.get(column) === 1)
      return { source: { kind: "kept", id: load.id }, offset: load.form.constant, strides };
  }
  return isReused ? copied(symbols, order, placing, true) : undefined;
}

/** Whether elements are decoded when they are read: what is read often is decoded before. */
export function isEncoded({ id }: NonNullable<FactorAccess["load"]>, { values }: Placing): boolean {
  const { memory } = values.value(id);
  return memory === "f16" || memory === "bf16";
}

/** A constant as panels of columns, each with all places of the sum one after another; zeros after the last column. `decodes`: as f32. */
function packedPanels(
  { id, form }: NonNullable<FactorAccess["load"]>,
  width: number,
  order: readonly number[],
  decodes: boolean,
  { axes, column, dims, extents, values }: Placing,
): Strided | undefined {
  const { source, memory } = values.value(id);
  if ((source.kind !== "weight" && source.kind !== "constant") || form.constant !== 0) return undefined;
  const own = (symbol: string): number => form.coefficients.get(symbol) ?? 0;
  const outer = axes.filter((axis) => axis !== column && own(`i${axis}`) !== 0);
  const columnStride = own(`i${column}`);
  const panels = Math.ceil(dims[column] / width);
  const symbols = [...outer.map((axis) => `i${axis}`), "panel", ...order.map((n) => `p${n}`), "lane"];
  const sizes = [...outer.map((axis) => dims[axis]), panels, ...order.map((n) => extents[n]), width];
  const from = symbols.map((symbol) =>
    symbol === "panel" ? columnStride * width : symbol === "lane" ? columnStride : own(symbol),
  );
  const limits = {
    axes: [
      { axis: outer.length, scale: width },
      { axis: sizes.length - 1, scale: 1 },
    ],
    below: dims[column],
  };
  const packing: Packing = { sizes, strides: from, limits: dims[column] % width === 0 ? [] : [limits] };
  const strides = rowMajor(symbols, sizes);
  return {
    source: {
      kind: "packed",
      id,
      of: source.kind === "weight" ? source.weight : source.tensor,
      memory: decodes ? "f32" : memory,
      packing,
    },
    offset: 0,
    strides,
    panel: strides.get("panel")!,
  };
}

/** Elements that a kernel before moves: loops of the sum in this order, and columns at last if `isWide`. */
export function copied(
  symbols: ReadonlySet<string>,
  sums: readonly number[],
  { axes, column, dims, extents }: Placing,
  isWide: boolean,
): Strided {
  const outer = axes.filter((axis) => axis !== column && symbols.has(`i${axis}`));
  const inner = sums.filter((n) => extents[n] !== 1);
  const names = [...outer.map((axis) => `i${axis}`), ...inner.map((n) => `p${n}`), ...(isWide ? [`i${column}`] : [])];
  const sizes = [
    ...outer.map((axis) => dims[axis]),
    ...inner.map((n) => extents[n]),
    ...(isWide ? [dims[column]] : []),
  ];
  return { source: { kind: "copy", axes: outer, sums: inner, isWide }, offset: 0, strides: rowMajor(names, sizes) };
}

function rowMajor(symbols: readonly string[], sizes: readonly number[]): ReadonlyMap<string, number> {
  const strides = new Map<string, number>();
  let stride = 1;
  for (let i = symbols.length - 1; i >= 0; i--) {
    strides.set(symbols[i], stride);
    stride *= sizes[i];
  }
  return strides;
}

/** Loops of the sum that follow each other in both factors become one. */
function mergeSums(
  order: readonly number[],
  extents: readonly number[],
  factors: readonly ReadonlyMap<string, number>[],
): readonly { readonly extent: number; readonly last: number }[] {
  const groups: { extent: number; last: number }[] = [];
  for (const n of order) {
    const group = groups.at(-1);
    const follows = (strides: ReadonlyMap<string, number>): boolean =>
      (strides.get(`p${group?.last}`) ?? 0) === (strides.get(`p${n}`) ?? 0) * extents[n];
    if (group !== undefined && factors.every(follows)) {
      group.extent *= extents[n];
      group.last = n;
    } else groups.push({ extent: extents[n], last: n });
  }
  return groups;
}
