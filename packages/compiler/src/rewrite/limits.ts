/** A made weight from here on keeps a store of its own: copying it to lie beside others would cost more than another store. */
export const OWN_STORE_BYTES = 1 << 16;
