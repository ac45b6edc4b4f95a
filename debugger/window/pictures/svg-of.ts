/**
 * A picture of what stands on the screen: any part of the page as one SVG file of shapes and text, with the tokens resolved, so that other
 * programs can show it. Boxes, lines, words and drawings are taken where the browser laid them out.
 */

export interface PictureWish {
  /** Whether secrets that somebody revealed go along. */
  readonly secrets: boolean;
  /** `@font-face` rules with the fonts in them; without, other fonts are stretched to the same widths. */
  readonly fonts: string;
}

const secretParts = '.shown-secret, .key-value.secret, [data-secret]';
const notDrawn = '[data-not-in-picture], button.btn, kbd, .hidden-words, .splitter, .tip';
const dots = '••••••';

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const rounded = (n: number): string => String(Math.round(n * 100) / 100);
const clear = (colour: string): boolean => colour === 'transparent' || /,\s*0\)$|\/\s*0\)$/.test(colour);

/** Properties of SVG shapes that style sheets and tokens decide. */
const shapeStyles = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'fill-opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
];

/** What the page is magnified by there: measures of style sheets are those before it. */
const zoomOf = (element: Element): number => ('currentCSSZoom' in element ? Number(element.currentCSSZoom) || 1 : 1);

/** Draws `root` and what is in it, as far as it can be seen. */
export function svgOf(root: Element, { secrets, fonts }: PictureWish): string {
  const origin = root.getBoundingClientRect();
  const out: string[] = [];
  let clips = 0;

  const box = (element: Element, style: CSSStyleDeclaration) => {
    const at = element.getBoundingClientRect();
    const [x, y] = [at.left - origin.left, at.top - origin.top];
    const radius = (Number.parseFloat(style.borderTopLeftRadius) || 0) * zoomOf(element);
    const round = Math.min(radius, at.width / 2, at.height / 2);
    if (!clear(style.backgroundColor)) {
      out.push(
        `<rect x="${rounded(x)}" y="${rounded(y)}" width="${rounded(at.width)}" height="${rounded(at.height)}" rx="${rounded(round)}" fill="${style.backgroundColor}"/>`,
      );
    }
    const sides = [
      ['Top', x, y, x + at.width, y],
      ['Bottom', x, y + at.height, x + at.width, y + at.height],
      ['Left', x, y, x, y + at.height],
      ['Right', x + at.width, y, x + at.width, y + at.height],
    ] as const;
    const widths = sides.map(([side]) => Number.parseFloat(style[`border${side}Width`]) || 0);
    const shown = sides.map(
      ([side], i) => (widths[i] ?? 0) > 0 && style[`border${side}Style`] !== 'none' && !clear(style[`border${side}Color`]),
    );
    const dashes = style.borderTopStyle === 'dashed' ? ' stroke-dasharray="4 3"' : '';
    if (shown.every(Boolean) && round > 0) {
      const width = widths[0] ?? 1;
      out.push(
        `<rect x="${rounded(x + width / 2)}" y="${rounded(y + width / 2)}" width="${rounded(at.width - width)}" height="${rounded(at.height - width)}" rx="${rounded(round)}" fill="none" stroke="${style.borderTopColor}" stroke-width="${width}"${dashes}/>`,
      );
      return;
    }
    sides.forEach(([side, x1, y1, x2, y2], i) => {
      if (!shown[i]) return;
      const width = widths[i] ?? 1;
      const inward = side === 'Top' || side === 'Left' ? width / 2 : -width / 2;
      const [dx, dy] = side === 'Top' || side === 'Bottom' ? [0, inward] : [inward, 0];
      out.push(
        `<path d="M${rounded(x1 + dx)} ${rounded(y1 + dy)}L${rounded(x2 + dx)} ${rounded(y2 + dy)}" stroke="${style[`border${side}Color`]}" stroke-width="${width}"${dashes}/>`,
      );
    });
  };

  /** Words, a run for each line on which they stand. */
  const words = (node: Text, style: CSSStyleDeclaration, masked: boolean) => {
    const text = node.data;
    if (text.trim() === '') return;
    const range = document.createRange();
    let from = 0;
    let line: DOMRect | null = null;
    let end = 0;
    const write = (to: number) => {
      if (line === null) return;
      const size = Number.parseFloat(style.fontSize) * (node.parentElement ? zoomOf(node.parentElement) : 1);
      const run = text
        .slice(from, to)
        .replace(/\s+$/, '')
        .replace(/\s+/g, style.whiteSpace.startsWith('pre') ? '$&' : ' ');
      const shown = masked ? dots : cutToFit(run, node.parentElement, line);
      const figures = `font-variant-numeric:${style.fontVariantNumeric};font-feature-settings:${style.fontFeatureSettings}`;
      // Whatever font the other program has, the words take the room that they have here.
      const width = shown === run && end > line.left ? ` textLength="${rounded(end - line.left)}" lengthAdjust="spacingAndGlyphs"` : '';
      out.push(
        `<text x="${rounded(line.left - origin.left)}" y="${rounded(line.top - origin.top + line.height / 2 + size * 0.36)}" font-family="${escaped(style.fontFamily)}" font-size="${size}" font-weight="${style.fontWeight}" fill="${style.color}" style="${escaped(figures)}"${width} xml:space="preserve">${escaped(shown)}</text>`,
      );
    };
    for (let i = 0; i < text.length; i += 1) {
      range.setStart(node, i);
      range.setEnd(node, i + 1);
      const [at] = range.getClientRects();
      if (at === undefined || at.width === 0) continue;
      if (line !== null && Math.abs(at.top - line.top) > at.height / 2) {
        write(i);
        if (masked) return;
        [from, line] = [i, at];
      }
      if (line === null) [from, line] = [i, at];
      if (text[i]?.trim() !== '') end = at.right;
    }
    write(text.length);
  };

  const drawing = (svg: SVGSVGElement) => {
    const at = svg.getBoundingClientRect();
    const copy = svg.cloneNode(true) as SVGSVGElement;
    const own = [svg, ...svg.querySelectorAll('*')];
    const copies = [copy, ...copy.querySelectorAll('*')];
    own.forEach((element, i) => {
      const style = getComputedStyle(element);
      const twin = copies[i];
      if (twin === undefined) return;
      for (const name of shapeStyles) {
        const value = style.getPropertyValue(name);
        if (value !== '' && value !== 'normal') twin.setAttribute(name, value);
      }
      if (element instanceof SVGTextElement && (element.textContent ?? '').trim() !== '') {
        twin.setAttribute('textLength', rounded(element.getComputedTextLength()));
        twin.setAttribute('lengthAdjust', 'spacingAndGlyphs');
      }
      twin.removeAttribute('class');
      twin.removeAttribute('style');
      if (style.display === 'none' || style.visibility === 'hidden') twin.setAttribute('display', 'none');
    });
    copy.setAttribute('x', rounded(at.left - origin.left));
    copy.setAttribute('y', rounded(at.top - origin.top));
    copy.setAttribute('width', rounded(at.width));
    copy.setAttribute('height', rounded(at.height));
    out.push(new XMLSerializer().serializeToString(copy));
  };

  const walk = (element: Element) => {
    const style = getComputedStyle(element);
    const at = element.getBoundingClientRect();
    if (style.display === 'none' || style.visibility === 'hidden' || style.opacity === '0') return;
    if (element !== root && element.matches(notDrawn) && !element.matches('[data-in-picture]')) return;
    if (at.bottom < origin.top || at.top > origin.bottom || at.right < origin.left || at.left > origin.right) return;
    if (element instanceof SVGSVGElement) return drawing(element);
    if (style.display !== 'contents') box(element, style);
    const faded = style.opacity !== '1';
    if (faded) out.push(`<g opacity="${style.opacity}">`);
    const clipped = style.overflowX !== 'visible' && element !== root;
    if (clipped) {
      clips += 1;
      out.push(
        `<clipPath id="clip${clips}"><rect x="${rounded(at.left - origin.left)}" y="${rounded(at.top - origin.top)}" width="${rounded(at.width)}" height="${rounded(at.height)}"/></clipPath><g clip-path="url(#clip${clips})">`,
      );
    }
    const masked = !secrets && element.matches(secretParts);
    for (const child of stacked(element)) {
      if (child instanceof Text) words(child, style, masked);
      else if (child instanceof Element) walk(child);
    }
    if (clipped) out.push('</g>');
    if (faded) out.push('</g>');
  };

  walk(root);
  const size = `width="${rounded(origin.width)}" height="${rounded(origin.height)}" viewBox="0 0 ${rounded(origin.width)} ${rounded(origin.height)}"`;
  const ground = getComputedStyle(document.body).getPropertyValue('background-color');
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${fonts === '' ? '' : `<style>${fonts}</style>`}<rect width="100%" height="100%" fill="${ground}"/>${out.join('')}</svg>\n`;
}

/** Children in the order in which they are painted: what lies above others comes last. */
const stacked = (element: Element): readonly ChildNode[] => {
  const height = (node: ChildNode): number => {
    if (!(node instanceof HTMLElement)) return 0;
    const { position, zIndex } = getComputedStyle(node);
    return position === 'static' ? 0 : Number.parseInt(zIndex, 10) || 0.5;
  };
  const children = [...element.childNodes];
  return children.some((node) => height(node) >= 1) ? children.toSorted((a, b) => height(a) - height(b)) : children;
};

/** Text that the page cuts with an ellipsis is cut at the same place. */
function cutToFit(text: string, parent: Element | null, line: DOMRect): string {
  if (!(parent instanceof HTMLElement) || parent.scrollWidth <= parent.clientWidth || parent.clientWidth === 0) return text;
  if (getComputedStyle(parent).textOverflow !== 'ellipsis') return text;
  const room = parent.getBoundingClientRect().right - line.left;
  const each = line.width > 0 ? line.width : 7;
  const fits = Math.floor(room / each) - 1;
  return text.length > fits && fits > 0 ? `${text.slice(0, fits)}…` : text;
}
