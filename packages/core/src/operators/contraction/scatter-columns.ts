import type { Finish } from "../../kernels/gemm.ts";
import type { ColumnTaps, WindowAxis } from "../../kernels/windows.ts";

/** Planes that windows lie on, and where: see columnTaps and rowStarts. */
export interface ScatterTarget {
  readonly axes: readonly WindowAxis[];
  readonly columns: ColumnTaps;
  readonly starts: Float64Array;
  /** Planes of `plane` elements each. */
  readonly image: Float64Array;
  readonly plane: number;
  /** Elements of a window. */
  readonly taps: number;
}

/**
 * The inverse of gathering windows into columns: row p * taps + t of the matrix it is given holds what tap t of each window adds to
 * plane p, one column for each window.
 */
export function scatterColumns({ axes, columns, starts, image, plane, taps }: ScatterTarget): Finish {
  const { kernel, stride, count: width } = axes.at(-1)!;
  const outer = taps / kernel;
  const low = columns.taps.length === 0 ? 0 : columns.taps[0];
  return (sums, start, count, row, column) => {
    const target = Math.floor(row / taps);
    const tap = row - target * taps;
    const outerTap = Math.floor(tap / kernel);
    const i = tap - outerTap * kernel - low;
    if (i < 0 || i >= columns.taps.length) return;
    for (let done = 0; done < count; ) {
      const windows = Math.floor((column + done) / width);
      const o = column + done - windows * width;
      const end = Math.min(width, o + count - done);
      const line = starts[windows * outer + outerTap];
      if (line >= 0) {
        const first = Math.max(o, columns.first[i]);
        const last = Math.min(end, columns.end[i]);
        let to = target * plane + line + columns.start[i] + first * stride;
        for (let j = first, from = start + done - o; j < last; j++, to += stride) image[to] += sums[from + j];
      }
      done += end - o;
    }
  };
}
