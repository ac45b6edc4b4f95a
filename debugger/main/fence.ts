/** What a page may do: show the built window, and nothing else. Electron's security checklist, in one place. */

import { readFile } from 'node:fs/promises';
import { app, protocol, session, type WebPreferences } from 'electron';
import { pageFile, pageHeaders } from '../host/page.ts';

export const pageUrl = 'app://ikewind/';

/** Before the app is ready: `app:` is a scheme with an origin of its own. */
export const announceScheme = (): void =>
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);

export const webPreferences = (preload: string): WebPreferences => ({
  preload,
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  webviewTag: false,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  spellcheck: false,
  navigateOnDragDrop: false,
});

/** Once the app is ready, before the first window. `folder`: the built window. */
export const raiseFence = (folder: string): void => {
  protocol.handle('app', (request) => answer(folder, request));

  // Copying is what the window asks for; cameras, places, notifications and the rest are never granted.
  session.defaultSession.setPermissionRequestHandler((_, permission, decide) => decide(permission === 'clipboard-sanitized-write'));
  session.defaultSession.setPermissionCheckHandler((_, permission) => permission === 'clipboard-sanitized-write');
  session.defaultSession.webRequest.onBeforeRequest(({ url }, decide) =>
    decide({ cancel: !/^(app:\/\/ikewind\/|devtools:|blob:app:\/\/ikewind\/|data:)/.test(url) }),
  );

  app.on('web-contents-created', (_, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
  });
};

const answer = async (folder: string, request: Request): Promise<Response> => {
  const nothing = (status: number): Response => new Response(null, { status, headers: pageHeaders() });
  const url = new URL(request.url);
  if (url.host !== 'ikewind' || request.method !== 'GET') return nothing(403);
  const file = pageFile(folder, url.pathname);
  if (!file) return nothing(404);
  try {
    return new Response(new Uint8Array(await readFile(file.path)), { headers: { ...pageHeaders(), 'content-type': file.type } });
  } catch {
    return nothing(404);
  }
};
