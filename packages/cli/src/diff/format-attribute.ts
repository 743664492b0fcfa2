import {
  type Attribute,
  bigints,
  bytesOfTensor,
  denseData,
  DTYPES,
  elementCount,
  formatType,
  isBig,
  numbers,
  quote,
  strings,
  type Tensor,
  typeOfValue,
} from "@hodu/core";

/** Elements of a tensor that are shown. */
const SHOWN_ELEMENTS = 16;

/** An attribute's value on one line, for a person; of a large tensor its type alone. Of a graph: its name. */
export function formatAttribute(attribute: Attribute): string {
  if (attribute.kind === "graph") return `graph ${JSON.stringify(attribute.value.name)}`;
  if (attribute.kind === "tensor") return formatTensor(attribute.value);
  if (attribute.kind === "tensors") return `[${attribute.value.map(formatTensor).join(", ")}]`;
  return attributeKey(attribute);
}

function formatTensor(tensor: Tensor): string {
  const type = formatType(typeOfValue(tensor));
  return elementCount(tensor.shape) > SHOWN_ELEMENTS ? type : `${type} [${elementsOf(tensor).join(", ")}]`;
}

function elementsOf(tensor: Tensor): readonly unknown[] {
  const { kind } = DTYPES[tensor.dtype];
  if (kind === "string") return strings(tensor).map(quote);
  if (kind === "complex") return Array.from(denseData(tensor) as Float64Array);
  return isBig(tensor.dtype) ? Array.from(bigints(tensor)) : Array.from(numbers(tensor));
}

/** A text that is the same for equal attributes; of graphs only that they are graphs. */
export function attributeKey(attribute: Attribute): string {
  switch (attribute.kind) {
    case "graph":
      return "graph";
    case "type":
      return formatType(attribute.value);
    case "tensor":
      return `${formatType(typeOfValue(attribute.value))} ${tensorKey(attribute.value)}`;
    case "tensors":
      return JSON.stringify(attribute.value.map((value) => attributeKey({ kind: "tensor", value })));
    case "string":
    case "strings":
      return JSON.stringify(attribute.value);
    case "floats":
    case "ints":
      return `[${attribute.value.join(", ")}]`;
    case "float":
    case "int":
      return String(attribute.value);
  }
}

const tensorKey = (tensor: Tensor): string => Buffer.from(bytesOfTensor(tensor)).toString("hex");
