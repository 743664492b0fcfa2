import { buildKernel, type Kernel } from "hodu-plugin-sdk/compiler";

/** y = x * x + 1, in a parallel loop over rows of 64. */
export function squares(rows: number): Kernel {
  return buildKernel("squares", ["square"], (k) => {
    const x = k.input("x", "f32", rows * 64);
    const y = k.output("y", "f32", rows * 64);
    k.loop(
      "row",
      rows,
      (row) =>
        k.loop(
          "i",
          64,
          (i, lanes) => {
            const at = k.add(k.mul(row, 64), i);
            const value = k.let("value", k.load(x, at, { lanes }));
            k.store(y, at, k.add(k.mul(value, value), 1));
          },
          { lanes: 4 },
        ),
      { kind: "parallel" },
    );
  });
}

/** Ends with status 7 at the first x that is below 0, in a parallel loop. */
export function guarded(count: number): Kernel {
  return buildKernel("guarded", ["guard"], (k) => {
    const x = k.input("x", "f32", count);
    const y = k.output("y", "f32", count);
    k.loop(
      "i",
      count,
      (i) => {
        k.guard(k.ge(k.load(x, i), 0), 7);
        k.store(y, i, k.load(x, i));
      },
      { kind: "parallel" },
    );
  });
}

/** A loop that would take minutes, on one thread. */
export function endless(): Kernel {
  return buildKernel("endless", ["endless"], (k) => {
    const x = k.input("x", "f32", 1);
    const y = k.output("y", "f32", 1);
    const sum = k.var("sum", k.load(x, 0));
    k.loop("i", 2_000_000_000, () => k.loop("j", 1000, () => k.assign(sum, k.add(k.sqrt(sum), 1))));
    k.store(y, 0, sum);
  });
}

/** Reads a float at an address that is a number of the data: what a wrong kernel would do. */
export function trapping(rows: number): Kernel {
  return buildKernel("trapping", ["trap"], (k) => {
    const x = k.input("x", "f32", 2 ** 29);
    const y = k.output("y", "f32", rows);
    k.loop("i", rows, (i) => k.store(y, i, k.load(x, k.mul(i, 2 ** 20))), { kind: "parallel" });
  });
}
