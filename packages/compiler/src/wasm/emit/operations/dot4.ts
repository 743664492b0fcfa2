import { hold, type LocalSource, type Push, type Value } from "../value.ts";
import { addedSums } from "./dot2.ts";
import { partBinary } from "./vector-binary.ts";

/** Words of two vectors at even and at odd places, as shuffles take them. */
const [EVEN_WORDS, ODD_WORDS] = [0, 4].map((first) =>
  Array.from({ length: 16 }, (_, i) => first + 8 * Math.floor(i / 4) + (i % 4)),
);

/**
 * acc + the sums of four neighbouring products. The relaxed dot product is not used: it is undefined for lanes of `b` below 0 where the
 * engine takes them as unsigned.
 */
export function dotFour(source: LocalSource, acc: Value, a: Value, b: Value): Value {
  const { code } = source;
  const sums = a.parts.map((part, i) => {
    const [x, y] = [hold(source, "v128", part), hold(source, "v128", b.parts[i])];
    const [low, high] = (["low", "high"] as const).map((half) =>
      hold(source, "v128", pairSums(source, a.scalar, x, y, half)),
    );
    const words =
      (places: readonly number[]): Push =>
      () => {
        low();
        high();
        code.i8x16.shuffle(places);
      };
    return partBinary(source, "add", { scalar: "i32" }, words(EVEN_WORDS), words(ODD_WORDS));
  });
  return addedSums(source, acc, sums);
}

/** The sums of two neighbouring products of one half of the bytes, in words. */
function pairSums({ code }: LocalSource, scalar: Value["scalar"], a: Push, b: Push, half: "low" | "high"): Push {
  if (scalar === "i8")
    return () => {
      a();
      b();
      code.i16x8[`extmul_${half}_i8x16_s`]();
      code.i32x4.extadd_pairwise_i16x8_s();
    };
  return () => {
    a();
    code.i16x8[`extend_${half}_i8x16_u`]();
    b();
    code.i16x8[`extend_${half}_i8x16_s`]();
    code.i32x4.dot_i16x8_s();
  };
}
