import { bytesOfTensor, type DType, onnxCodeOfDtype, type Tensor } from "hodu-plugin-sdk";
import { TensorProtoSchema } from "../generated/onnx_pb.ts";
import { bytesField, type Message, merged, message, type Piece } from "./message.ts";

const RAW_DATA = 9;

interface TensorHead {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** A TensorProto of numbers in raw_data, in the form of weights. */
export function encodeNumbers(head: TensorHead, bytes: Piece): Message {
  return merged([message(TensorProtoSchema, headInit(head)), bytesField(RAW_DATA, bytes)]);
}

/** A TensorProto of strings, from a weight's bytes: u32 length and UTF-8 of each. */
export function encodeStrings(head: TensorHead, bytes: Uint8Array): Message {
  return message(TensorProtoSchema, { ...headInit(head), stringData: splitStrings(bytes) });
}

/** A TensorProto whose numbers lie in another file. */
export function encodeExternal(head: TensorHead, location: string, offset: number, length: number): Message {
  const externalData = Object.entries({ location, offset, length }).map(([key, value]) => ({
    key,
    value: String(value),
  }));
  return message(TensorProtoSchema, { ...headInit(head), externalData, dataLocation: 1 }, 2);
}

/** The TensorProto of a tensor in memory. */
export function encodeTensor(name: string, tensor: Tensor): Message {
  const { dtype, shape } = tensor;
  const encode = dtype === "string" ? encodeStrings : encodeNumbers;
  return encode({ name, dtype, shape }, bytesOfTensor(tensor));
}

function headInit({ name, dtype, shape }: TensorHead) {
  return { name, dims: shape.map(BigInt), dataType: onnxCodeOfDtype(dtype) };
}

function splitStrings(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const strings: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const start = at + 4;
    at = start + view.getUint32(at, true);
    strings.push(bytes.subarray(start, at));
  }
  return strings;
}
