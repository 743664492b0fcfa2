import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import type { Local } from "../../assembler/local-pool.ts";
import type { Address } from "../address.ts";
import { type LaneBits, INTEGER_SHAPES, partCount } from "../lanes.ts";
import { hold, type LocalSource, type Push, pushLocal, type Value } from "../value.ts";

/** Bytes of so many lanes in a register. */
const usedBytes = (lanes: number, bits: LaneBits): number => Math.min(16, (lanes * bits) / 8);

/** `lanes` elements of `bits` bits, side by side, as registers. */
export function loadLanes({ code }: LocalSource, address: Address, lanes: number, bits: LaneBits): readonly Push[] {
  const bytes = usedBytes(lanes, bits);
  return Array.from({ length: partCount(lanes, bits) }, (_, part) => () => {
    const offset = address.offset + 16 * part;
    address.push();
    if (bytes === 16) code.v128.load(offset, bits / 8);
    else if (bytes === 8) code.v128.load64_zero(offset, bits / 8);
    else if (bytes === 4) code.v128.load32_zero(offset, bits / 8);
    else code.v128.load16_splat(offset, bits / 8);
  });
}

/** Writes registers side by side; their values are held. */
export function storeLanes(
  { code }: LocalSource,
  address: Address,
  parts: readonly Push[],
  lanes: number,
  bits: LaneBits,
): void {
  const bytes = usedBytes(lanes, bits);
  parts.forEach((part, i) => {
    const offset = address.offset + 16 * i;
    address.push();
    part();
    if (bytes === 16) code.v128.store(offset, bits / 8);
    else if (bytes === 8) code.v128.store64_lane(0, offset, bits / 8);
    else if (bytes === 4) code.v128.store32_lane(0, offset, bits / 8);
    else code.v128.store16_lane(0, offset, bits / 8);
  });
}

/** What is done with a register whose lanes are all wanted, and with one lane of it. */
interface MaskedAccess {
  readonly all: (part: number) => void;
  readonly one: (part: number, lane: number) => void;
}

/** Whole registers where a mask (with lanes of as many bits as the elements) is true in all lanes, else lane by lane. */
function forMask(source: LocalSource, mask: Value, { all, one }: MaskedAccess): void {
  const { code } = source;
  const width = Math.min(mask.lanes, 128 / mask.bits);
  const whole = 2 ** width - 1;
  mask.parts.forEach((part, i) => {
    const wanted = hold(source, "i32", () => {
      part();
      code[INTEGER_SHAPES[mask.bits]].bitmask();
      code.i32.const(whole);
      code.i32.and();
    });
    wanted();
    code.i32.const(whole);
    code.i32.eq();
    code.if(
      [],
      () => all(i),
      () => {
        for (let lane = 0; lane < width; lane++) {
          wanted();
          code.i32.const(2 ** lane);
          code.i32.and();
          code.if([], () => one(i, lane));
        }
      },
    );
  });
}

/** Elements in lanes where the mask is true, 0 in the others. */
export function loadMasked(source: LocalSource, address: Address, mask: Value): readonly Push[] {
  const { code } = source;
  const { lanes, bits } = mask;
  const whole = loadLanes(source, address, lanes, bits);
  const locals: readonly Local[] = whole.map(() => source.temporary("v128"));
  for (const local of locals) {
    code.v128.const("i64x2", [0n, 0n]);
    code.local.set(local);
  }
  forMask(source, mask, {
    all: (part) => {
      whole[part]();
      code.local.set(locals[part]);
    },
    one: (part, lane) => {
      address.push();
      code.local.get(locals[part]);
      code.v128[`load${bits}_lane`](lane, offsetOf(address, part, lane, bits));
      code.local.set(locals[part]);
    },
  });
  return locals.map((local) => pushLocal(code, local));
}

/** Writes the lanes where the mask is true; the values are held. */
export function storeMasked(source: LocalSource, address: Address, parts: readonly Push[], mask: Value): void {
  const { code } = source;
  const { lanes, bits } = mask;
  forMask(source, mask, {
    all: (part) => {
      const moved = { ...address, offset: address.offset + 16 * part };
      storeLanes(source, moved, [parts[part]], lanes, bits);
    },
    one: (part, lane) => {
      address.push();
      parts[part]();
      code.v128[`store${bits}_lane`](lane, offsetOf(address, part, lane, bits));
    },
  });
}

const offsetOf = ({ offset }: Address, part: number, lane: number, bits: LaneBits): number =>
  offset + 16 * part + (lane * bits) / 8;

/** Computes an operand now where a condition holds, and is 0 elsewhere. */
export function whereTrue(
  code: FunctionBuilder,
  type: "i32" | "i64" | "f32" | "f64",
  condition: Push,
  value: Push,
): Push {
  return () => {
    condition();
    code.if([type], value, () => {
      if (type === "i64") code.i64.const(0n);
      else code[type].const(0);
    });
  };
}
