import { HoduError, quote } from "@hodu/core";
import type { WantedTransform } from "../plugins/chosen-transforms.ts";

/**
 * What `--transform NAME[:key=value,...]` says: the settings begin after the last ":" before the first "=". Numbers, true, false and null
 * are themselves, all else is text. Throws BAD_USAGE.
 */
export function readTransforms(texts: readonly string[] = []): readonly WantedTransform[] {
  return texts.map((text) => {
    const equals = text.indexOf("=");
    const colon = equals < 0 ? -1 : text.lastIndexOf(":", equals);
    if (equals < 0) return { transform: text };
    if (colon < 1) throw refused(text);
    const settings = text.slice(colon + 1).split(",");
    return {
      transform: text.slice(0, colon),
      config: Object.fromEntries(settings.map((one) => readSetting(one, text))),
    };
  });
}

function readSetting(setting: string, text: string): readonly [key: string, value: unknown] {
  const at = setting.indexOf("=");
  if (at < 1) throw refused(text);
  return [setting.slice(0, at), readValue(setting.slice(at + 1))];
}

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);

function readValue(text: string): unknown {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : text;
}

const refused = (text: string): HoduError =>
  new HoduError("BAD_USAGE", `Cannot use --transform ${quote(text)}: expected NAME or NAME:key=value,key=value`, {
    hint: "hodu run model.onnx --transform NAME:key=value",
  });
