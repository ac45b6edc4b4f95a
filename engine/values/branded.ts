/** Numbers and texts that look alike and mean different things get types that differ. */
declare const brand: unique symbol;
export type Branded<T, Name extends string> = T & { readonly [brand]: Name };
