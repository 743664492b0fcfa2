import { type Codec, natural, record, text } from "@hodu/core/wire";
import type { Empty, PluginMethods, WireSink, WireSource } from "./messages.ts";

/** How the parameters and the result of each method travel. */
export type MethodTable = {
  readonly [method: string]: {
    readonly params: Codec<unknown>;
    readonly result: Codec<unknown>;
    /** The memory of its parameters is lent: it is taken back when the call is answered. */
    readonly lends?: true;
  };
};
export type NoticeTable = { readonly [method: string]: Codec<unknown> };

/** What a codec's data is. */
export type DataOf<C> = C extends Codec<infer T> ? T : never;

/** Codecs for the wire forms of methods, and of notifications. */
export type Wired<M> = {
  readonly [K in keyof M]: M[K] extends { readonly params: infer P; readonly result: infer R }
    ? { readonly params: Codec<unknown, P>; readonly result: Codec<unknown, R>; readonly lends?: true }
    : never;
};
export type WiredNotices<N> = { readonly [K in keyof N]: Codec<unknown, N[K]> };

export type Params<M extends keyof PluginMethods> = PluginMethods[M]["params"];
export type Result<M extends keyof PluginMethods> = PluginMethods[M]["result"];

export const nothing = record<Empty, Empty>({});
export const source = record<WireSource, WireSource>({ source: natural, name: text, size: natural });
export const sink = record<WireSink, WireSink>({ sink: natural, name: text });
