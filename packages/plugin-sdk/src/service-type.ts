import type { ServiceType } from "./contracts/plugin-context.ts";

/**
 * The type of a service: its name, and the methods that an object must have to be one. Plugins that offer it and plugins that use it
 * share it, or each state it.
 *
 * @example
 * ```js
 * import { serviceType } from "hodu-plugin-sdk";
 *
 * // in TypeScript: serviceType<MyService>("my_service", "doSomething")
 * const myService = serviceType("my_service", "doSomething");
 * console.log(myService.name, myService.methods);
 * ```
 * ```text
 * my_service [ 'doSomething' ]
 * ```
 */
export function serviceType<T extends object>(name: string, ...methods: readonly (keyof T & string)[]): ServiceType<T> {
  return { name, methods };
}
