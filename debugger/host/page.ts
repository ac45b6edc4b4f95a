/** The built window as files behind a scheme: which file a path means, and the headers that fence the page in. For Electron and for a browser. */
import { extname, join, normalize, sep } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.map': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

interface PageFile {
  readonly path: string;
  readonly type: string;
}

/**
 * The file that the path of a URL means, `index.html` for `/`; `undefined` for a path that leaves the folder, that cannot be decoded,
 * or whose kind of file the page has no use for. Whether the file exists is for the reader to find out.
 */
export const pageFile = (folder: string, urlPath: string): PageFile | undefined => {
  const decoded = decodedPath(urlPath);
  if (decoded === undefined || !decoded.startsWith('/') || /[\0\\]/.test(decoded)) return undefined;
  const path = normalize(join(folder, decoded === '/' ? 'index.html' : decoded));
  const type = types[extname(path)];
  if (type === undefined || !path.startsWith(normalize(folder) + sep)) return undefined;
  // A name that begins with a dot is not a part of the page.
  return decoded.split('/').some((part) => part.startsWith('.')) ? undefined : { path, type };
};

const decodedPath = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

/** Headers of every answer. `connect`: what the page may connect to besides where it came from. */
export const pageHeaders = (connect: readonly string[] = []): Readonly<Record<string, string>> => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), clipboard-read=()',
  'cache-control': 'no-store',
});
