import { stringsOf } from "../../kernels/read-numbers.ts";
import type { Dim } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { type Tensor, tensorOf } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { int, string, strings as stringList } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";

/** Texts between two yields. */
const TEXTS_PER_STEP = 1 << 15;

interface Failing {
  fail(rule: string): never;
}

/**
 * The strings [C] or [1, C] without the stop words, in lower case, upper case or as they are; one empty string when
 * none is left. The locale matters for Turkish, Azeri and Lithuanian alone. ONNX StringNormalizer.
 */
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
    stopwords: stringList(),
  },
  infer(context) {
    const { case_change_action: action, stopwords = [] } = context.attributes;
    caseChange(action, undefined, context);
    const shape = context.shape(0);
    if (shape === undefined) return [tensorType("string")];
    checkShape(shape, context);
    const length = shape[shape.length - 1];
    const isKept = stopwords.length === 0 && typeof length === "number";
    return [tensorType("string", [...shape.slice(0, -1), isKept ? Math.max(1, length) : context.fresh()])];
  },
  *reference([x], attributes, context) {
    const { shape } = x as Tensor;
    checkShape(shape, context);
    const change = caseChange(attributes.case_change_action, attributes.locale, context);
    const isStop = stopTest(attributes, change);
    const given = yield* stringsOf(x as Tensor, context);
    context.reserve(given.length * 8);
    const texts: string[] = [];
    for (const [i, text] of given.entries()) {
      if (!isStop(text)) texts.push(change(text));
      if (i % TEXTS_PER_STEP === TEXTS_PER_STEP - 1) yield undefined;
    }
    if (texts.length === 0) texts.push("");
    return [tensorOf("string", [...shape.slice(0, -1), texts.length], texts)];
  },
  accuracy: "exact",
  samples: () => [
    {
      attributes: { case_change_action: "UPPER", stopwords: ["monday"] },
      inputs: [tensorFrom("string", [1, 3], ["Monday", "tuesday", "Wednesday"])],
      outputs: [tensorFrom("string", [1, 2], ["TUESDAY", "WEDNESDAY"])],
    },
    {
      attributes: { case_change_action: "LOWER", is_case_sensitive: 1, stopwords: ["monday"] },
      inputs: [tensorFrom("string", [2], ["monday", "Monday"])],
      outputs: [tensorFrom("string", [1], ["monday"])],
    },
    {
      attributes: { is_case_sensitive: 1, stopwords: ["monday"] },
      inputs: [tensorFrom("string", [2], ["monday", "monday"])],
      outputs: [tensorFrom("string", [1], [""])],
    },
  ],
  errors: () => [
    {
      attributes: { case_change_action: "TITLE" },
      inputs: [tensorFrom("string", [1], ["a"])],
      message: /case_change_action "TITLE" must be "LOWER", "UPPER" or "NONE"/,
    },
    { inputs: [tensorFrom("string", [2, 1], ["a", "b"])], message: /shape \[2, 1\] must be \[C\] or \[1, C\]/ },
  ],
});

function checkShape(shape: readonly Dim[], context: Failing): void {
  const isRow = shape.length === 2 && (shape[0] === 1 || typeof shape[0] !== "number");
  if (shape.length !== 1 && !isRow) context.fail(`shape [${shape.map(String).join(", ")}] must be [C] or [1, C]`);
}

type TextChange = (text: string) => string;

/** Languages whose case mappings differ from Unicode's own. */
const SPECIAL_LANGUAGES = ["tr", "az", "lt"];

function caseChange(action: string, locale: string | undefined, context: Failing): TextChange {
  const language = locale?.slice(0, 2).toLowerCase() ?? "";
  const special = SPECIAL_LANGUAGES.includes(language) ? language : undefined;
  switch (action) {
    case "NONE":
      return (text) => text;
    case "LOWER":
      return (text) => (special === undefined ? text.toLowerCase() : text.toLocaleLowerCase(special));
    case "UPPER":
      return (text) => (special === undefined ? text.toUpperCase() : text.toLocaleUpperCase(special));
    default:
      return context.fail(`case_change_action "${action}" must be "LOWER", "UPPER" or "NONE"`);
  }
}

function stopTest(
  attributes: {
    readonly case_change_action: string;
    readonly is_case_sensitive: number;
    readonly stopwords: readonly string[] | undefined;
  },
  change: TextChange,
): (text: string) => boolean {
  const { stopwords = [], is_case_sensitive: isSensitive, case_change_action: action } = attributes;
  if (stopwords.length === 0) return () => false;
  const fold: TextChange =
    isSensitive !== 0 ? (text) => text : action === "NONE" ? (text) => text.toLowerCase() : change;
  const stops = new Set(stopwords.map(fold));
  return (text) => stops.has(fold(text));
}
