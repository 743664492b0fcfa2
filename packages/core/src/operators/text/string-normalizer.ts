import { int, string, strings } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";

/** ONNX StringNormalizer. */
export const stringNormalizer = defineOperator({
  name: "StringNormalizer",
  versions: [{ since: 10 }],
  inputs: [required("X", "string")],
  outputs: [required("Y", "string")],
  types: {},
  attributes: {
    case_change_action: string({ default: "NONE" }),
    is_case_sensitive: int({ default: 0 }),
    locale: string(),
    stopwords: strings(),
  },
  accuracy: "exact",
});
