import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pageFile, pageHeaders } from './page.ts';

const folder = join('/', 'srv', 'window');

test.each([
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/index.js', 'index.js', 'text/javascript; charset=utf-8'],
  ['/assets/inter.woff2', 'assets/inter.woff2', 'font/woff2'],
])('%s is a file of the page', (path, file, type) => expect(pageFile(folder, path)).toEqual({ path: join(folder, file), type }));

test.each([
  '/../secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e/secret.txt',
  '/assets/../../secret.txt',
  '/..\\secret.txt',
  '/%00.html',
  '/.env.txt',
  '/a%ZZ.js',
  'index.html',
  '',
  '/index.php',
  '/../window-of-another/a.js',
])('%j is not', (path) => expect(pageFile(folder, path)).toBeUndefined());

test('nothing runs that did not come from where the page came from', () => {
  const policy = pageHeaders(['ws://127.0.0.1:1'])['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|\*/);
  expect(policy).toContain("connect-src 'self' ws://127.0.0.1:1;");
});
