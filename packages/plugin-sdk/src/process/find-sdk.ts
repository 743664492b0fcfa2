/** Imported before a plugin whose folder has no SDK: it then finds this one. */
import * as nodeModule from "node:module";

interface Resolved {
  readonly url: string;
}
type Resolve = (specifier: string, context: object) => Resolved;
type RegisterHooks = (hooks: {
  readonly resolve: (specifier: string, context: object, next: Resolve) => Resolved;
}) => void;

/** Of Node 22.15 and later. */
const { registerHooks } = nodeModule as { readonly registerHooks?: RegisterHooks };

registerHooks?.({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context);
    } catch (error) {
      if (!/^hodu-plugin-sdk(?:\/|$)/.test(specifier)) throw error;
      return next(specifier, { ...context, parentURL: import.meta.url });
    }
  },
});
