import { quote } from "../errors/quote.ts";
import { MAX_NAME_LENGTH } from "./limits.ts";

const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

/** Whether a text is a name that every target takes for one. */
export const isName = (name: string): boolean => name.length <= MAX_NAME_LENGTH && NAME.test(name);

/** A name as dumps write it: what is no name is quoted. */
export const nameText = (name: string): string => (isName(name) ? name : quote(name));
