/** The window's own fonts as style rules that carry them, for pictures that are drawn where the page's fonts are not at hand. */

let known: Promise<string> | null = null;

/** Empty where a font could not be fetched: the picture is then drawn with another. */
export function fontRules(): Promise<string> {
  known ??= Promise.all(rulesOf(document.styleSheets).map(withItsFont)).then((rules) => rules.join(''));
  return known;
}

function rulesOf(sheets: StyleSheetList): CSSFontFaceRule[] {
  return [...sheets].flatMap((sheet) => [...sheet.cssRules].filter((rule) => rule instanceof CSSFontFaceRule));
}

async function withItsFont(rule: CSSFontFaceRule): Promise<string> {
  const base = rule.parentStyleSheet?.href ?? document.baseURI;
  const path = /url\("?([^")]+)"?\)/.exec(rule.style.getPropertyValue('src'))?.[1];
  if (path === undefined) return '';
  try {
    const font = await (await fetch(new URL(path, base))).arrayBuffer();
    const family = rule.style.getPropertyValue('font-family');
    const weight = rule.style.getPropertyValue('font-weight');
    return `@font-face{font-family:${family};font-weight:${weight};src:url(data:font/woff2;base64,${base64(new Uint8Array(font))}) format("woff2")}`;
  } catch {
    return '';
  }
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
