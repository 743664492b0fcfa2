import { expect, it } from "vitest";
import { maskSecrets } from "./mask-secrets.ts";

it.each([
  ["http://user:password@host:80", "http://***@host:80"],
  ["user:pass@x", "***@x"],
  ["https://a:p@ss/w@rd@host/path", "https://***@host/path"],
  ["http://user:two\nlines@host", "http://***@host"],
  ["http://host:80", "http://host:80"],
])("%j is shown as %j", (text, shown) => {
  expect(maskSecrets(text)).toBe(shown);
});
