/** Electron's main process: windows, menus, dialogs and security. It knows no protocol and reads no capture. */

import { join } from 'node:path';
import { app, BrowserWindow, dialog, nativeTheme } from 'electron';
import type { BundledTrace, Telling } from '../protocol/protocol.ts';
import { parseArguments, type Wishes } from './arguments.ts';
import { type EngineHost, startEngineHost } from './engine-host.ts';
import { announceScheme, pageUrl, raiseFence, webPreferences } from './fence.ts';
import { setMenu } from './menu.ts';
import { keepWindowState, readWindowState } from './window-state.ts';

const dist = join(import.meta.dirname, '..');
const captures = [
  { name: 'Captures and event logs', extensions: ['pcap', 'pcapng', 'cap', 'gz', 'ikelog'] },
  { name: 'All files', extensions: ['*'] },
];
const keyFiles = [
  { name: 'Keys', extensions: ['json', 'txt', '*'] },
  { name: 'All files', extensions: ['*'] },
];

const openWindow = (host: EngineHost, wishes: Wishes): BrowserWindow => {
  const { bounds, maximized } = readWindowState();
  const window = new BrowserWindow({
    ...bounds,
    ...wishes.size,
    useContentSize: wishes.size !== undefined,
    minWidth: 640,
    minHeight: 480,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#14171c' : '#f4f5f7',
    title: 'ikewind',
    webPreferences: webPreferences(join(dist, 'preload', 'preload.cjs')),
  });
  const contents = window.webContents;
  if (maximized && !wishes.size) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => keepWindowState(window));
  // Each load of the page is a new partner for the host, also after a reload.
  contents.on('did-finish-load', () => host.connect(contents));
  contents.once('destroyed', () => host.forget(contents));
  void window.loadURL(pageUrl);
  return window;
};

const choose = async (title: string, filters: typeof captures): Promise<readonly string[]> => {
  const options = { title, filters, properties: ['openFile' as const, 'multiSelections' as const] };
  const window = BrowserWindow.getFocusedWindow();
  const { filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options));
  return filePaths;
};

const command = (name: string): void => {
  const telling: Telling = { tell: 'command', command: name };
  (BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0])?.webContents.send('telling', telling);
};

/** The engine host has no standard input of its own. */
const followIn = (host: EngineHost, { paths: [path], keys }: Wishes): void => {
  const isPiped = path === undefined || path === '-';
  host.open({ order: 'follow', path: isPiped ? null : path, keys, psk: process.env['IKEWIND_PSK'] });
  if (!isPiped) return;
  process.stdin.on('data', (octets: Buffer) => host.piece(new Uint8Array(octets)));
  process.stdin.on('end', () => host.piece(null));
};

const begin = (wishes: Wishes): void => {
  const development = !app.isPackaged;
  raiseFence(join(dist, 'window'));
  if (wishes.theme) nativeTheme.themeSource = wishes.theme;
  const host = startEngineHost({
    script: join(dist, 'host', 'worker.js'),
    version: app.getVersion(),
    tracesDir: join(dist, '..', 'traces'),
    replayWindow: wishes.replayWindow,
    onBundled: (traces) => setMenu(actions, traces, development),
  });
  const actions = {
    openFiles: async () => {
      const paths = await choose('Open', captures);
      if (paths.length > 0) host.open({ order: 'open', what: { paths } });
    },
    addKeys: async () => {
      const keys = await choose('Add keys', keyFiles);
      if (keys.length > 0) host.open({ order: 'open', what: { paths: [], keys, add: true } });
    },
    openBundled: (id: string) => host.open({ order: 'openBundled', id }),
    command,
  };
  setMenu(actions, [] satisfies readonly BundledTrace[], development);
  app.setAboutPanelOptions({
    applicationName: 'ikewind',
    applicationVersion: app.getVersion(),
    copyright: 'MIT License, ikewind contributors',
  });

  if (wishes.follow) followIn(host, wishes);
  else if (wishes.paths.length > 0 || wishes.keys.length > 0) {
    host.open({ order: 'open', what: { paths: wishes.paths, keys: wishes.keys, psk: process.env['IKEWIND_PSK'], at: wishes.at } });
  }
  openWindow(host, wishes);
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow(host, wishes);
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('will-quit', host.stop);
};

const parsed = parseArguments(process.argv, app.isPackaged, process.cwd());
if (parsed.ok) {
  announceScheme();
  // Root has no sandbox to offer, and Chromium then wants the switch that says so: enabling it all the same would end every process.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  void app.whenReady().then(() => begin(parsed.wishes));
} else {
  console.error(`ikewind: ${parsed.message}`);
  app.exit(2);
}
