import type { ScheduleTarget } from "../schedule/types.ts";

/** A block of accumulators: rows by vectors. */
export interface Tile {
  readonly rows: number;
  readonly vectors: number;
}

/** Columns that are made side by side: `panels` times `vectors` vectors of `lanes`, from `first` of panel number `panel` on. */
export interface ColumnBlock {
  readonly panel: number;
  readonly panels: number;
  readonly first: number;
  readonly vectors: number;
  readonly lanes: number;
}

/** Rows of a block at most: more make the code long and gain nothing. */
const MAX_ROWS = 14;

/** Vectors of a block at most; and bytes of a block of one row, which reads each panel once: narrow ones are shared by more threads. */
const MAX_VECTORS = 8;
const ROW_BYTES = 256;

/** What a load costs beside a multiply-add of a whole vector: both go on at once, but not without end. */
const LOAD_COST = 0.25;

/** Multiply-adds that go on at once: fewer accumulators wait for each other. */
const PRODUCTS_IN_FLIGHT = 8;

/** Bytes of one way of a first-level cache: addresses so far apart share a set of 8 lines. */
const CACHE_WAY_BYTES = 4096;

/** Rows that may be read at once when they lie a multiple of so many bytes apart: all of them must stay in one set. */
const ROWS_OF_A_SET = 7;

/**
 * The block that takes the fewest turns for so many rows (`rowBytes` apart in the narrow factor) and columns, where its accumulators and
 * operands fit the registers.
 */
export function chooseTile(
  rows: number,
  columns: number,
  lanes: number,
  rowBytes: number,
  target: ScheduleTarget,
): Tile {
  let best: Tile = { rows: 1, vectors: 1 };
  let least = Infinity;
  const most = mostRows(rows, rowBytes);
  const widest = rows === 1 ? Math.max(1, ROW_BYTES / target.vectorBytes) : MAX_VECTORS;
  for (let vectors = 1; vectors <= Math.min(MAX_VECTORS, widest, Math.ceil(columns / lanes)); vectors++)
    for (let height = 1; height <= most; height++) {
      if (registersOf(height, vectors, target) > target.registers && height * vectors > 1) break;
      const cost = costOf(rows, columnBlocks(columns, lanes, vectors), height);
      if (cost > least || (cost === least && isNoBetter({ rows: height, vectors }, best))) continue;
      least = cost;
      best = { rows: height, vectors };
    }
  return best;
}

function mostRows(rows: number, rowBytes: number): number {
  const isCrowded = rowBytes !== 0 && rowBytes % CACHE_WAY_BYTES === 0;
  return Math.min(rows, isCrowded ? ROWS_OF_A_SET : MAX_ROWS);
}

/** Rows of a block of so many vectors: those that take the fewest turns for so many rows, where they fit the registers. */
export function chooseRows(rows: number, vectors: number, rowBytes: number, target: ScheduleTarget): number {
  const block: ColumnBlock = { panel: 0, panels: 1, first: 0, vectors, lanes: 1 };
  const heights = Array.from({ length: mostRows(rows, rowBytes) }, (_, i) => i + 1);
  const cost = (height: number): number =>
    height > 1 && registersOf(height, vectors, target) > target.registers ? Infinity : costOf(rows, [block], height);
  return heights.reduce((best, height) => (cost(height) <= cost(best) ? height : best));
}

/** Registers from which on blocks of any number of rows are higher. */
const MANY_REGISTERS = 32;

/**
 * The block for a number of rows that is known when the kernel is called: of few rows, a power of two, so that what remains is soon made
 * by half and a quarter of it, and of many vectors, so that one row alone keeps enough multiply-adds going.
 */
export function chooseTileOfAny(columns: number, lanes: number, target: ScheduleTarget): Tile {
  const rows = target.registers >= MANY_REGISTERS ? 4 : 2;
  let vectors = Math.min(MAX_VECTORS, Math.ceil(columns / lanes));
  while (vectors > 1 && registersOf(rows, vectors, target) > target.registers) vectors--;
  return { rows, vectors };
}

/** Of blocks of as many accumulators and loads the one of more rows is better: a panel is read once for each block of rows. */
const isNoBetter = (tile: Tile, than: Tile): boolean =>
  tile.rows * tile.vectors === than.rows * than.vectors && tile.rows + tile.vectors >= than.rows + than.vectors;

/** Accumulators, a row of vectors, a factor (all of them where loads come first), and a product that is not fused. */
function registersOf(rows: number, vectors: number, { loadsFirst, hasFma }: ScheduleTarget): number {
  return rows * vectors + vectors + (loadsFirst === true ? rows : 1) + (hasFma ? 0 : 1);
}

function costOf(rows: number, blocks: readonly ColumnBlock[], height: number): number {
  const turns = (count: number, vectors: number): number =>
    Math.max(count * vectors, PRODUCTS_IN_FLIGHT) + LOAD_COST * (count + vectors) + 0.5;
  const rest = rows % height;
  return blocks.reduce((cost, { panels, vectors }) => {
    const whole = Math.floor(rows / height) * turns(height, vectors);
    return cost + panels * (whole + (rest === 0 ? 0 : turns(rest, vectors)));
  }, 0);
}

/** Columns as panels of whole vectors, and what remains as blocks of fewer vectors and of fewer lanes. */
export function columnBlocks(columns: number, lanes: number, vectors: number): readonly ColumnBlock[] {
  const width = lanes * vectors;
  const panels = Math.floor(columns / width);
  const blocks: ColumnBlock[] = panels > 0 ? [{ panel: 0, panels, first: 0, vectors, lanes }] : [];
  let [first, rest] = [0, columns % width];
  for (let by = lanes; rest > 0; by /= 2) {
    const count = Math.floor(rest / by);
    if (count > 0) blocks.push({ panel: panels, panels: 1, first, vectors: count, lanes: by });
    first += count * by;
    rest -= count * by;
  }
  return blocks;
}
