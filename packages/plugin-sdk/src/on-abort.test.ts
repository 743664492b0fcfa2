import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { onAbort } from "./on-abort.ts";

const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

describe("onAbort", () => {
  it("calls each that waits, once, in their order", () => {
    const controller = new AbortController();
    const called: number[] = [];
    for (let i = 0; i < 3; i++) onAbort(controller.signal, () => called.push(i));
    controller.abort();
    expect(called).toEqual([0, 1, 2]);
  });

  it("has one listener however many wait, and none when all have stopped", () => {
    const { signal } = new AbortController();
    const stops = Array.from({ length: 100 }, () => onAbort(signal, () => {}));
    expect(listenersOf(signal)).toBe(1);
    for (const stop of stops) stop();
    expect(listenersOf(signal)).toBe(0);
  });

  it("calls no one that has stopped, also where another's call stops it", () => {
    const controller = new AbortController();
    const called: string[] = [];
    const stopFirst = onAbort(controller.signal, () => called.push("first"));
    onAbort(controller.signal, () => {
      called.push("second");
      stopThird();
    });
    const stopThird = onAbort(controller.signal, () => called.push("third"));
    stopFirst();
    controller.abort();
    expect(called).toEqual(["second"]);
  });

  it("keeps those that came after all before had stopped, when one of these stops again", () => {
    const controller = new AbortController();
    const called: string[] = [];
    const stop = onAbort(controller.signal, () => called.push("before"));
    stop();
    onAbort(controller.signal, () => called.push("after"));
    stop();
    controller.abort();
    expect(called).toEqual(["after"]);
  });

  it("takes the same function for two calls", () => {
    const controller = new AbortController();
    let calls = 0;
    const count = (): void => void calls++;
    const stop = onAbort(controller.signal, count);
    onAbort(controller.signal, count);
    stop();
    controller.abort();
    expect(calls).toBe(1);
  });
});
