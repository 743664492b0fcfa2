import { type Expression, newKernel, OPERATIONS } from "@hodu/core/kernel-ir";
import { Emission } from "../schedule/emission.ts";
import { NotVector } from "../schedule/not-vector.ts";
import type { ScheduledValue } from "../schedule/values.ts";
import type { FusedValues } from "./fused-values.ts";
import { type LinearForm, linearForm } from "./linear-form.ts";

/**
 * The index that a value reads a sum at, over its own axes; undefined unless it is one, and linear, and all that is fused between them can be
 * written for lanes along an axis.
 */
export function probeEpilogue(
  id: number,
  sum: number,
  values: FusedValues,
  column: number,
  lanes: number,
): readonly LinearForm[] | undefined {
  const value = values.value(id);
  const index = value.dims.map(
    (dim, axis): Expression => (dim === 1 ? OPERATIONS.constant("index", 0) : { kind: "size", name: `i${axis}` }),
  );
  if (id === sum) return index.flatMap((place) => linearForm(place) ?? []);
  const scalarReads: (readonly Expression[])[] = [];
  writeOnce(
    values,
    sum,
    (found) => scalarReads.push(found),
    1,
    (emission) => value.point!.at(index, emission.points),
  );
  if (scalarReads.length !== 1) return undefined;
  const forms = scalarReads[0].map(linearForm);
  if (!forms.every((form) => form !== undefined)) return undefined;
  const sizes = values.value(sum).dims;
  // read under a condition, an index may leave the sum
  if (!forms.every((form, axis) => isBelow(form, value.dims, sizes[axis]))) return undefined;
  const isVector = writeOnce(
    values,
    sum,
    () => {},
    lanes,
    (emission) =>
      emission.vector(index[column], lanes, (lane) =>
        emission.wide(value.point!.at(index.with(column, lane), emission.points)),
      ),
  );
  return isVector ? forms : undefined;
}

/** Whether a form over axes of these dims is from 0 on and below a size everywhere. */
function isBelow({ constant, coefficients }: LinearForm, dims: readonly number[], size: number): boolean {
  let [least, most] = [constant, constant];
  dims.forEach((dim, axis) => {
    const reach = (coefficients.get(`i${axis}`) ?? 0) * (dim - 1);
    if (reach < 0) least += reach;
    else most += reach;
  });
  return least >= 0 && most < size;
}

function writeOnce(
  values: FusedValues,
  sum: number,
  found: (index: readonly Expression[]) => void,
  lanes: number,
  write: (emission: Emission) => void,
): boolean {
  const builder = newKernel("probe");
  const { scalar } = values.value(sum);
  const total = builder.array("total", { scalar, lanes }, 1);
  const element = (index: readonly Expression[]): Expression => {
    found(index);
    return builder.get(total, 0);
  };
  const emission = new Emission(
    builder,
    {
      value: (read) => (read === sum ? withElements(values.value(sum), element) : values.value(read)),
      buffer(read) {
        if (read === sum || !values.isKept(read)) return undefined;
        return builder.input("b", values.value(read).memory, values.value(read).elements);
      },
    },
    1,
  );
  try {
    write(emission);
    return true;
  } catch (error) {
    if (error instanceof NotVector) return false;
    throw error;
  }
}

/** A value whose elements are had by other means. */
export const withElements = (
  value: ScheduledValue,
  element: (index: readonly Expression[]) => Expression,
): ScheduledValue => ({ ...value, point: { at: (index) => element(index) } });
