/** Which rows of fixed height a scroller shows. Beyond what a browser can lay out, the scroll bar is scaled: rows keep their height. */

export interface Rows {
  readonly count: number;
  readonly height: number;
  /** Height of what is seen. */
  readonly view: number;
  readonly scroll: number;
}

export interface Visible {
  /** From, up to. */
  readonly from: number;
  readonly to: number;
  /** Where the first of them stands in the scrolled content. */
  readonly top: number;
  /** Height of the scrolled content. */
  readonly total: number;
}

/** Chromium lays out no element that is higher than some 33 million pixels; Firefox gives up at half of that. */
export const highest = 8_000_000;
const spare = 4;

export function visibleRows({ count, height, view, scroll }: Rows): Visible {
  const full = count * height;
  const total = Math.min(full, highest);
  // How far the rows themselves are scrolled, in their own pixels: as far as the bar, unless the bar is scaled.
  const share = total <= view ? 0 : Math.min(1, Math.max(0, scroll) / (total - view));
  const place = full <= highest ? Math.max(0, scroll) : share * (full - view);
  const from = Math.min(count, Math.max(0, Math.floor(place / height) - spare));
  const to = Math.min(count, Math.ceil((place + view) / height) + spare);
  return { from, to, top: full <= highest ? from * height : scroll + from * height - place, total };
}

/** Where to scroll so that a row is wholly seen, with `margin` rows beside it where there are such; the present place if it is. */
export function scrollTo(row: number, rows: Rows, margin = 1): number {
  const { count, height, view, scroll } = rows;
  const full = count * height;
  const total = Math.min(full, highest);
  const stretch = full <= highest || total <= view ? 1 : (total - view) / (full - view);
  const place = scroll / stretch;
  const beside = Math.min(margin * height, Math.max(0, (view - height) / 2));
  const low = Math.max(0, row * height - beside);
  const high = Math.max(0, Math.min(full, (row + 1) * height + beside) - view);
  if (place > low) return low * stretch;
  if (place < high) return high * stretch;
  return scroll;
}
