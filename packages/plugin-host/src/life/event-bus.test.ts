import { HoduError } from "@hodu/core";
import { customEvent, type HoduEvent } from "hodu-plugin-sdk";
import { describe, expect, it } from "vitest";
import { type BusFailure, EventBus } from "./event-bus.ts";
import { MAX_EVENT_DEPTH, MAX_LISTENER_FAILURES } from "./limits.ts";

const epoch = (number: number): HoduEvent => ({ type: "EpochStart", epoch: number });

interface Watched {
  readonly bus: EventBus;
  readonly failures: BusFailure[];
}

function watchedBus(listenerTimeout?: number): Watched {
  const failures: BusFailure[] = [];
  return { bus: new EventBus({ report: (failure) => void failures.push(failure), listenerTimeout }), failures };
}

describe("subscriptions", () => {
  it("are told of their events, each listener once, in the order of subscription", async () => {
    const { bus } = watchedBus();
    const heard: string[] = [];
    for (const name of ["*", "EpochStart", "Custom", "MyEvent", "TensorOp"]) {
      bus.subscribe<string>("p", name, (event) => void heard.push(`${name}: ${event.type}`));
    }
    await bus.publish(epoch(1));
    await bus.publish(customEvent("MyEvent", { value: 42 }));
    await bus.publish(customEvent("Other", 1));
    expect(heard).toEqual([
      "*: EpochStart",
      "EpochStart: EpochStart",
      "*: Custom",
      "Custom: Custom",
      "MyEvent: Custom",
      "*: Custom",
      "Custom: Custom",
    ]);
  });

  it("to a variant never get a custom event that has its name", async () => {
    const { bus } = watchedBus();
    const heard: HoduEvent[] = [];
    bus.subscribe("p", "EpochStart", (event) => void heard.push(event));
    await bus.publish(customEvent("EpochStart", "not one"));
    expect(heard).toEqual([]);
  });

  it("row 125: may come and go while an event is delivered", async () => {
    const { bus, failures } = watchedBus();
    const heard: string[] = [];
    bus.subscribe("p", "EpochStart", () => {
      endSecond();
      bus.subscribe("p", "EpochStart", () => void heard.push("late"));
    });
    const endSecond = bus.subscribe("p", "EpochStart", () => void heard.push("second"));
    bus.subscribe("p", "EpochStart", () => void heard.push("third"));
    await bus.publish(epoch(1));
    expect(heard).toEqual(["third"]);
    await bus.publish(epoch(2));
    expect(heard).toEqual(["third", "third", "late"]);
    expect(failures).toEqual([]);
  });

  it("are called before publish returns, and publish resolves when all are done", async () => {
    const { bus } = watchedBus();
    let isDone = false;
    let isCalled = false;
    bus.subscribe("p", "*", async () => {
      isCalled = true;
      await new Promise((resolve) => setTimeout(resolve, 5));
      isDone = true;
    });
    const delivery = bus.publish(epoch(1));
    expect([isCalled, isDone]).toEqual([true, false]);
    await delivery;
    expect(isDone).toBe(true);
  });
});

describe("row 125: a listener that fails", () => {
  it("is reported, and the others are told all the same", async () => {
    const { bus, failures } = watchedBus();
    const heard: HoduEvent[] = [];
    bus.subscribe("thrower", "*", () => {
      throw new TypeError("x is null");
    });
    bus.subscribe("rejecter", "*", () => Promise.reject(new HoduError("IO", "Cannot write: disk full")));
    bus.subscribe("p", "*", (event) => void heard.push(event));
    await bus.publish(epoch(1));
    expect(heard).toEqual([epoch(1)]);
    expect(failures.map(({ plugin, error }) => [plugin, error.code, error.message])).toEqual([
      [
        "thrower",
        "PLUGIN_PROTOCOL",
        'Cannot tell plugin "thrower" of EpochStart: its listener failed with TypeError: x is null',
      ],
      ["rejecter", "IO", "Cannot write: disk full"],
    ]);
  });

  it("every time loses its subscription at last", async () => {
    const { bus, failures } = watchedBus();
    bus.subscribe("p", "*", () => {
      throw new Error("again");
    });
    for (let i = 0; i < MAX_LISTENER_FAILURES + 10; i++) await bus.publish(epoch(i));
    expect(failures).toHaveLength(MAX_LISTENER_FAILURES);
    expect(bus.isHeard("EpochStart")).toBe(false);
  });

  it("by never ending is reported, loses its subscription, and holds nobody up", async () => {
    const { bus, failures } = watchedBus(20);
    const heard: HoduEvent[] = [];
    bus.subscribe("endless", "*", () => new Promise(() => {}));
    bus.subscribe("p", "*", (event) => void heard.push(event));
    await bus.publish(epoch(1));
    await bus.publish(epoch(2));
    expect(heard).toHaveLength(2);
    expect(failures.map(({ plugin, error }) => [plugin, error.code])).toEqual([["endless", "DEADLINE"]]);
  });
});

describe("row 125: events that bring about each other", () => {
  const again = [
    ["at once", (publish: () => unknown) => void publish()],
    ["and are waited for", async (publish: () => unknown) => void (await publish())],
    ["after a turn of promises", async (publish: () => unknown) => void (await Promise.resolve().then(publish))],
  ] as const;

  it.each(again)("%s end at a depth, and that is reported for the plugin", async (_, listener) => {
    const { bus, failures } = watchedBus();
    let count = 0;
    bus.subscribe("p", "EpochStart", () => {
      count += 1;
      return listener(() => bus.publish(epoch(count), "p"));
    });
    await bus.publish(epoch(0));
    expect(count).toBe(MAX_EVENT_DEPTH);
    expect(failures.map(({ kind, plugin }) => [kind, plugin])).toEqual([["dropped", "p"]]);
  });

  it("end, too, when each brings about several", async () => {
    const { bus } = watchedBus();
    let count = 0;
    for (let i = 0; i < 8; i++) {
      bus.subscribe("p", "*", async () => {
        count += 1;
        await Promise.all([bus.publish(epoch(1)), bus.publish(epoch(2))]);
      });
    }
    await bus.publish(epoch(0));
    expect(count).toBeLessThan(10_000);
  });

  it("leave time for all else when they come from outside of any listener", async () => {
    const { bus } = watchedBus();
    bus.subscribe("p", "EpochStart", ({ epoch: number }) => {
      // A turn of promises later it counts as brought about by nothing.
      if (number < 1e6) queueMicrotask(() => void bus.publish(epoch(number + 1)));
    });
    const started = performance.now();
    const timer = new Promise<number>((resolve) => setTimeout(() => resolve(performance.now() - started), 1));
    void bus.publish(epoch(0));
    expect(await timer).toBeLessThan(2000);
    await bus.publish(epoch(1e6));
  });

  it("may go on for ever where each waits for a timer", async () => {
    const { bus, failures } = watchedBus();
    const end = new Promise<void>((resolve) => {
      bus.subscribe("p", "EpochStart", ({ epoch: number }) => {
        if (number === 100) resolve();
        else setTimeout(() => void bus.publish(epoch(number + 1)), 0);
      });
    });
    await bus.publish(epoch(0));
    await end;
    expect(failures).toEqual([]);
  });
});
