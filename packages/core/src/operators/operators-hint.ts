import { quote } from "../errors/quote.ts";

/** What to type where a model has operators of a domain that nobody brings: a plugin may know them. */
export const operatorsHint = (domain: string): string =>
  `hodu plugin install NAME, where NAME is a plugin with the operators of ${quote(domain)}`;
